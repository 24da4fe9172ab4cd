import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { globalFlags } from '../../../src/cli/global-options.ts';
import { Failure } from '../../../src/core/failure.ts';
import { SETTING_KEYS, SETTINGS, type SettingKey, type SettingSpec } from '../../../src/core/setting-list.ts';
import { configStore } from '../../../src/store/config-store.ts';
import { locks } from '../../../src/store/lock.ts';
import { loadSettings } from '../../../src/store/settings.ts';
import { statePaths } from '../../../src/store/state-paths.ts';
import { testHost } from '../../support/test-host.ts';

function store({ env = {}, text, flags = {} }: { env?: Record<string, string>; text?: string; flags?: object } = {}) {
  const host = testHost({ env });
  const all = globalFlags(flags as Record<string, unknown>);
  const { config: path, login, state } = statePaths(host, all);
  mkdirSync(dirname(path), { recursive: true });
  if (text !== undefined) writeFileSync(path, text);
  const warnings: string[] = [];
  const config = configStore({
    host,
    flags: all,
    path,
    login,
    locks: locks(host, state),
    warn: warning => warnings.push(warning),
  });
  const state1 = (key: SettingKey) => config.states().find(each => each.key === key);
  return { host, flags: all, path, login, config, warnings, state: state1, text: () => readFileSync(path, 'utf8') };
}

/** A value that fits each kind. */
const FITTING = {
  choice: 'local',
  seconds: '2.5',
  count: '7',
  truth: 'true',
  text: 'abc',
  address: 'http://x/',
} as const;

test('every setting of the table can be set, is read back with its type, and settles without a fault', async () => {
  const { config, host, flags, text } = store();
  for (const key of SETTING_KEYS) await config.set(key, ` ${FITTING[SETTINGS[key].kind]} `);
  const file = JSON.parse(text());
  expect(Object.keys(file)).toEqual(SETTING_KEYS);
  expect(file).toMatchObject({ defaultTimeout: 2.5, maxHistorySize: 7, autoReconnect: true, defaultRuntime: 'local' });
  for (const state of config.states()) expect(state).toMatchObject({ isSet: true, origin: 'config', fault: null });
  expect(loadSettings(host, flags)).toMatchObject({ runtime: 'local', timeout: 2.5, maxHistorySize: 7 });
});

describe('the file', () => {
  test('keeps what is not ours, the order and the indentation', async () => {
    const before = '{\n\t"mine": {"a": [1]},\n\t"defaultGpu": "T4",\n\t"zeta": null\n}\n';
    const { config, text } = store({ text: before });
    await config.set('defaultGpu', 'L4');
    expect(text()).toBe('{\n\t"mine": {\n\t\t"a": [\n\t\t\t1\n\t\t]\n\t},\n\t"defaultGpu": "L4",\n\t"zeta": null\n}\n');
    expect(config.strangers()).toEqual(['mine', 'zeta']);
    expect(await config.unset('mine')).toBe(true);
    expect(await config.unset('mine')).toBe(false);
    expect(await config.unset('toString')).toBe(false);
    expect(text()).toBe('{\n\t"defaultGpu": "L4",\n\t"zeta": null\n}\n');
  });

  test('is private, and not written when nothing changes', async () => {
    const { config, path } = store();
    await config.set('defaultGpu', 'L4');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { ino } = statSync(path);
    await config.set('defaultGpu', 'L4');
    expect(statSync(path).ino).toBe(ino);
  });

  test('behind a link is changed there', async () => {
    const { config, path, host, text } = store();
    const real = join(host.folder, 'dotfiles.json');
    writeFileSync(real, '{"defaultGpu":"T4"}');
    symlinkSync(real, path);
    await config.set('defaultGpu', 'A100');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe(text());
    expect(JSON.parse(text())).toEqual({ defaultGpu: 'A100' });
  });

  test('that is no JSON is left alone', async () => {
    const { config, text } = store({ text: '{"defaultGpu": T4}' });
    await expect(config.set('defaultGpu', 'L4')).rejects.toThrow('line 1, column 16');
    await expect(config.unset('defaultGpu')).rejects.toThrow('is not valid JSON');
    expect(text()).toBe('{"defaultGpu": T4}');
  });

  test('loses nothing to twenty changes side by side', async () => {
    const { config, text } = store({ text: '{"mine":1}' });
    const keys = SETTING_KEYS.filter(key => SETTINGS[key].kind === 'text');
    await Promise.all(keys.map(key => config.set(key, `of ${key}`)));
    expect(JSON.parse(text())).toEqual({ mine: 1, ...Object.fromEntries(keys.map(key => [key, `of ${key}`])) });
  });
});

describe('where a value comes from', () => {
  test('flag, environment, file, default', () => {
    const text = '{"defaultRuntime":"colab","defaultTimeout":7}';
    expect(store({ text }).state('defaultRuntime')).toMatchObject({ value: 'colab', origin: 'config' });
    const env = { LECODER_RUNTIME: 'jupyter', LECODER_TIMEOUT: '' };
    const both = store({ text, env });
    expect(both.state('defaultRuntime')).toMatchObject({
      value: 'jupyter',
      origin: 'environment',
      from: 'LECODER_RUNTIME',
    });
    expect(both.state('defaultTimeout')).toMatchObject({ value: 7, origin: 'config', from: both.path });
    const flags = { runtime: 'local' };
    expect(store({ text, env, flags }).state('defaultRuntime')).toMatchObject({ value: 'local', from: '--runtime' });
    expect(store().state('defaultTimeout')).toMatchObject({ value: 300, isSet: false, origin: 'default', from: null });
  });

  test('the file wins over the environment for the OAuth client, and an emulator has none from there', () => {
    const env = { GOOGLE_CLIENT_ID: 'from-env' };
    expect(store({ env }).state('clientId')).toMatchObject({ value: 'from-env', origin: 'environment' });
    expect(store({ env, text: '{"clientId":"mine"}' }).state('clientId')).toMatchObject({ value: 'mine' });
    const emulated = store({ env: { ...env, LECODER_EMULATOR: 'http://127.0.0.1:1' } });
    expect(emulated.state('clientId')).toMatchObject({ isSet: false });
  });

  test('what was written and does not hold is said', async () => {
    const { config, warnings } = store({ env: { LECODER_TIMEOUT: '5' } });
    await config.set('defaultTimeout', '9');
    expect(warnings).toEqual(['`LECODER_TIMEOUT` is set and wins over `config.json`']);
    await config.set('defaultGpu', 'L4');
    expect(warnings).toHaveLength(1);
  });
});

describe('what cannot be used', () => {
  test.each<[SettingKey, string]>([
    ['defaultTimeout', '-1'],
    ['defaultTimeout', '2147484'],
    ['defaultTimeout', 'NaN'],
    ['maxHistorySize', '1.5'],
    ['autoReconnect', 'yes'],
    ['defaultRuntime', 'LOCAL'],
    ['jupyterServerUrl', 'ftp://x'],
    ['clientSecret', '  '],
  ])('%s is not %j', async (key, text) => {
    const { config, path } = store();
    await expect(config.set(key, text)).rejects.toBeInstanceOf(Failure);
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  test('is shown with the reason, a secret without it', () => {
    const { state } = store({
      text: '{"defaultTimeout":"5m","clientSecret":[1,"hidden-value"],"jupyterServerUrl":"hidden"}',
    });
    expect(state('defaultTimeout')).toMatchObject({ value: null, isSet: true });
    expect(state('defaultTimeout')?.fault).toContain('must be a number of seconds');
    for (const key of ['clientSecret', 'jupyterServerUrl'] as const) {
      expect(state(key)?.fault).not.toBeNull();
      expect(JSON.stringify(state(key))).not.toContain('hidden');
    }
  });

  test('does not stop a command that shows and mends', () => {
    const env = { LECODER_LOG_LEVEL: 'loud', LECODER_EMULATOR: 'nonsense', LECODER_RUNTIME: 'x' };
    for (const text of ['{"defaultTimeout":"5m","defaultGpu":"L4"}', '{,', '[]']) {
      const { host, flags } = store({ text, env });
      mkdirSync(dirname(statePaths(host, flags).config), { recursive: true });
      writeFileSync(statePaths(host, flags).config, text);
      expect(() => loadSettings(host, flags)).toThrow(Failure);
      expect(loadSettings(host, { ...flags, badSettings: true })).toMatchObject({
        timeout: 300,
        runtime: null,
        logLevel: 'info',
        emulator: null,
        defaultGpu: text.includes('L4') ? 'L4' : 'T4',
      });
    }
  });
});

test('secrets are never shown: not the client secret, not what an address carries', async () => {
  const { config, state, warnings, login } = store();
  mkdirSync(dirname(login), { recursive: true });
  writeFileSync(login, '{}');
  await config.set('clientSecret', 'hidden-value');
  expect(state('clientSecret')).toMatchObject({ value: null, isSet: true, secret: true });
  expect(warnings).toEqual([expect.stringContaining('sign in again')]);
  await config.set('jupyterServerUrl', 'https://me:hidden-value@host/x/?token=hidden-value#hidden-value');
  expect(state('jupyterServerUrl')?.value).toBe('https://host/x/');
  expect(JSON.stringify(config.states())).not.toContain('hidden-value');
});

test('every variable of a setting is described among the variables', async () => {
  const { VARIABLES } = await import('../../../src/core/environment.ts');
  const names = VARIABLES.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  for (const key of SETTING_KEYS) {
    const { variables = [], fallbacks = [] }: SettingSpec = SETTINGS[key];
    expect(names).toEqual(expect.arrayContaining([...variables, ...fallbacks]));
  }
});
