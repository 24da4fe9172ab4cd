// What package managers want to know of the program, in one place.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../environment.mjs';

const { version, description, homepage, repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

export const NAME = 'lecoder-cgpu';
export const VERSION = version;
export const SUMMARY = description;
export const HOMEPAGE = homepage.replace(/#.*$/, '');
export const REPOSITORY = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
export const MAINTAINER = 'The lecoder-cgpu maintainers <maintainers@users.noreply.github.com>';
export const LONG = [
  'Sends code to a Jupyter kernel on Google Colab, on any Jupyter server or on',
  'this machine, streams back what it prints, and ends with an exit code and,',
  'with --json, one JSON object. Shell commands, files, notebooks, port',
  'forwarding and an interactive shell too. The program brings its own Node.',
];

/** Managers of Linux order `1.0.0~alpha.1` before `1.0.0`; a dash means something else to them. */
export const LINUX_VERSION = version.replace('-', '~');

export const fileName = (target, ending) => `${NAME}-${version}-${target}.${ending}`;
export const addressOf = name => `${REPOSITORY}/releases/download/v${version}/${name}`;

/** Seconds since 1970 that stand in packages as their time: `SOURCE_DATE_EPOCH`, else that of the commit. */
export function sourceTime() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && /^\d+$/.test(given)) return Number(given);
  try {
    return Number(
      execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return 1_767_225_600; // no repository here: the first of January 2026
  }
}
