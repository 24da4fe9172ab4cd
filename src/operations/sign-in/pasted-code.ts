import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

/** Nothing listens there: the browser shows an error, and the address it shows is what we want. */
export const PASTE_ADDRESS = 'http://127.0.0.1:48173';

const LIMIT_MS = 10 * 60_000;
const LONGEST = 16_384;

/** The line a person pastes, or the first line of piped stdin. Throws `usage` when there is none, `connectionTimeout` after ten minutes. */
export async function readPasted(host: Host, signal: AbortSignal): Promise<string> {
  const limit = new AbortController();
  const late = new Failure('connectionTimeout', 'no address and no code came within 10 minutes', {
    hints: ['begin again with `lecoder-cgpu auth login --headless`'],
  });
  const timer = setTimeout(() => limit.abort(late), LIMIT_MS);
  const either = AbortSignal.any([signal, limit.signal]);
  try {
    const line = host.stdin.isTerminal
      ? await host.stdin.readLine('address or code: ', { hidden: true, signal: either })
      : await firstLine(host, either);
    either.throwIfAborted();
    if (line !== null && line.trim() !== '') return line.trim();
  } finally {
    clearTimeout(timer);
  }
  throw new Failure('usage', 'no address and no code was given', {
    hints: ['paste the address at which the browser ended, or pipe it to stdin'],
  });
}

async function firstLine(host: Host, signal: AbortSignal): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of host.stdin.chunks(signal)) {
    text += decoder.decode(chunk, { stream: true });
    const [line, rest] = text.trimStart().split('\n', 2);
    if (rest !== undefined || text.length > LONGEST) return line ?? '';
  }
  return text.trim();
}

/**
 * The code in what was pasted: an address, its query, or the code alone. An address has to carry our state. What was pasted is never repeated
 * in a message. Throws `invalidCredentials`, and `notAuthenticated` when the address says that access was denied.
 */
export function readCode(pasted: string, state: string): string {
  const text = pasted.trim().replace(/^(["'])(.*)\1$/, '$2');
  const query = queryOf(text);
  if (query === null) return bareCode(text);
  if (query.get('state') !== state) {
    throw new Failure('invalidCredentials', 'that address belongs to another sign-in', {
      hints: ['use the page printed last; each sign-in has its own'],
    });
  }
  if (query.get('error') === 'access_denied') {
    throw new Failure('notAuthenticated', 'access was denied on the page of Google', {
      hints: ['begin again with `lecoder-cgpu auth login --headless`'],
    });
  }
  const code = query.get('code');
  if (code !== null && code !== '') return code;
  throw new Failure('invalidCredentials', 'there is no code in that address', {
    hints: ['copy all of it, from `http://127.0.0.1` on'],
  });
}

function queryOf(text: string): URLSearchParams | null {
  if (/^https?:/i.test(text) && URL.canParse(text)) return new URL(text).searchParams;
  return /(^|[?&])(code|state|error)=/.test(text) ? new URLSearchParams(text.slice(text.indexOf('?') + 1)) : null;
}

/** Codes look like `4/0A…`; copied out of an address the slash is `%2F`. */
function bareCode(text: string): string {
  const plain = text.replace(/%2f/gi, '/').replace(/%7e/gi, '~');
  if (/^[\w./~+=-]{10,}$/.test(plain)) return plain;
  throw new Failure('invalidCredentials', 'that is neither an address nor a code of Google', {
    hints: ['paste the whole address at which the browser ended'],
  });
}
