import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Host } from './core/host.ts';
import type { GlobalFlags } from './core/settings.ts';
import type { UpdateKnowledge } from './core/upgrade.ts';
import { loadSettings } from './store/settings.ts';
import { rootConfig } from './store/state-paths.ts';
import { updateRecord } from './store/update-record.ts';
import { compareVersions } from './util/version-order.ts';
import { VERSION } from './version.ts';

/** Milliseconds between two questions, and between two notices. */
const A_DAY = 86_400_000;

/**
 * Whether this is a place for remarks about newer versions: a person at a terminal, not a pipeline, an emulator or a
 * program that reads JSON. Looks at nothing that costs.
 */
function mayTell({ env, stdout, stderr }: Host, flags: GlobalFlags): boolean {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  if (ci || env.LECODER_NO_UPDATE_NOTICE || env.LECODER_EMULATOR) return false;
  return !flags.json && !flags.jsonLines && !flags.quiet && stderr.isTerminal && stdout.isTerminal;
}

/**
 * After a command has ended: tells of a newer version that is known, once a day at most, and once a day sends a
 * process of its own to ask. The first question comes a day after the first command. Never throws.
 */
export async function updateNotice(host: Host, flags: GlobalFlags): Promise<void> {
  if (!mayTell(host, flags)) return;
  try {
    if (!loadSettings(host, { ...flags, badSettings: true }).updateNotice) return;
    const state = join(dirname(rootConfig(host, flags)), 'state');
    // who has kept nothing so far has not begun to use this
    if (!existsSync(state)) return;
    const record = updateRecord(join(state, 'update.json'));
    const now = host.now();
    const known = record.read() ?? { askedAt: now.toISOString(), newest: null, toldAt: null };
    const ask = isOld(known.askedAt, now);
    const tell = isNews(known) && isOld(known.toldAt, now);
    const stamp = now.toISOString();
    const next = { ...known, askedAt: ask ? stamp : known.askedAt, toldAt: tell ? stamp : known.toldAt };
    if (ask || tell || record.read() === null) record.write(next);
    if (tell)
      host.stderr.write(`\nlecoder-cgpu ${known.newest} is out; this is ${VERSION}. See \`lecoder-cgpu upgrade\`\n`);
    if (ask) await askInBackground(host, flags);
  } catch {
    // a remark is not worth a failure
  }
}

function isNews({ newest }: UpdateKnowledge): boolean {
  return newest !== null && compareVersions(newest, VERSION) > 0;
}

/** Times of the future, by a clock that was set back, count as old. */
function isOld(time: string | null, now: Date): boolean {
  if (time === null) return true;
  const age = now.getTime() - Date.parse(time);
  return !(age >= 0 && age < A_DAY);
}

/** `upgrade --check` writes down what it learns. Nobody waits for it. */
async function askInBackground(host: Host, { config }: GlobalFlags): Promise<void> {
  const { command, args } = host.program;
  const place = config === null ? [] : ['--config', config];
  await host.processes.startDetached(command, [...args, 'upgrade', '--check', '--json', ...place], {
    cwd: host.folders.home,
    env: host.env,
    logFile: host.platform === 'win32' ? '\\\\.\\NUL' : '/dev/null',
  });
}
