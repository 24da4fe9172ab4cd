import type { Style } from '../core/command.ts';
import type { Host } from '../core/host.ts';
import type { ReplScreen } from '../core/repl.ts';
import type { GlobalFlags } from '../core/settings.ts';
import { drawing, imageProtocol } from './images.ts';
import { styleFor } from './style.ts';

/** IPython's prompts, in its colours. */
export async function replScreen(host: Host, { color }: Pick<GlobalFlags, 'color'>): Promise<ReplScreen> {
  const style = await styleFor(host.stdout, host.env, color);
  const protocol = imageProtocol(host);
  return {
    ...prompts(style),
    image: bundle => (protocol === null ? null : drawing(bundle, protocol)),
  };
}

export function prompts(style: Pick<Style, 'green' | 'red'>): Omit<ReplScreen, 'image'> {
  const head = (number: number | null) => `In [${number ?? ' '}]: `;
  return {
    prompt: number => style.green(head(number)),
    continuation: number => style.green('...: '.padStart(head(number).length)),
    result: number => `${style.red(`Out[${number}]:`)} `,
  };
}
