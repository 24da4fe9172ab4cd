import type { Channel, InstallKind } from '../../core/upgrade.ts';

const PACKAGE = 'lecoder-cgpu';

export interface WantedUpgrade {
  readonly kind: InstallKind;
  readonly version: string;
  /** Whether that version was asked for, not merely the newest. */
  readonly asked: boolean;
  /** `linux-x64` and so on; null where there is no binary for this machine. */
  readonly target: string | null;
  /** Where a file of that version is. */
  readonly address: (name: string) => string;
  /** `owner/name`. */
  readonly repository: string;
}

/** Those that replace themselves. */
export const REPLACEABLE: readonly InstallKind[] = ['script', 'archive'];

export function channelOf(kind: InstallKind): Channel {
  return ['npm', 'npm-project', 'npx', 'pnpm', 'yarn', 'bun'].includes(kind) ? 'npm' : 'releases';
}

/** What to type for that version, in order; empty for those that replace themselves. */
export function upgradeCommands({ kind, version, asked, target, address, repository }: WantedUpgrade): string[] {
  const wish = `${PACKAGE}@${version}`;
  const file = (ending: string) => `${PACKAGE}-${version}-${target ?? 'linux-x64'}.${ending}`;
  switch (kind) {
    case 'npm':
      return [`npm install -g ${wish}`];
    case 'npm-project':
      return [`npm install ${wish}`];
    case 'npx':
      return [`npx ${wish}`];
    case 'pnpm':
      return [`pnpm add -g ${wish}`];
    case 'yarn':
      return [`yarn global add ${wish}`];
    case 'bun':
      return [`bun add -g ${wish}`];
    case 'homebrew':
      return ['brew update', `brew upgrade ${PACKAGE}`];
    case 'scoop':
      return ['scoop update', `scoop update ${asked ? wish : PACKAGE}`];
    case 'chocolatey':
      return [`choco upgrade ${PACKAGE} --version ${version}`];
    case 'deb':
      return [`curl -fLO ${address(file('deb'))}`, `sudo apt install ./${file('deb')}`];
    case 'rpm':
      return [`sudo dnf install ${address(file('rpm'))}`];
    case 'docker':
      return [`docker pull ghcr.io/${repository}:${version}`];
    case 'source':
      return [asked ? `git fetch --tags && git checkout v${version}` : 'git pull', 'npm install', 'npm run build'];
    case 'script':
    case 'archive':
      return [];
  }
}
