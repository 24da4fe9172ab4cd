import type { Host } from '../../core/host.ts';
import { type Finding, ok, warning } from './finding.ts';

/** What only a printer can tell. */
export interface TerminalAbilities {
  readonly colour: boolean;
  /** How images are drawn; null for not at all, or only if the terminal says so when it is asked. */
  readonly images: string | null;
}

/** What the terminal on stdout and stdin can do. */
export function checkTerminal(host: Host, { colour, images }: TerminalAbilities): Finding {
  const { stdin, stdout, env, platform } = host;
  const unicode = platform === 'win32' || isUtf8(env);
  const raw = stdin.isTerminal ? entersRawMode(host) : null;
  const facts = {
    stdin: stdin.isTerminal,
    stdout: stdout.isTerminal,
    columns: stdout.isTerminal ? stdout.columns : null,
    rows: stdout.isTerminal ? stdout.rows : null,
    term: env.TERM ?? null,
    tmux: Boolean(env.TMUX),
    colour,
    unicode,
    images,
    rawMode: raw,
  };
  if (raw === false)
    return warning('the terminal does not hand keys over one by one', ['`connect` needs another terminal'], facts);
  if (!stdout.isTerminal) return ok('stdout is no terminal: plain text, no colour and no images', facts);
  if (!unicode) {
    const hint = 'set `LANG=C.UTF-8`, or another UTF-8 locale, and the terminal to UTF-8';
    return warning('the locale is not UTF-8: characters beyond ASCII may be garbled', [hint], facts);
  }
  const size = `${stdout.columns}×${stdout.rows}`;
  const pictures = images === null ? 'images go to files' : `images (${images})`;
  return ok(`${size}, ${colour ? 'colour' : 'no colour'}, Unicode, ${pictures}`, facts);
}

/** The first of these that is set decides, as POSIX has it. macOS and Linux alike. */
function isUtf8(env: Host['env']): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale);
}

function entersRawMode({ stdin }: Host): boolean {
  try {
    stdin.rawMode()();
    return true;
  } catch {
    return false;
  }
}
