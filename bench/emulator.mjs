import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { accessToken, readGuarded } from './google.mjs';
import { environment } from './measure.mjs';

const call = promisify(execFile);

/** Google's side and its machines, as `lecoder-cgpu emulator start` gives it to anybody, in a folder of its own. */
export async function startEmulator({ program, python, folder }) {
  const env = environment({ LECODER_CONFIG_DIR: folder });
  const run = async words => {
    const { stdout } = await call(process.execPath, [program, 'emulator', ...words, '--json'], { env });
    return JSON.parse(stdout).data;
  };
  const { origin } = await run(['start', '--python', python]);
  const variables = (await run(['env'])).env;
  const control = async (what, order) => {
    const answer = await fetch(`${origin}/emulator/control/${what}`, { method: 'POST', body: JSON.stringify(order) });
    if (!answer.ok) throw new Error(`the emulator refused ${what}: ${await answer.text()}`);
  };
  return {
    origin,
    variables,
    control,
    /** The far side of a line: every answer so many milliseconds later, and half of it each way in a socket. */
    latency: milliseconds => control('settings', { latency: milliseconds }),
    forget: () => control('forget-requests', {}),
    async state() {
      return (await fetch(`${origin}/emulator/state`)).json();
    },
    /** Address and token of a machine's own server, asked for as any client would. */
    async wayIn(endpoint) {
      const headers = { Authorization: `Bearer ${await accessToken(variables)}`, 'X-Colab-Tunnel': 'Google' };
      const query = new URLSearchParams({ endpoint, port: '8080', authuser: '0' });
      const answer = await fetch(`${origin}/tun/m/runtime-proxy-token?${query}`, { headers });
      return readGuarded(await answer.text());
    },
    stop: () => run(['stop']),
  };
}
