import type { Style } from '../core/command.ts';
import type { Host } from '../core/host.ts';
import type { ReplScreen } from '../core/repl.ts';
import type { GlobalFlags } from '../core/settings.ts';
import { drawing, imageProtocol, mayDrawSixel, saysSixel } from './images.ts';
import { colourWanted, styleFor } from './style.ts';

/** "What are you?" Terminals answer with a list of what they can. */
const DEVICE_ATTRIBUTES = '\u001b[c';

/** IPython's prompts, in its colours. */
export async function replScreen(host: Host, { color }: Pick<GlobalFlags, 'color'>): Promise<ReplScreen> {
  const style = await styleFor(host.stdout, host.env, color);
  const protocol = imageProtocol(host);
  const coloured = colourWanted(host.stdout, host.env, color);
  let sixel: typeof import('./sixel-image.ts') | null = null;
  return {
    ...prompts(style),
    paint: coloured ? (await import('./paint-python.ts')).pythonPainter(style) : null,
    question: protocol === null && mayDrawSixel(host) ? DEVICE_ATTRIBUTES : '',
    answered: report => {
      if (!saysSixel(report)) return;
      void import('./sixel-image.ts').then(module => {
        sixel = module;
      });
    },
    image: bundle => {
      if (protocol !== null) return drawing(bundle, protocol);
      return sixel?.sixelDrawing(bundle, host.stdout.columns) ?? null;
    },
  };
}

export function prompts(style: Pick<Style, 'green' | 'red'>): Pick<ReplScreen, 'prompt' | 'continuation' | 'result'> {
  const head = (number: number | null) => `In [${number ?? ' '}]: `;
  return {
    prompt: number => style.green(head(number)),
    continuation: number => style.green('...: '.padStart(head(number).length)),
    result: number => `${style.red(`Out[${number}]:`)} `,
  };
}
