import type { MimeBundle } from '../core/events.ts';
import type { Host } from '../core/host.ts';

export type ImageProtocol = 'kitty' | 'iterm2';

/** Most of base64 that kitty takes in one piece. */
const PIECE = 4096;

/** How the terminal on stdout takes images; null when it is not known to take any. tmux and screen swallow both ways. */
export function imageProtocol({ stdout, env }: Pick<Host, 'stdout' | 'env'>): ImageProtocol | null {
  if (!stdout.isTerminal || env.TMUX || /^(screen|tmux|dumb)/.test(env.TERM ?? '')) return null;
  if (env.KITTY_WINDOW_ID || /kitty|ghostty/.test(env.TERM ?? '') || env.TERM_PROGRAM === 'ghostty') return 'kitty';
  return ['iTerm.app', 'WezTerm'].includes(env.TERM_PROGRAM ?? '') ? 'iterm2' : null;
}

/** Whether asking the terminal makes sense. One that is in tmux or screen is answered by those, for themselves. */
export function mayDrawSixel({ stdout, env }: Pick<Host, 'stdout' | 'env'>): boolean {
  return stdout.isTerminal && env.TERM !== undefined && env.TERM !== 'dumb';
}

/** Whether the device attributes (`ESC [ ? 62 ; 4 ; … c`) name sixel graphics, which are number 4. The first is the model. */
export function saysSixel(report: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control sequence is what is looked at
  const attributes = /^\u001b\[\?([\d;]*)c$/.exec(report)?.[1]?.split(';') ?? [];
  return attributes.slice(1).includes('4');
}

/** What draws the bundle's image; null when it has none that the terminal takes. kitty decodes PNG alone. */
export function drawing(bundle: MimeBundle, protocol: ImageProtocol): string | null {
  const types = protocol === 'kitty' ? ['image/png'] : ['image/png', 'image/jpeg', 'image/gif'];
  const found = types.map(type => bundle[type]).find(data => typeof data === 'string');
  if (found === undefined) return null;
  const base64 = String(found).replace(/\s/g, '');
  return protocol === 'kitty' ? inKitty(base64) : inITerm(base64);
}

function inKitty(base64: string): string {
  const pieces = base64.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
  return pieces
    .map((piece, index) => {
      const more = index < pieces.length - 1 ? 1 : 0;
      const head = index === 0 ? `a=T,f=100,q=2,m=${more}` : `m=${more}`;
      return `\u001b_G${head};${piece}\u001b\\`;
    })
    .join('');
}

function inITerm(base64: string): string {
  const size = Buffer.from(base64, 'base64').byteLength;
  return `\u001b]1337;File=inline=1;size=${size}:${base64}\u0007`;
}
