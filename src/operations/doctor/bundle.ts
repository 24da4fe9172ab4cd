import { resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import type { JsonObject } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { Services } from '../../core/services.ts';
import { redact } from '../../util/redact.ts';
import { VERSION } from '../../version.ts';
import { saveFile } from '../files/save-file.ts';
import { Mask } from '../run/mask.ts';
import { knownSecrets } from './known-secrets.ts';

/** Lines of the debug log that go along. */
const LINES = 200;

/**
 * Writes one JSON file, 0600, with all that a helper wants to know and nothing that is secret: of environment variables
 * their names alone, of settings no secret, of the account the domain. An empty path means a name of its own in the
 * current folder. Returns where it is. Throws `fileNotFound`, `permissionDenied`, `usage`, `ioError`.
 */
export async function writeBundle(path: string, found: object, { services }: CommandContext): Promise<string> {
  const { host } = services;
  const stamp = host.now().toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z');
  const file = resolve(host.folders.work, path === '' ? `lecoder-cgpu-doctor-${stamp}.json` : path);
  const report = { ...(await headOf(services)), ...found, environmentNames: namesOf(host), log: logOf(services) };
  const masked = new Mask(await knownSecrets(services)).deep(redact(plain(report), -LEVELS));
  const text = `${JSON.stringify(anonymous(masked, host), null, 2)}\n`;
  await saveFile(file, Buffer.from(text), host.uuid(), 0o600);
  return file;
}

/** The facts of a check lie deeper than what a line of the log may hold. */
const LEVELS = 6;

async function headOf(services: Services): Promise<JsonObject> {
  const { host, paths, profile } = services;
  const { node, arch, release } = await host.system();
  return {
    format: 'lecoder-cgpu doctor report 1',
    createdAt: host.now().toISOString(),
    version: VERSION,
    node,
    system: { platform: host.platform, arch, release },
    profile,
    paths: { config: paths.config, data: host.folders.data },
    settings: await settingsOf(services),
    sessions: services.sessions.read().sessions.map(({ provider, createdAt, runtime }) => ({
      provider,
      createdAt,
      accelerator: runtime.accelerator,
    })),
  };
}

/** Null where the file is no JSON: the check that says so is in the report. */
async function settingsOf(services: Services): Promise<JsonObject | null> {
  try {
    const config = await services.config();
    const states = config.states().map(({ key, value, isSet, origin, secret }) => {
      return [key, { value: secret ? null : value, isSet, origin }] as const;
    });
    return { ...Object.fromEntries(states), unknown: config.strangers() };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function namesOf({ env }: Host): string[] {
  return Object.keys(env)
    .filter(name => env[name] !== undefined)
    .sort();
}

function logOf({ logFiles }: Services): unknown[] {
  const lines: unknown[] = [];
  for (const line of logFiles.newest()) {
    lines.push(line);
    if (lines.length >= LINES) break;
  }
  return lines.reverse();
}

/** Dates and the like as JSON has them. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The home folder tells a name, and so does an address. */
function anonymous(value: unknown, { folders }: Host): unknown {
  if (typeof value === 'string') {
    const text = folders.home.length > 1 ? value.replaceAll(folders.home, '~') : value;
    return text.replace(/[\w.+-]+@([\w-]+\.)+\w+/g, address => `***@${address.split('@').at(-1)}`);
  }
  if (Array.isArray(value)) return value.map(item => anonymous(item, { folders } as Host));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, anonymous(item, { folders } as Host)]));
}
