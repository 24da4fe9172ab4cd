import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { down, picture, quiet, temporary, up } from '../support/files.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { openHalf, startKernel } from '../support/remote-half.ts';

const never = new AbortController().signal;
let server: TestServer;

beforeAll(async () => {
  server = await startJupyter({ args: ["--ZMQChannelsWebsocketConnection.kernel_ws_protocol=''"] });
});
afterAll(async () => {
  await server?.stop();
});

test('files travel whole where a server speaks JSON alone', async () => {
  await using place = await temporary();
  await using live = await openHalf(server.doorway, await startKernel(server.doorway));
  const [from, there, back] = ['from', 'there', 'back'].map(name => join(place.path, name)) as [string, string, string];
  await mkdir(join(from, 'פנים'), { recursive: true });
  for (const [name, bytes] of Object.entries({ empty: 0, small: 1000, 'פנים/large': 5_000_000 }))
    await writeFile(join(from, name), randomBytes(bytes));
  await live.half.files.push(up([from], there), quiet, never);
  await live.half.files.pull(down([there], back), quiet, never);
  expect(await picture(there)).toBe(await picture(from));
  expect(await picture(back)).toBe(await picture(from));
});
