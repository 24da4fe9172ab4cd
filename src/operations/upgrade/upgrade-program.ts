import { createHash } from 'node:crypto';
import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import type { Install, Releases } from '../../core/upgrade.ts';
import { compareVersions } from '../../util/version-order.ts';
import { REPOSITORY, VERSION } from '../../version.ts';
import { programIn } from './upgrade-archive.ts';
import { channelOf, REPLACEABLE, upgradeCommands } from './upgrade-commands.ts';
import { findInstall } from './upgrade-install.ts';
import { replaceProgram } from './upgrade-replace.ts';

export interface UpgradeWish {
  /** Only look. */
  readonly check: boolean;
  /** Null for the newest. */
  readonly version: string | null;
}

export interface UpgradeReport {
  readonly current: string;
  /** The version that was asked for; null for the newest. */
  readonly requested: string | null;
  /** The version that was asked for, else the newest. */
  readonly available: string;
  readonly newer: boolean;
  readonly install: Install;
  readonly upgraded: boolean;
  /** What to type, where this program does not replace itself. */
  readonly commands: readonly string[];
}

/**
 * Says what there is and, for a single binary that no package manager looks after, puts it in place: fetched, held
 * against its sum, tried, and renamed over the old one. Failures: those of `Releases`, `transferFailed`, `permissionDenied`.
 */
export async function upgradeProgram(wish: UpgradeWish, context: CommandContext): Promise<UpgradeReport> {
  const { services, signal } = context;
  const { host } = services;
  const install = findInstall(host);
  const releases = await services.releases();
  const available = wish.version ?? (await releases.newest(channelOf(install.kind), signal));
  if (wish.version === null) remember(available, context);
  const newer = compareVersions(available, VERSION) > 0;
  const report = {
    current: VERSION,
    requested: wish.version,
    available,
    newer,
    install,
    upgraded: false,
    commands: [],
  };
  const wanted = wish.version === null ? newer : available !== VERSION;
  if (!wanted) return report;
  if (REPLACEABLE.includes(install.kind)) {
    if (wish.check) return { ...report, commands: [ownCommand(wish)] };
    await replace(install.path, { version: available, releases }, context);
    return { ...report, upgraded: true };
  }
  const { arch } = await host.system();
  const commands = upgradeCommands({
    kind: install.kind,
    version: available,
    asked: wish.version !== null,
    target: targetOf(host.platform, arch),
    address: name => releases.address({ version: available, name }),
    repository: REPOSITORY.replace(/^https:\/\/github\.com\//, ''),
  });
  return { ...report, commands };
}

const ownCommand = ({ version }: UpgradeWish) =>
  version === null ? 'lecoder-cgpu upgrade' : `lecoder-cgpu upgrade --version ${version}`;

function remember(newest: string, { services: { host, updates } }: CommandContext): void {
  const before = updates.read();
  updates.write({ askedAt: host.now().toISOString(), newest, toldAt: before?.toldAt ?? null });
}

/** The name of a platform in file names of a release; null where there is no binary for it. */
export function targetOf(platform: NodeJS.Platform, arch: string): string | null {
  const target = `${platform === 'win32' ? 'win' : platform}-${arch}`;
  return ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win-x64'].includes(target) ? target : null;
}

interface Source {
  readonly version: string;
  readonly releases: Releases;
}

async function replace(path: string, { version, releases }: Source, context: CommandContext): Promise<void> {
  const { host } = context.services;
  const target = targetOf(host.platform, (await host.system()).arch);
  if (target === null) throw new Failure('usage', `there is no binary for this machine`, { hints: [NPM_WAY] });
  const kind = target.startsWith('win-') ? 'zip' : 'tar.gz';
  const name = `lecoder-cgpu-${version}-${target}.${kind}`;
  const sum = (await releases.sums(version, context.signal)).get(name);
  if (sum === undefined) throw new Failure('usage', `version ${version} has no \`${name}\``, { hints: [NPM_WAY] });
  const archive = await download(releases, { version, name }, context);
  if (createHash('sha256').update(archive).digest('hex') !== sum)
    throw new Failure('transferFailed', `\`${name}\` is not what \`SHA256SUMS\` says; nothing was changed`, {
      hints: ['try again; if it stays so, do not trust that server, and tell its owners'],
    });
  const bytes = programIn(archive, kind === 'zip' ? 'lecoder-cgpu.exe' : 'lecoder-cgpu', kind);
  context.signal.throwIfAborted();
  await replaceProgram({ path, bytes, version }, host);
}

const NPM_WAY = '`npm install -g lecoder-cgpu` works wherever Node 20 or newer does';

async function download(
  releases: Releases,
  file: { readonly version: string; readonly name: string },
  { services: { host }, report, signal }: CommandContext,
): Promise<Uint8Array> {
  const started = host.monotonic();
  let shown = started;
  return releases.download(
    file,
    (bytes, total) => {
      const now = host.monotonic();
      if (now - shown < 200 && bytes !== total) return;
      shown = now;
      const rate = (bytes / Math.max(1, now - started)) * 1000;
      const eta = total === null ? null : (total - bytes) / rate;
      void report({ type: 'progress', name: file.name, bytes, total, rate, eta });
    },
    signal,
  );
}
