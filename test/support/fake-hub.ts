import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { TestServer } from './jupyter-server.ts';

/**
 * The part of JupyterHub 6.1 that a client without a browser meets, with the answers that a real one gave (configurable
 * HTTP proxy 5 in front, dummy authenticator, simple local process spawner). Servers of users are a real jupyter-server that was
 * started with the user's path as its prefix; the hub only decides whether requests get there. Imitated are: `/api` and
 * `/user/…` of a stopped server redirecting to the hub, 424 there for a token it knows, its login page for others,
 * the models of a user and of a token, and the start of a server with its 201, 202, 400, 403, 404 and 500.
 */
export interface FakeHub {
  readonly url: URL;
  /** What the hub was asked, as `POST /hub/api/users/ann/server`. */
  readonly asked: string[];
  /** Stops the user's server, as an idle culler would. */
  stopServer(): void;
  close(): Promise<void>;
}

export interface HubOptions {
  /** The real server behind `/user/ann/` or `/user/ann/NAME/`. */
  readonly server: TestServer;
  readonly serverName?: string;
  readonly running?: boolean;
  /** What the token may do: all of its user's, only reach the servers, or belong to a service. */
  readonly rights?: 'user' | 'access' | 'service';
  /** How a start goes: done when the POST is answered, some looks later, or never. */
  readonly start?: 'at once' | 'later' | 'fails';
}

export async function startHub(options: HubOptions): Promise<FakeHub> {
  const hub = new Hub(options);
  const front = createServer((request, response) => hub.answer(request, response));
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: new URL(`http://127.0.0.1:${address.port}/`),
    asked: hub.asked,
    stopServer: () => {
      hub.state = 'stopped';
    },
    close: () => {
      front.closeAllConnections();
      return new Promise(resolve => front.close(() => resolve()));
    },
  };
}

const USER = 'ann';
const LOOKS_UNTIL_READY = 3;

class Hub {
  readonly asked: string[] = [];
  state: 'stopped' | 'pending' | 'running';
  private readonly options: HubOptions;
  private readonly name: string;
  private looks = 0;
  private failed = false;

  constructor(options: HubOptions) {
    this.options = options;
    this.name = options.serverName ?? '';
    this.state = options.running ? 'running' : 'stopped';
  }

  answer(request: IncomingMessage, response: ServerResponse): ServerResponse {
    const path = new URL(request.url ?? '/', 'http://hub').pathname;
    this.asked.push(`${request.method} ${path}`);
    const known = request.headers.authorization === `token ${this.options.server.token}`;
    if (path.startsWith('/hub/api'))
      return this.api(`${request.method} ${path.slice('/hub/api'.length)}`, known, response);
    if (path.startsWith('/hub/user/')) return this.stopped(path, known, response);
    if (path.startsWith('/user/') && this.reaches(path)) return proxy(this.options.server, request, response);
    if (path.startsWith('/user/') && request.method !== 'GET') return page(response, 403);
    return redirect(response, `/hub${path}`);
  }

  /** The proxy knows the longest path with a server behind it; a default server also gets what is meant for others. */
  private reaches(path: string): boolean {
    if (this.state === 'pending' && ++this.looks > LOOKS_UNTIL_READY) this.state = 'running';
    return this.state === 'running' && path.startsWith(`/user/${USER}/${this.name === '' ? '' : `${this.name}/`}`);
  }

  private stopped(path: string, known: boolean, response: ServerResponse): ServerResponse {
    if (!known) return redirect(response, `/hub/login?next=${encodeURIComponent(path)}`);
    if (!path.startsWith(`/hub/user/${USER}/`)) return page(response, 404);
    return json(response, 424, {
      message: `JupyterHub server no longer running at ${path.slice('/hub'.length)}`,
    });
  }

  private api(asked: string, known: boolean, response: ServerResponse): ServerResponse {
    const start = this.name === '' ? `/users/${USER}/server` : `/users/${USER}/servers/${this.name}`;
    if (asked === 'GET ' || asked === 'GET /') return json(response, 200, { version: '6.1.1' });
    if (!known) return json(response, 403, { status: 403, message: null });
    if (asked === 'GET /user') return json(response, 200, this.whoami());
    const rights = this.options.rights ?? 'user';
    if (rights !== 'user')
      return json(response, 403, { status: 403, message: 'Action is not authorized with current scopes' });
    if (asked === `GET /users/${USER}`) return json(response, 200, this.model());
    if (asked === `POST ${start}`) return this.start(response);
    if (asked === `GET ${start}/progress`) return this.progress(response);
    return json(response, 404, { status: 404, message: 'No access to resources or resources not found' });
  }

  private whoami(): object {
    return this.options.rights === 'service'
      ? { name: 'robot', kind: 'service', scopes: [] }
      : { ...this.model(), scopes: [] };
  }

  private model(): object {
    const server = {
      name: this.name,
      ready: this.state === 'running',
      pending: this.state === 'pending' ? 'spawn' : null,
    };
    return { name: USER, kind: 'user', servers: this.state === 'stopped' ? {} : { [this.name]: server } };
  }

  private start(response: ServerResponse): ServerResponse {
    if (this.state !== 'stopped') return json(response, 400, { status: 400, message: `${USER} is already running` });
    if (this.options.start === 'fails') {
      this.failed = true;
      return json(response, 500, { status: 500, message: 'Internal Server Error' });
    }
    this.state = this.options.start === 'later' ? 'pending' : 'running';
    return response.writeHead(this.state === 'pending' ? 202 : 201, { 'content-type': 'text/plain' }).end();
  }

  private progress(response: ServerResponse): ServerResponse {
    const event = this.failed
      ? { progress: 100, failed: true, message: 'Spawn failed: no machine is left' }
      : { progress: 100, ready: true };
    return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${JSON.stringify(event)}\n\n`);
  }
}

function proxy(server: TestServer, request: IncomingMessage, response: ServerResponse): ServerResponse {
  const { method, headers } = request;
  const onward = send(new URL(request.url ?? '/', server.url), { method, headers }, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(503).end());
  request.pipe(onward);
  return response;
}

function json(response: ServerResponse, status: number, value: unknown): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function page(response: ServerResponse, status: number): ServerResponse {
  return response.writeHead(status, { 'content-type': 'text/html' }).end('<!DOCTYPE HTML><title>JupyterHub</title>');
}

function redirect(response: ServerResponse, location: string): ServerResponse {
  return response.writeHead(302, { location, 'content-type': 'text/html' }).end();
}
