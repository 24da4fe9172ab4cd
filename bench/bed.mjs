import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProxy } from './delay-proxy.mjs';
import { startEmulator } from './emulator.mjs';
import { environment, once } from './measure.mjs';
import { startKernel, startServer } from './server.mjs';

export const FLOOR_RUN = fileURLToPath(new URL('floor-run.mjs', import.meta.url));
const TARGET = 'lecoder-bench-floor';

/**
 * What the rows are measured on: one Jupyter server, proxies, and sessions of our program, each with a config folder of
 * its own. Made when first asked for; `close` takes everything down again.
 */
export function makeBed({ program, python }) {
  const endings = [];
  const closeLater = ending => endings.unshift(ending);
  let server = null;
  let emulator = null;
  return {
    program,
    python,
    async server() {
      if (server === null) {
        server = await startServer(python);
        closeLater(() => server.stop());
      }
      return server;
    },
    async proxy(roundTrip) {
      const { hostname, port } = new URL((await this.server()).url);
      const proxy = await startProxy({ host: hostname, port: Number(port) }, roundTrip);
      closeLater(() => proxy.stop());
      return proxy;
    },
    /** A warm session on the bench's server, by this address. */
    async session(url) {
      const { token } = await this.server();
      const own = {
        LECODER_CONFIG_DIR: configFolder(closeLater),
        JUPYTER_SERVER_URL: url,
        JUPYTER_TOKEN: token,
      };
      return await warm({ program, options: ['--runtime', 'jupyter'], env: environment(own), url, token });
    },
    /** A warm session on the local runtime, which takes the Python that comes first on the path. */
    async localSession() {
      const folder = configFolder(closeLater);
      const path = `${dirname(python)}${delimiter}${process.env.PATH}`;
      const env = environment({ LECODER_CONFIG_DIR: folder, PATH: path });
      const options = ['--runtime', 'local'];
      closeLater(() => once({ args: [program, 'disconnect', ...options], env }));
      const session = await warm({ program, options, env });
      const { url, token } = JSON.parse(readFileSync(join(folder, 'state', 'local', 'runtime.json'), 'utf8'));
      return { ...session, url, token };
    },
    /** Google's side, imitated. */
    async emulator() {
      if (emulator === null) {
        const folder = configFolder(closeLater);
        emulator = await startEmulator({ program, python, folder });
        closeLater(() => emulator.stop());
      }
      return emulator;
    },
    /** The environment of somebody who has an account there, and was never here before. */
    newcomer({ variables }) {
      return environment({ ...variables, LECODER_CONFIG_DIR: configFolder(closeLater) });
    },
    /** A warm session on a machine of the emulator's. No background process pings it: it would be counted. */
    async colabSession() {
      const google = await this.emulator();
      await google.latency(0);
      const env = this.newcomer(google);
      const options = ['--runtime', 'colab'];
      await once({ args: [program, 'connect', '--no-shell', '--keep-alive', '0', ...options], env });
      const profile = join(env.LECODER_CONFIG_DIR, 'profiles', 'emulator');
      const session = await warm({ program, options, env, folder: profile });
      const { url, token } = await google.wayIn(session.endpoint);
      return { ...session, url: `${url}/`, proxyToken: token };
    },
    /** A kernel with the remote half in it, for floors: the comm's target and the kernel's id. */
    async remoteHalf() {
      const server = await this.server();
      const kernel = await startKernel(server);
      const source = readFileSync(new URL('../src/remote/remote_half.py', import.meta.url), 'utf8');
      const load = { FLOOR_URL: server.url, FLOOR_TOKEN: server.token, FLOOR_KERNEL: kernel };
      const code = `${source}\nload("${TARGET}")`;
      await once({ args: [FLOOR_RUN], env: environment({ ...load, FLOOR_CODE: code }) });
      return { kernel, target: TARGET };
    },
    async close() {
      for (const ending of endings) await ending();
    },
  };
}

/** Runs twice, so that the second run finds everything cached, and reads which kernel the session holds. */
async function warm({ program, options, env, url, token, folder = env.LECODER_CONFIG_DIR }) {
  const run = (...words) => ({ args: [program, 'run', ...options, ...words], env });
  await once(run('-k', '1+1'));
  await once(run('-k', '1+1'));
  const book = JSON.parse(readFileSync(join(folder, 'state', 'sessions.json'), 'utf8')).sessions[0];
  return { run, url, token, kernel: book.kernelId, endpoint: book.runtime.id };
}

function configFolder(closeLater) {
  const folder = mkdtempSync(join(tmpdir(), 'lecoder-bench-config-'));
  closeLater(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
