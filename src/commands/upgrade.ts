import * as z from 'zod/mini';
import type { Command, Style } from '../core/command.ts';
import { Failure } from '../core/failure.ts';
import type { InstallKind } from '../core/upgrade.ts';
import type { UpgradeReport } from '../operations/upgrade/upgrade-program.ts';
import { VERSION_PATTERN } from '../util/version-order.ts';

const Input = z.object({ check: z._default(z.boolean(), false), version: z.optional(z.string()) });

export const command: Command<z.infer<typeof Input>, UpgradeReport> = {
  input: Input,
  run: async ({ check, version }, context) => {
    const wanted = version === undefined ? null : plain(version);
    const { upgradeProgram } = await import('../operations/upgrade/upgrade-program.ts');
    return upgradeProgram({ check, version: wanted }, context);
  },
  view: upgradeText,
  payload: 'data',
};

/** Tags have a `v` in front. The version becomes part of addresses and of a command that is printed. */
function plain(version: string): string {
  const bare = version.replace(/^v/, '');
  if (VERSION_PATTERN.test(bare)) return bare;
  throw new Failure('usage', `\`--version\` needs a version such as \`1.2.3\`, not \`${version}\``);
}

const INSTALLED: Readonly<Record<InstallKind, string>> = {
  npm: 'with npm',
  'npm-project': 'with npm, in a project',
  npx: 'for this once, by npx',
  pnpm: 'with pnpm',
  yarn: 'with yarn',
  bun: 'with bun',
  script: 'by the install script',
  archive: 'from an archive',
  deb: 'as a .deb package',
  rpm: 'as an .rpm package',
  homebrew: 'with Homebrew',
  scoop: 'with Scoop',
  chocolatey: 'with Chocolatey',
  docker: 'in a container image',
  source: 'from its sources',
};

function upgradeText(report: UpgradeReport, style: Style): string {
  const { current, requested, available, newer, install, upgraded, commands } = report;
  if (upgraded) return `${style.green('✓')} ${install.path} is ${available} now; it was ${current}`;
  if (commands.length === 0) {
    if (requested !== null) return `this is ${current} already`;
    return available === current ? `${current} is the newest version` : `${current} is newer than ${available}`;
  }
  const what = newer ? `${available} is out; this is ${current}` : `this is ${current}`;
  return [`${what}, installed ${INSTALLED[install.kind]}. To change it:`, ...commands.map(line => `  ${line}`)].join(
    '\n',
  );
}
