import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, PortRefused } from '../../../src/core/host.ts';
import { listenOnLoopback } from '../../../src/node-host/listen.ts';

/** Both ends of one connection. */
async function pair() {
  let accepted: (connection: Connection) => void = () => {};
  const accepting = new Promise<Connection>(resolve => {
    accepted = resolve;
  });
  const listener = await listenOnLoopback(0, accepted);
  const client = connect({ host: '127.0.0.1', port: listener.port, allowHalfOpen: true });
  onTestFinished(() => {
    client.destroy();
    listener.close();
  });
  const failed = new Promise<string>(resolve => {
    client.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
  return { client, failed, connection: await accepting };
}

const closed = (connection: Connection) => new Promise<void>(resolve => connection.onClosed(resolve));

test('each direction has its own end', async () => {
  const { client, connection } = await pair();
  client.end('question');
  const chunks: Uint8Array[] = [];
  for await (const chunk of connection.chunks()) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('question');
  connection.write(Buffer.from('answer'));
  connection.end();
  expect(String((await once(client, 'data'))[0])).toBe('answer');
  await closed(connection);
});

test('a reset reaches the other side, also when it does not read', async () => {
  const { client, failed, connection } = await pair();
  client.pause();
  while (connection.write(Buffer.alloc(65_536)));
  const gone = closed(connection);
  connection.reset();
  await gone;
  await connection.drained();
  client.resume();
  expect(await failed).toBe('ECONNRESET');
});

test('a reset right behind the end closes the connection', async () => {
  const { client, connection } = await pair();
  client.resume();
  connection.write(Buffer.from('last word'));
  connection.end();
  connection.reset();
  await closed(connection);
});

test('a connection that breaks off ends its reader with an error', async () => {
  const { client, connection } = await pair();
  const reading = (async () => {
    for await (const _ of connection.chunks());
  })();
  client.write('half a');
  client.resetAndDestroy();
  await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a busy port is refused by type', async () => {
  const one = await listenOnLoopback(0, () => {});
  onTestFinished(() => one.close());
  const refused = await listenOnLoopback(one.port, () => {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PortRefused);
  expect(refused).toMatchObject({ reason: 'busy', message: `port ${one.port} is in use by another program` });
});
