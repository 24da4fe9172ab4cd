import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { type Answer, googleError, html, json, xssi } from './answer.ts';
import type { FaultKind } from './faults.ts';
import type { Operation } from './operations.ts';
import type { Seen } from './traffic.ts';
import type { World } from './world.ts';

/** Answers a request, late or wrongly where a fault says so. `work` is what the service would do. */
export async function perform(
  world: World,
  seen: Seen,
  response: ServerResponse,
  work: () => Answer | Promise<Answer>,
): Promise<void> {
  const { operation } = seen;
  const finish = (answer: Answer) => {
    seen.status = answer.status;
    send(response, answer);
  };
  const fault = world.faults.take(operation);
  await pause(world.settings.latency + (fault?.kind === 'slow' ? fault.wait : 0));
  const instead = fault === null ? null : faultAnswer(operation, fault);
  if (instead !== null) return finish(instead);
  switch (fault?.kind) {
    case 'reset':
      return cut(response, seen);
    case 'timeout':
      // The front end notes a ping as it arrives; only what it hands on to the machine goes unanswered.
      if (operation === 'keep-alive') await work();
      return;
    case 'stall':
      await work();
      return;
    case 'lost':
      await work();
      return cut(response, seen);
    case 'cut':
      return sendHalf(response, seen, await work());
    default:
      return finish(await work());
  }
}

/** The answer a fault puts in the place of the real one; null for faults that are no answers. */
export function faultAnswer(operation: Operation, fault: FaultKind): Answer | null {
  if (fault.kind === 'status') return statusAnswer(operation, fault.status);
  if (fault.kind === 'outcome') return xssi(200, { outcome: fault.outcome });
  return fault.kind === 'html' ? portal() : null;
}

function statusAnswer(operation: Operation, status: number): Answer {
  const headers: Record<string, string> = status === 429 ? { 'retry-after': '1' } : {};
  if (status < 400) return { status, headers: { location: 'http://portal.invalid/login' }, body: '' };
  if (operation === 'token' || operation === 'revoke' || operation === 'tokeninfo') {
    const error =
      status >= 500
        ? 'internal_failure'
        : status === 401
          ? 'invalid_client'
          : status === 429
            ? 'rate_limit_exceeded'
            : 'invalid_request';
    return json(status, { error, error_description: 'A fault of the emulator.' }, headers);
  }
  if (operation.startsWith('proxy-') || status === 502)
    return {
      ...html(status, `Error ${status}`, `<p>That is an error of the emulator: ${status}.</p>`),
      headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
    };
  const answer = googleError(status, WORDS[status] ?? 'UNKNOWN', 'A fault of the emulator.');
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

const WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** What a hotel's network says to everything. */
function portal(): Answer {
  return html(200, 'Welcome to the network', '<h1>Please accept the terms</h1><form><button>Accept</button></form>');
}

export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise(resolve => setTimeout(resolve, milliseconds));
}

export function send(response: ServerResponse, answer: Answer): void {
  const body = answer.body ?? '';
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  const bare = answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, { ...answer.headers, ...(bare ? {} : { 'content-length': String(length) }) });
  response.end(bare ? undefined : body);
}

function sendHalf(response: ServerResponse, seen: Seen, answer: Answer): void {
  seen.status = 0;
  const body = Buffer.from((answer.body ?? '') as string);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length + 1) });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

function cut(response: ServerResponse, seen: Seen): void {
  seen.status = 0;
  reset(response.socket);
}

/** Ends a connection as a failing network does, with a reset. */
export function reset(socket: unknown): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
