import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';
import type { Services } from '../../core/services.ts';
import { SETTINGS, type SettingSpec } from '../../core/setting-list.ts';
import { type SettingReport, settingKey, settingReport } from './config-state.ts';

/** The setting as it stands. Throws `usage` for a key that is none, and for a file that is no JSON. */
export async function getSetting(word: string, services: Services): Promise<SettingReport> {
  const key = settingKey(word);
  const found = (await services.config()).states().find(state => state.key === key);
  if (found === undefined) throw new Failure('unknown', `no state of ${key}`);
  return settingReport(found);
}

/** Writes one key of `config.json`. `given` is the value as typed, `-` for stdin, null to be asked for it. */
export async function setSetting(
  word: string,
  given: string | null,
  services: Services,
  signal: AbortSignal,
): Promise<SettingReport> {
  const key = settingKey(word);
  const { secret, help }: SettingSpec = SETTINGS[key];
  const { host, flags } = services;
  const config = await services.config();
  config.states(); // a file that cannot be read is said before anybody types
  if (given === '-') await config.set(key, await readPiped(host, signal));
  else if (given !== null) await config.set(key, given);
  else if (flags.input && host.stdin.isTerminal) {
    const typed = await host.stdin.readLine(`${key} (${plain(help)}): `, { hidden: secret === true, signal });
    await config.set(key, typed ?? '');
  } else {
    throw new Failure('usage', `there is no value for \`${key}\``, {
      hints: [`give it after the key; \`lecoder-cgpu config set ${key} -\` reads it from stdin`],
    });
  }
  return getSetting(key, services);
}

/** Takes a key out of `config.json`. `setting` is what holds then; null for a key that was none. */
export async function unsetSetting(
  word: string,
  services: Services,
): Promise<{ readonly key: string; readonly removed: boolean; readonly setting: SettingReport | null }> {
  const config = await services.config();
  if (config.strangers().includes(word)) {
    return { key: word, removed: await config.unset(word), setting: null };
  }
  const key = settingKey(word);
  const removed = await config.unset(key);
  return { key, removed, setting: await getSetting(key, services) };
}

async function readPiped(host: Host, signal: AbortSignal): Promise<string> {
  if (host.stdin.isTerminal)
    throw new Failure('usage', '`-` reads the value from stdin, which is a terminal', {
      hints: ['leave it out to be asked'],
    });
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.stdin.chunks(signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8').trim();
}

function plain(help: string): string {
  return help.replaceAll('`', '');
}
