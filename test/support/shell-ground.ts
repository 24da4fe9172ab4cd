import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AtTerminal, atTerminal } from './at-terminal.ts';
import type { TestServer } from './jupyter-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** An empty home, and a way to the server that can be cut. */
export interface ShellGround {
  readonly wire: TcpProxy;
  readonly home: string;
  readonly env: Record<string, string>;
  /** `connect` at a terminal, when its shell has done something: prompts look different everywhere. */
  shell(args?: readonly string[], more?: Record<string, string>): Promise<AtTerminal>;
  close(): Promise<void>;
}

export async function shellGround(server: TestServer): Promise<ShellGround> {
  const wire = await startTcpProxy({ host: '127.0.0.1', port: Number(server.url.port) });
  const home = mkdtempSync(join(tmpdir(), 'lecoder-shell-'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LECODER_CONFIG_DIR: join(home, 'config'),
    LECODER_RUNTIME: 'jupyter',
    JUPYTER_SERVER_URL: wire.through(server.url).href,
    JUPYTER_TOKEN: server.token,
  };
  return {
    wire,
    home,
    env,
    async shell(args = [], more = {}) {
      const screen = await atTerminal(['connect', ...args], { env: { ...env, ...more }, cwd: home });
      await screen.sees('leave the shell with');
      screen.type('PS1="$ "; echo rea"dy"\r');
      await screen.sees('ready\r\n');
      return screen;
    },
    async close() {
      await wire.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
