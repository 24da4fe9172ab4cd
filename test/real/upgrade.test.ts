import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import { main } from '../../src/main.ts';
import { VERSION } from '../../src/version.ts';
import { fakeProgram, type ReleaseServer, releaseServer } from '../support/release-server.ts';
import { type TestHost, type TestHostOptions, testHost } from '../support/test-host.ts';

/** Programs are replaced for real, with what a real server sends. */
let server: ReleaseServer;
beforeEach(async () => {
  server = await releaseServer();
});
afterEach(() => server.close());

interface Place {
  readonly host: TestHost;
  readonly program: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
  call(...args: string[]): Promise<{ exit: number; json: any }>;
}

/** A machine on which a single binary lies in a folder of its own. */
function installed(options: TestHostOptions = {}, more: Partial<Host> = {}): Place {
  const env = { LECODER_RELEASES_URL: server.url, LECODER_NPM_REGISTRY: server.url, ...options.env };
  const made = testHost({ real: true, ...options, env });
  const program = join(made.folder, 'bin', options.platform === 'win32' ? 'lecoder-cgpu.exe' : 'lecoder-cgpu');
  mkdirSync(dirname(program));
  writeFileSync(program, fakeProgram(VERSION), { mode: 0o755 });
  const host: TestHost = Object.assign(made, { program: { command: program, args: [] }, ...more });
  return {
    host,
    program,
    async call(...args) {
      const before = host.stdout.text.length;
      const exit = await main(['upgrade', '--json', ...args], host);
      return { exit, json: JSON.parse(host.stdout.text.slice(before)) };
    },
  };
}

test('a newer version replaces the program, as a whole and with its mode', async () => {
  server.publish('9.1.0');
  const { program, call } = installed();
  chmodSync(program, 0o750);
  const { exit, json } = await call();
  expect(exit).toBe(0);
  expect(json.data).toMatchObject({ current: VERSION, available: '9.1.0', newer: true, upgraded: true, commands: [] });
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram('9.1.0'));
  expect(statSync(program).mode & 0o777).toBe(0o750);
  expect(readdirSync(dirname(program))).toEqual(['lecoder-cgpu']);
});

test('`--check` changes nothing and fetches nothing but the sums', async () => {
  server.publish('9.1.0');
  const { program, call } = installed();
  const { json } = await call('--check');
  expect(json.data).toMatchObject({ newer: true, upgraded: false, commands: ['lecoder-cgpu upgrade'] });
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram(VERSION));
  expect(server.asked).toEqual(['/releases/latest/download/SHA256SUMS']);
});

test('the same version is left alone', async () => {
  server.publish(VERSION);
  const { call } = installed();
  expect((await call()).json.data).toMatchObject({ available: VERSION, newer: false, upgraded: false });
  expect(server.asked).toHaveLength(1);
});

test('the version that is here already is left alone when it is asked for', async () => {
  const { host, call } = installed();
  expect((await call('--version', VERSION)).json.data).toMatchObject({ requested: VERSION, upgraded: false });
  expect(server.asked).toEqual([]);
  const before = host.stdout.text.length;
  await main(['upgrade', '--version', VERSION], host);
  expect(host.stdout.text.slice(before)).toBe(`this is ${VERSION} already\n`);
});

test('a version of choice may be older; a tag is understood', async () => {
  server.publish('0.1.0');
  server.publish('9.1.0');
  const { program, call } = installed();
  expect((await call('--version', 'v0.1.0')).json.data).toMatchObject({ newer: false, upgraded: true });
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram('0.1.0'));
});

test('a wrong sum changes nothing', async () => {
  server.publish('9.1.0', { wrongSum: true });
  const { program, call } = installed();
  const { exit, json } = await call();
  expect([exit, json.error.code]).toEqual([1, 1303]);
  expect(json.error.message).toContain('nothing was changed');
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram(VERSION));
});

test('a program that does not run here changes nothing', async () => {
  server.publish('9.1.0', { program: '#!/bin/sh\necho "needs another libc" >&2\nexit 127\n' });
  const { program, call } = installed();
  const { json } = await call();
  expect(json.error).toMatchObject({ code: 1303, details: 'needs another libc', retryable: false });
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram(VERSION));
  expect(readdirSync(dirname(program))).toEqual(['lecoder-cgpu']);
});

/** A file in a folder where nobody can make another: for root there is none but the kernel's own. */
function guarded(place: Place): string {
  if (process.platform === 'linux') return '/sys/devices/system/cpu/online';
  chmodSync(dirname(place.program), 0o500);
  onTestFinished(() => chmodSync(dirname(place.program), 0o700));
  return place.program;
}

// Folders of Windows have no such mode.
if (process.platform !== 'win32')
  test('where this user may not write, it says so and who may', async () => {
    server.publish('9.1.0');
    const place = installed();
    Object.assign(place.host, { program: { command: guarded(place), args: [] } });
    const { exit, json } = await place.call();
    expect([exit, json.error.code]).toEqual([1, 1302]);
    expect(json.error.suggestion).toContain('as the user who installed it');
  });

test('no network is a connection that failed, and the program stays', async () => {
  const { program, call } = installed();
  await server.close();
  const { exit, json } = await call();
  server = await releaseServer();
  expect([exit, json.error.code]).toEqual([4, 1101]);
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram(VERSION));
});

test.each([
  [404, 1402],
  [429, 1401],
  [503, 1402],
])('a server that answers %s is error %s', async (status, code) => {
  server.refuse(status);
  expect((await installed().call('--check')).json.error.code).toBe(code);
});

test('a version that is not there is a mistake of the caller', async () => {
  server.publish('9.1.0');
  const { exit, json } = await installed().call('--version', '9.9.9');
  expect([exit, json.error.code]).toEqual([2, 1403]);
});

test.each(['1.2', '../1.0.0', '1.0.0/..', '$(id)', ''])(
  '`--version %s` is refused before anything is asked',
  async given => {
    expect((await installed().call(`--version=${given}`)).exit).toBe(2);
    expect(server.asked).toEqual([]);
  },
);

test('on Windows the running program is moved aside, and goes with the next upgrade', async () => {
  server.publish('9.1.0');
  const { program, call } = installed({ platform: 'win32' });
  writeFileSync(`${program}.old`, 'of the last upgrade');
  // the architecture is asked of the machine, whose archive for Windows is a zip
  const { json } = await call();
  expect(json.data?.upgraded ?? json.error).toBe(true);
  expect(readFileSync(program, 'utf8')).toBe(fakeProgram('9.1.0'));
  expect(readdirSync(dirname(program))).toEqual(['lecoder-cgpu.exe']);
});

test('what npm installed is asked of the registry, and npm is named', async () => {
  server.put('/releases/lecoder-cgpu/latest', JSON.stringify({ version: '9.2.0' }));
  const { host, call } = installed();
  const script = join(host.folder, 'lib/node_modules/lecoder-cgpu/dist/lecoder-cgpu.cjs');
  mkdirSync(dirname(script), { recursive: true });
  writeFileSync(script, '');
  Object.assign(host, { program: { command: process.execPath, args: [script] } });
  const { json } = await call();
  expect(json.data).toMatchObject({
    available: '9.2.0',
    install: { kind: 'npm' },
    upgraded: false,
    commands: ['npm install -g lecoder-cgpu@9.2.0'],
  });
});

test('plain HTTP to another machine is refused', async () => {
  const { call } = installed({ env: { LECODER_RELEASES_URL: 'http://example.org/releases' } });
  expect((await call()).json.error.message).toContain('https');
});
