import type { IncomingHttpHeaders } from 'node:http';

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request that has been read to its end. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Named parts of the path. */
  readonly parts: Readonly<Record<string, string>>;
}

/** The five bytes before the JSON of the session backend and of `/api/colab/*`. */
export const XSSI = ")]}'\n";

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function xssi(status: number, value: unknown): Answer {
  const body = `${XSSI}${JSON.stringify(value)}`;
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body };
}

export function html(status: number, title: string, content: string): Answer {
  const body = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>\n<body>\n${content}\n</body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body };
}

export function redirect(location: string): Answer {
  return { status: 302, headers: { location, 'content-type': 'text/html; charset=utf-8' }, body: '' };
}

/** Google's error object, as GAPI, Drive and the public API answer. */
export function googleError(status: number, word: string, message: string, details?: readonly object[]): Answer {
  return json(status, {
    error: { code: status, message, status: word, ...(details === undefined ? {} : { details }) },
  });
}

export function formOf(call: Call): URLSearchParams {
  const form = new URLSearchParams(call.body.toString());
  for (const [name, value] of call.url.searchParams) if (!form.has(name)) form.append(name, value);
  return form;
}

/** The body as an object; empty for anything else. */
export function objectOf(call: Pick<Call, 'body'>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(call.body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

export function header(call: Pick<Call, 'headers'>, name: string): string | null {
  const value = call.headers[name];
  return typeof value === 'string' ? value : null;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`);
}
