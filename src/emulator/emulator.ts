import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { googleError, html } from './answer.ts';
import { backendRoutes } from './backend/routes.ts';
import { control } from './control/routes.ts';
import { driveRoutes } from './drive/routes.ts';
import { gapiRoutes } from './gapi/routes.ts';
import { close, isOurOwn, listen } from './loopback.ts';
import { oauthRoutes } from './oauth/routes.ts';
import type { EmulatorOptions } from './options.ts';
import { bodyOf, perform, send } from './perform.ts';
import { findRoute, type Route } from './routes.ts';
import { World } from './world.ts';

export interface RunningEmulator {
  /** All of Google's addresses, in one. */
  readonly origin: string;
  readonly world: World;
  /** Ends every machine and every connection. */
  stop(): Promise<void>;
}

const SETTLE_EVERY = 1000;

/** Google's side of Colab, imitated on this computer. Rejects with the system's error when the port is taken. */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const world = new World(options);
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const routes = [...oauthRoutes(world), ...backendRoutes(world), ...gapiRoutes(world), ...driveRoutes(world)];
  const server = createServer((request, response) => {
    void answer(world, routes, request, response).catch(error => broken(response, error));
  });
  const port = await listen(server, options.port ?? 0);
  world.origin = `http://127.0.0.1:${port}`;
  const timer = setInterval(() => world.fleet.settle(), SETTLE_EVERY);
  timer.unref();
  let stopping: Promise<void> | null = null;
  return {
    origin: world.origin,
    world,
    stop() {
      clearInterval(timer);
      stopping ??= Promise.all([world.fleet.stop(), close(server)]).then(() => {});
      return stopping;
    },
  };
}

async function answer(
  world: World,
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', world.origin);
  const found = findRoute(routes, method, url.pathname);
  const call = { method, url, headers: request.headers, body: await bodyOf(request), parts: found?.parts ?? {} };
  if (!isOurOwn(request.headers))
    return send(response, html(403, 'Error 403', '<p>Only programs on this computer are answered.</p>'));
  const controlled = await control(world, call);
  if (controlled !== null) return send(response, controlled);
  const seen = world.traffic.note(found?.route.operation ?? 'unknown', { method, url, headers: request.headers });
  await perform(
    world,
    seen,
    response,
    () => found?.route.work(call) ?? html(404, 'Error 404 (Not Found)', '<p>The requested URL was not found.</p>'),
  );
}

/** A bug of ours is no fault that was asked for: it says so. */
function broken(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else
    send(response, googleError(500, 'INTERNAL', `The emulator broke: ${error instanceof Error ? error.stack : error}`));
}
