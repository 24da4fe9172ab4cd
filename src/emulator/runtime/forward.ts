import { request as ask, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer, html } from '../answer.ts';
import type { Machine } from '../machine/machine.ts';
import { faultAnswer, pause, reset, send } from '../perform.ts';
import type { Seen } from '../traffic.ts';
import type { World } from '../world.ts';
import { TOKEN_PARAMETER } from './admission.ts';

/** Of the connection, or of the way to us: no business of the server behind. */
const NOT_FORWARDED = [
  'authorization',
  'connection',
  'cookie',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'transfer-encoding',
  'upgrade',
  'x-colab-runtime-proxy-token',
];

export function headersFor(machine: Machine, port: number, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.includes(name));
  return { ...Object.fromEntries(kept), host: `127.0.0.1:${port}`, authorization: `token ${machine.vm.token}` };
}

/** Path and query without our token. */
export function pathFor(request: Pick<IncomingMessage, 'url'>): string {
  const url = new URL(request.url ?? '/', 'http://machine');
  url.searchParams.delete(TOKEN_PARAMETER);
  url.searchParams.delete('token');
  return `${url.pathname}${url.search}`;
}

/** Hands a request on as it comes, and the answer back as it comes. */
export async function forward(
  world: World,
  machine: Machine,
  { request, response, seen }: { request: IncomingMessage; response: ServerResponse; seen: Seen },
): Promise<void> {
  const fault = world.faults.take(seen.operation);
  await pause(world.settings.latency + (fault?.kind === 'slow' ? fault.wait : 0));
  if (fault !== null && fault.kind !== 'slow') {
    const instead = faultAnswer(seen.operation, fault);
    if (instead !== null) return send(response, instead);
    if (fault.kind === 'timeout' || fault.kind === 'stall') return;
    seen.status = 0;
    return reset(response.socket);
  }
  const port = await machine.vm.ready().catch(() => null);
  if (port === null) return send(response, badGateway());
  await new Promise<void>(resolve => {
    const onward = ask(
      {
        host: '127.0.0.1',
        port,
        method: request.method,
        path: pathFor(request),
        headers: { ...headersFor(machine, port, request.headers), ...lengthOf(request) },
      },
      answer => {
        response.writeHead(answer.statusCode ?? 502, withoutHops(answer.headers));
        answer.pipe(response);
        answer.once('close', resolve);
        answer.once('error', () => response.destroy());
      },
    );
    onward.once('error', () => {
      if (response.headersSent) response.destroy();
      else send(response, badGateway());
      resolve();
    });
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  });
}

/** Hands a request on whole, and gives back an answer in which kernels that nobody has opened a socket to are `starting`. */
export async function forwardChanged(
  machine: Machine,
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Buffer,
): Promise<Answer> {
  const port = await machine.vm.ready().catch(() => null);
  if (port === null) return badGateway();
  return new Promise(resolve => {
    const headers = { ...headersFor(machine, port, request.headers), 'content-length': String(body.length) };
    const options = { host: '127.0.0.1', port, method: request.method, path: pathFor(request), headers };
    const onward = ask(options, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        const status = answer.statusCode ?? 502;
        const text = Buffer.concat(chunks).toString();
        const type = answer.headers['content-type'] ?? 'application/json';
        resolve({ status, headers: { 'content-type': type }, body: asStarting(text, machine.met) });
      });
      answer.once('error', () => resolve(badGateway()));
    });
    onward.once('error', () => resolve(badGateway()));
    onward.end(body);
  });
}

/** The text of an answer about kernels or sessions; anything else stays as it is. */
export function asStarting(text: string, met: ReadonlySet<string>): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const change = (each: unknown): unknown => {
    if (typeof each !== 'object' || each === null) return each;
    const fields = each as Record<string, unknown>;
    if ('kernel' in fields) return { ...fields, kernel: change(fields.kernel) };
    const waits = 'execution_state' in fields && !met.has(String(fields.id)) && fields.execution_state !== 'dead';
    return waits ? { ...fields, execution_state: 'starting' } : fields;
  };
  return JSON.stringify(Array.isArray(value) ? value.map(change) : change(value));
}

function badGateway(): Answer {
  return html(502, 'Error 502', '<p>The machine does not answer.</p>');
}

function lengthOf(request: IncomingMessage): IncomingHttpHeaders {
  const chunked = request.headers['transfer-encoding'] !== undefined;
  return chunked ? { 'transfer-encoding': 'chunked' } : {};
}

function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const hops = ['connection', 'keep-alive', 'transfer-encoding'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.includes(name)));
}
