import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostTarget, programName } from '../scripts/binaries/parts.mjs';
import { compare, environment } from './measure.mjs';

const RELEASE = fileURLToPath(new URL('../release', import.meta.url));
const target = hostTarget();
const command = target === null ? '' : join(RELEASE, target, programName(target));

/** The single binary, where `npm run binaries` has made the one for this machine. */
export const BINARY_ROWS = existsSync(command) ? [start('--version', 1.4), start('--help', 1.6)] : [];

function start(word, bar) {
  return {
    name: `single binary ${word}`,
    floor: 'node -e 0',
    bar,
    rounds: 25,
    async measure(_bed, rounds) {
      const env = environment();
      const programs = { ours: { command, args: [word], env }, floor: { args: ['-e', '0'], env } };
      return await compare(programs, { rounds, warmups: 3 });
    },
  };
}
