import type { Style } from '../core/command.ts';
import type { Host, HostOutput } from '../core/host.ts';

const same = (text: string) => text;

/** No colour. `width` is Infinity where nobody looks: a pipe or a file. */
export function plainStyle(width: number): Style {
  return { width, bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
}

/** `--no-color`, then FORCE_COLOR, NO_COLOR and TERM=dumb, then whether this stream is a terminal. */
export function colourWanted(output: HostOutput, env: Host['env'], flag: boolean | null): boolean {
  if (flag !== null) return flag;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  return env.TERM !== 'dumb' && output.isTerminal;
}

/** The style for one stream; the colour library is loaded only when colour is wanted there. */
export async function styleFor(output: HostOutput, env: Host['env'], flag: boolean | null): Promise<Style> {
  const width = output.isTerminal ? output.columns : Number.POSITIVE_INFINITY;
  if (!colourWanted(output, env, flag)) return plainStyle(width);
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    width,
    bold: text => chalk.bold(text),
    dim: text => chalk.dim(text),
    red: text => chalk.red(text),
    green: text => chalk.green(text),
    yellow: text => chalk.yellow(text),
    cyan: text => chalk.cyan(text),
  };
}
