import { expect, test } from 'vitest';
import { Failure } from '../../../src/core/failure.ts';
import { labelOf, readAddress, userServer } from '../../../src/jupyter/provider-address.ts';

test.each([
  ['http://127.0.0.1:8888', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/lab', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/lab/tree/a%20b/x.ipynb', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/lab/workspaces/auto-7/tree/lab.ipynb', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/tree#running', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/notebooks/x.ipynb', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/login?next=%2Ftree', 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/api/kernels', 'http://127.0.0.1:8888/'],
  ['https://example.org/some/prefix', 'https://example.org/some/prefix/'],
  ['https://example.org/some/prefix/lab?x=1', 'https://example.org/some/prefix/'],
  ['  HTTPS://Example.ORG:443/p/ ', 'https://example.org/p/'],
  ['localhost:8888/p/tree', 'http://localhost:8888/p/'],
  ['127.0.0.1:8888', 'http://127.0.0.1:8888/'],
  ['http://[::1]:8888/lab', 'http://[::1]:8888/'],
])('%s is the server %s', (text, base) => {
  expect(readAddress(text)).toEqual({ base: new URL(base), token: null, hub: null });
});

test('a token in the address is taken out of it', () => {
  const { base, token } = readAddress('http://127.0.0.1:8888/lab?token=abc123&reset');
  expect([base.href, token]).toEqual(['http://127.0.0.1:8888/', 'abc123']);
  expect(readAddress('http://127.0.0.1:8888/?token=').token).toBeNull();
});

test.each([
  ['https://hub.org/user/ann/lab', 'https://hub.org/user/ann/', 'ann', ''],
  ['https://hub.org/user/ann', 'https://hub.org/user/ann/', 'ann', ''],
  ['https://hub.org/user/ann/gpu/lab/tree/x', 'https://hub.org/user/ann/gpu/', 'ann', 'gpu'],
  ['https://hub.org/j/user/a%40b.c/tree', 'https://hub.org/j/user/a%40b.c/', 'a@b.c', ''],
  ['https://hub.org/user/lab/lab', 'https://hub.org/user/lab/', 'lab', ''],
  ['https://hub.org/hub/user/ann/', 'https://hub.org/user/ann/', 'ann', ''],
  ['https://hub.org/hub/spawn/ann/gpu', 'https://hub.org/user/ann/gpu/', 'ann', 'gpu'],
])('%s is the hub server %s', (text, base, user, server) => {
  const address = readAddress(text);
  expect(address.base.href).toBe(base);
  expect(address.hub).toMatchObject({ user, server });
  expect(address.hub?.root.href).toBe(base.replace(/user\/.*/, 'hub/'));
});

test.each([
  'https://hub.org/hub/home',
  'https://hub.org/hub/user-redirect/lab/tree/x',
  'https://hub.org/hub/',
  'https://hub.org/hub/token',
])('%s leaves the user to the token', text => {
  const { hub } = readAddress(text);
  expect(hub).toEqual({ root: new URL('https://hub.org/hub/'), user: null, server: '' });
  if (hub) expect(userServer(hub, 'a@b').href).toBe('https://hub.org/user/a%40b/');
});

test('a file named like a hub is no hub', () => {
  expect(readAddress('http://h.org/lab/tree/user/ann/x.ipynb').hub).toBeNull();
  expect(readAddress('http://h.org/tree/hub/x').base.href).toBe('http://h.org/');
});

test.each([
  '',
  'my server',
  'example.org',
  'ftp://example.org/',
  'file:///etc',
  'http://h:99999/?token=hush',
  'http://ann:hush@h/',
  'ws://h?token=hush',
])('refuses %j without repeating it', text => {
  const read = (): unknown => readAddress(text);
  expect(read).toThrow(Failure);
  try {
    read();
  } catch (error) {
    const { kind, message, facts } = error as Failure;
    expect(kind).toBe('usage');
    expect(`${message} ${facts.hints?.join()}`).not.toContain('hush');
  }
});

test('the label is host, port and prefix', () => {
  expect(labelOf(new URL('http://h:81/a/b/'))).toBe('h:81/a/b');
  expect(labelOf(new URL('https://h/'))).toBe('h');
});
