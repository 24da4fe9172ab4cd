import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/core/failure.ts';
import type { GlobalFlags } from '../../../src/core/settings.ts';
import { loadSettings } from '../../../src/store/settings.ts';
import { statePaths } from '../../../src/store/state-paths.ts';
import { testHost } from '../../support/test-host.ts';

const FLAGS: GlobalFlags = {
  json: false,
  jsonLines: false,
  verbose: false,
  quiet: false,
  input: true,
  color: null,
  config: null,
  profile: null,
  session: null,
  runtime: null,
  forceLogin: false,
  server: null,
  token: null,
};

function load({
  env = {},
  config,
  flags = {},
}: {
  env?: Record<string, string>;
  config?: unknown;
  flags?: Partial<GlobalFlags>;
} = {}) {
  const host = testHost({ env });
  const path = join(host.folders.config, 'config.json');
  if (config !== undefined) {
    mkdirSync(host.folders.config, { recursive: true });
    writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  }
  return { path, settings: () => loadSettings(host, { ...FLAGS, ...flags }) };
}

function refusal(options: Parameters<typeof load>[0]): Failure {
  try {
    load(options).settings();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('it was accepted');
}

test('defaults', () => {
  expect(load().settings()).toEqual({
    runtime: null,
    session: null,
    timeout: 300,
    maxHistorySize: 1000,
    autoReconnect: true,
    propagateExitCode: false,
    updateNotice: true,
    logLevel: 'info',
    defaultGpu: 'T4',
    kernelName: null,
    server: { url: null, token: null },
    local: { idleTimeout: 3600, python: null },
    emulator: null,
  });
});

test('the published config file and our own keys are read, unknown ones ignored', () => {
  const config = {
    defaultGpu: 'L4',
    defaultTimeout: 60,
    maxHistorySize: 10,
    autoReconnect: false,
    verboseLogging: true,
    clientId: 'x',
    propagateExitCode: true,
    updateNotice: false,
    kernelName: 'python3',
    jupyterServerUrl: 'https://hub.example/user/me',
    localIdleTimeout: 5,
    localPython: '/usr/bin/python3',
    defaultRuntime: 'local',
    somethingElse: [1],
  };
  expect(load({ config }).settings()).toEqual({
    runtime: 'local',
    session: null,
    timeout: 60,
    maxHistorySize: 10,
    autoReconnect: false,
    propagateExitCode: true,
    updateNotice: false,
    logLevel: 'debug',
    defaultGpu: 'L4',
    kernelName: 'python3',
    server: { url: 'https://hub.example/user/me', token: null },
    local: { idleTimeout: 5, python: '/usr/bin/python3' },
    emulator: null,
  });
});

test('flag before environment before file', () => {
  const config = { defaultRuntime: 'colab', defaultTimeout: 1, jupyterServerUrl: 'http://file/' };
  const env = {
    LECODER_RUNTIME: 'jupyter',
    LECODER_TIMEOUT: '2.5',
    JUPYTER_SERVER_URL: 'http://env/',
    LECODER_SESSION: 'from-env',
    JUPYTER_TOKEN: 'token-env',
  };
  expect(load({ config, env }).settings()).toMatchObject({
    runtime: 'jupyter',
    timeout: 2.5,
    session: 'from-env',
    server: { url: 'http://env/', token: 'token-env' },
  });
  const flags = { runtime: 'local', session: 'from-flag', server: 'http://flag/', token: 'token-flag' };
  expect(load({ config, env, flags }).settings()).toMatchObject({
    runtime: 'local',
    session: 'from-flag',
    server: { url: 'http://flag/', token: 'token-flag' },
  });
  expect(load({ config, env: { LECODER_RUNTIME: '', LECODER_TIMEOUT: '' } }).settings()).toMatchObject({
    runtime: 'colab',
    timeout: 1,
  });
});

test("a token inside the server's address is taken out of it", () => {
  const env = { JUPYTER_SERVER_URL: 'http://localhost:8888/lab?token=abc' };
  expect(load({ env }).settings().server).toEqual({ url: 'http://localhost:8888/lab', token: 'abc' });
});

test.each([
  [{}, {}, 'info'],
  [{ LECODER_LOG_LEVEL: 'warn' }, {}, 'warn'],
  [{ LECODER_CGPU_DEBUG: '1' }, {}, 'debug'],
  [{ LECODER_CGPU_DEBUG: '0' }, {}, 'info'],
  [{ LECODER_LOG_LEVEL: 'error', LECODER_CGPU_DEBUG: '1' }, {}, 'error'],
  [{ LECODER_LOG_LEVEL: 'error' }, { verbose: true }, 'debug'],
])('log level of %j with %j is %s', (env, flags, level) => {
  expect(load({ env: env as Record<string, string>, flags }).settings().logLevel).toBe(level);
});

describe('what cannot be used is refused with its origin', () => {
  test.each([
    [{ env: { LECODER_TIMEOUT: '5m' } }, '`LECODER_TIMEOUT` is "5m", but must be a number of seconds', null],
    [{ env: { LECODER_TIMEOUT: '-1' } }, '`LECODER_TIMEOUT` is "-1"', null],
    [
      { env: { LECODER_RUNTIME: 'locl' } },
      '`LECODER_RUNTIME` is "locl", but must be one of `colab`, `jupyter`, `local`',
      'did you mean `local`?',
    ],
    [{ flags: { runtime: 'jupiter' } }, '`--runtime` is "jupiter"', 'did you mean `jupyter`?'],
    [{ env: { LECODER_LOG_LEVEL: 'wran' } }, '`LECODER_LOG_LEVEL`', 'did you mean `warn`?'],
    [{ env: { JUPYTER_SERVER_URL: 'localhost:8888' } }, '`JUPYTER_SERVER_URL` must be an http or https address', null],
    [{ config: { defaultTimeout: 'long' } }, '`defaultTimeout` in `', null],
    [{ config: { autoReconnect: 'yes' } }, 'must be `true` or `false`', null],
    [{ config: { maxHistorySize: 1.5 } }, 'must be a whole number', null],
    [{ config: [] }, 'must hold a JSON object', null],
  ])('%j', (options, message, hint) => {
    const failure = refusal(options as Parameters<typeof load>[0]);
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain(message);
    if (hint !== null) expect(failure.facts.hints).toContain(hint);
  });
});

test('a broken config file is named with the place, its content is not shown, and it is left as it is', () => {
  const text = '{\n  "clientSecret": "hidden-value",\n  "defaultTimeout": 30,,\n}';
  const { path, settings } = load({ config: text });
  expect(settings).toThrow(`\`${path}\` is not valid JSON: line 3, column 24`);
  expect(settings).not.toThrow('hidden-value');
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('--config names a file or a folder, and everything else is beside it', () => {
  const host = testHost();
  const other = join(host.folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'mine.json'), '{}');
  expect(statePaths(host, { config: 'other/mine.json' })).toMatchObject({
    config: join(other, 'mine.json'),
    history: join(other, 'state', 'history.jsonl'),
  });
  expect(statePaths(host, { config: other })).toMatchObject({
    config: join(other, 'config.json'),
    tokens: join(other, 'tokens.json'),
  });
  expect(() => statePaths(host, { config: 'missing.json' })).toThrow('does not exist');
});

describe('the emulator', () => {
  test.each(['http://127.0.0.1:8765', 'http://localhost:1', 'http://[::1]:8765/'])('%s is on this machine', url => {
    expect(load({ env: { LECODER_EMULATOR: url } }).settings().emulator?.href).toBe(new URL(url).href);
  });

  test.each([
    'http://example.com',
    'https://127.0.0.1.example.com',
    'http://10.0.0.1:80',
    'nonsense',
    'http://127.0.0.1:1/path',
  ])('%s is refused: credentials must not leave the machine', url => {
    const failure = refusal({ env: { LECODER_EMULATOR: url } });
    expect(failure.kind).toBe('usage');
    expect(failure.message).toContain('LECODER_EMULATOR');
  });

  test('has files of its own', () => {
    const host = testHost({ env: { LECODER_EMULATOR: 'http://127.0.0.1:1' } });
    const paths = statePaths(host, FLAGS);
    const profile = join(host.folders.config, 'profiles', 'emulator');
    for (const path of Object.values(paths)) expect(path.startsWith(profile)).toBe(true);
  });
});
