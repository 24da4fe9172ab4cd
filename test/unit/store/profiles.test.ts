import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { listProfiles, requireProfile } from '../../../src/store/profiles.ts';
import { profileOf, statePaths } from '../../../src/store/state-paths.ts';
import { testHost } from '../../support/test-host.ts';

const NONE = { config: null, profile: null };

test('a profile has all its files below the config folder, the emulator its own below each', () => {
  const host = testHost();
  const folder = host.folders.config;
  for (const path of Object.values(statePaths(host, { config: null, profile: 'work' })))
    expect(path.startsWith(join(folder, 'profiles', 'work'))).toBe(true);
  expect(statePaths(host, { config: null, profile: 'default' })).toEqual(statePaths(host, NONE));
  const emulated = testHost({ env: { LECODER_EMULATOR: 'http://127.0.0.1:1' } });
  expect(statePaths(emulated, { config: null, profile: 'work' }).config).toBe(
    join(emulated.folders.config, 'profiles', 'work', 'profiles', 'emulator', 'config.json'),
  );
  expect(profileOf(emulated, NONE)).toBe('emulator');
  expect(profileOf(emulated, { config: null, profile: 'work' })).toBe('work');
});

test('the flag wins over the variable, `--config` over the variable, and the two flags exclude each other', () => {
  const host = testHost({ env: { LECODER_PROFILE: 'work' } });
  expect(profileOf(host, NONE)).toBe('work');
  expect(profileOf(host, { config: null, profile: 'home' })).toBe('home');
  expect(profileOf(host, { config: null, profile: 'default' })).toBe('default');
  expect(profileOf(host, { config: host.folder, profile: null })).toBe('default');
  expect(() => profileOf(host, { config: host.folder, profile: 'home' })).toThrow('give one');
  expect(profileOf(testHost({ env: { LECODER_PROFILE: '' } }), NONE)).toBe('default');
});

test.each([
  '',
  'Work',
  '../x',
  'a/b',
  'a\\b',
  '.',
  '..',
  'con',
  'lpt1',
  'emulator',
  '-x',
  'ä',
  'a b',
  'a'.repeat(33),
  'x\n',
])('%j is no name', name => {
  expect(() => profileOf(testHost(), { config: null, profile: name })).toThrow('`--profile`');
  if (name !== '')
    expect(() => profileOf(testHost({ env: { LECODER_PROFILE: name } }), NONE)).toThrow('`LECODER_PROFILE`');
});

test.each(['work', 'a', '2', 'my-lab_2', 'console'])('%j is a name', name => {
  expect(profileOf(testHost(), { config: null, profile: name })).toBe(name);
});

test('one that nobody has used is refused, with the nearest; nothing is made', () => {
  const host = testHost();
  const folder = host.folders.config;
  mkdirSync(join(folder, 'profiles', 'work'), { recursive: true });
  expect(() => requireProfile(host, NONE)).not.toThrow();
  expect(() => requireProfile(host, { config: null, profile: 'work' })).not.toThrow();
  expect(() => requireProfile(host, { config: null, profile: 'wrok' })).toThrow(
    expect.objectContaining({
      kind: 'usage',
      facts: { hints: ['did you mean `work`?', expect.stringContaining('auth login --profile wrok')] },
    }),
  );
  expect(existsSync(join(folder, 'profiles', 'wrok'))).toBe(false);
});

test('the list says who is signed in, also where a file is damaged', () => {
  const host = testHost();
  const write = (profile: string, text: string) => {
    const { login } = statePaths(host, { config: null, profile });
    mkdirSync(dirname(login), { recursive: true });
    writeFileSync(login, text);
  };
  expect(listProfiles(host, NONE)).toMatchObject([{ name: 'default', current: true, signedIn: false }]);
  write('default', '{"refreshToken":"v1.x","account":{"id":"me@example.com"}}');
  write('old', '{"refreshToken":"v1.x","account":{"id":"old@example.com"},"refusedAt":"2026-01-01T00:00:00Z"}');
  write('torn', '{"refresh');
  write('work', '{"refreshToken":"v1.x"}');
  expect(
    listProfiles(host, { config: null, profile: 'work' }).map(({ path: _, ...rest }) => Object.values(rest)),
  ).toEqual([
    ['default', false, 'me@example.com', true],
    ['old', false, 'old@example.com', false],
    ['torn', false, null, false],
    ['work', true, null, true],
  ]);
});
