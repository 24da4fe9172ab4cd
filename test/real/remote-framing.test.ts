import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { openHalf, pieces, run, sha256, startKernel } from '../support/remote-half.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startJupyter({ args: ["--ZMQChannelsWebsocketConnection.kernel_ws_protocol=''"] });
});
afterAll(async () => {
  await server?.stop();
});

test('a server that speaks JSON alone carries bytes too', async () => {
  await using open = await openHalf(server.doorway, await startKernel(server.doorway));
  const data = randomBytes(5_000_000);
  const { stdout, stderr, outcome } = await run(open.half, 'tee >(sha256sum >&2)', {
    input: pieces(data, 65_536),
  });
  expect(outcome).toEqual({ kind: 'ok' });
  expect(sha256(stdout)).toBe(sha256(data));
  expect(stderr.toString().split(' ')[0]).toBe(sha256(data));
});
