import { expect, test } from 'vitest';
import { configFolder, type FolderFacts } from '../../../src/node-host/folders.ts';

const folder = (facts: Partial<FolderFacts>, there: readonly string[] = []) =>
  configFolder({
    env: {},
    platform: 'linux',
    home: '/home/me',
    work: '/work',
    exists: path => there.includes(path),
    ...facts,
  });
const OLD = '/home/me/Library/Preferences/lecoder-cgpu';

test.each<[string, Partial<FolderFacts>, string]>([
  ['Linux', {}, '/home/me/.config/lecoder-cgpu'],
  ['XDG', { env: { XDG_CONFIG_HOME: '/xdg' } }, '/xdg/lecoder-cgpu'],
  ['an empty XDG', { env: { XDG_CONFIG_HOME: '' } }, '/home/me/.config/lecoder-cgpu'],
  ['a relative XDG', { env: { XDG_CONFIG_HOME: 'xdg' } }, '/home/me/.config/lecoder-cgpu'],
  ['a name', { env: { LECODER_CONFIG_DIR: '/a', LECODER_CGPU_CONFIG_DIR: '/b', XDG_CONFIG_HOME: '/xdg' } }, '/a'],
  ['the other name', { env: { LECODER_CGPU_CONFIG_DIR: '/b' } }, '/b'],
  ['a relative name', { env: { LECODER_CONFIG_DIR: 'here' } }, '/work/here'],
  ['macOS', { platform: 'darwin' }, '/home/me/.config/lecoder-cgpu'],
  [
    'Windows',
    { platform: 'win32', env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' } },
    'C:\\Users\\me\\AppData\\Roaming\\lecoder-cgpu',
  ],
  [
    'Windows without a variable',
    { platform: 'win32', home: 'C:\\Users\\me' },
    'C:\\Users\\me\\AppData\\Roaming\\lecoder-cgpu',
  ],
  ['a drive letter', { platform: 'win32', env: { LECODER_CONFIG_DIR: 'd:\\x' } }, 'd:\\x'],
  ['a relative name on Windows', { platform: 'win32', work: 'C:\\w', env: { LECODER_CONFIG_DIR: 'x' } }, 'C:\\w\\x'],
])('%s', (_, facts, expected) => {
  expect(folder(facts)).toBe(expected);
});

test('macOS finds an old folder, unless there is a new one too', () => {
  expect(folder({ platform: 'darwin' }, [OLD])).toBe(OLD);
  expect(folder({ platform: 'darwin' }, [OLD, '/home/me/.config/lecoder-cgpu'])).toBe('/home/me/.config/lecoder-cgpu');
});
