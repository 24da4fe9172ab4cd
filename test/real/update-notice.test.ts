import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/main.ts';
import { VERSION } from '../../src/version.ts';
import { releaseServer } from '../support/release-server.ts';
import { FIXED_NOW, type TestHost, type TestHostOptions, testHost } from '../support/test-host.ts';

interface Started {
  readonly host: TestHost;
  readonly record: string;
  /** Command lines of processes that were sent off. */
  readonly sent: string[][];
  /** Runs a command that works on every machine. Returns what stands on stderr. */
  run(...args: string[]): Promise<string>;
}

/** A terminal, with this known of newer versions. */
function started(known: object | null, options: TestHostOptions = {}): Started {
  const host = testHost({ columns: 80, ...options });
  const record = join(host.folders.config, 'state', 'update.json');
  const sent: string[][] = [];
  const startDetached = async (command: string, args: readonly string[]) => sent.push([command, ...args]);
  Object.assign(host, { processes: { ...host.processes, startDetached } });
  mkdirSync(join(host.folders.config, 'state'), { recursive: true });
  if (known !== null) {
    writeFileSync(record, JSON.stringify(known));
  }
  return {
    host,
    record,
    sent,
    async run(...args) {
      expect(await main(args.length > 0 ? args : ['config', 'path'], host)).toBe(0);
      return host.stderr.text;
    },
  };
}

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(FIXED_NOW.getTime() - hours * HOUR).toISOString();
const news = { askedAt: ago(1), newest: '9.1.0', toldAt: null };

test('a newer version that is known is told, once a day', async () => {
  const { run, record, sent } = started(news);
  const notice = `\nlecoder-cgpu 9.1.0 is out; this is ${VERSION}. See \`lecoder-cgpu upgrade\`\n`;
  expect(await run()).toBe(notice);
  expect(await run()).toBe(notice);
  expect(JSON.parse(readFileSync(record, 'utf8')).toldAt).toBe(FIXED_NOW.toISOString());
  expect(sent).toEqual([]);
});

test('told yesterday, it is told again', async () => {
  expect(await started({ ...news, toldAt: ago(25) }).run()).toContain('9.1.0 is out');
});

test.each([
  ['the same', { ...news, newest: VERSION }],
  ['an older', { ...news, newest: '0.1.0' }],
  ['none', { ...news, newest: null }],
])('%s version is not news', async (_, known) => {
  expect(await started(known).run()).toBe('');
});

test.each([
  ['with --json', {}, ['config', 'path', '--json']],
  ['in CI', { env: { CI: 'true' } }, []],
  ['when it is not wanted', { env: { LECODER_NO_UPDATE_NOTICE: '1' } }, []],
  ['with an emulator', { env: { LECODER_EMULATOR: 'http://127.0.0.1:9' } }, []],
  ['in a pipe', { columns: null }, []],
])('nothing is told or asked %s', async (_, options, args) => {
  const { run, sent } = started({ ...news, askedAt: ago(48) }, options);
  expect(await run(...args)).toBe('');
  expect(sent).toEqual([]);
});

test('`updateNotice: false` turns it off, asking included', async () => {
  const { run, host, sent } = started({ ...news, askedAt: ago(48) });
  writeFileSync(join(host.folders.config, 'config.json'), '{"updateNotice": false}');
  expect(await run()).toBe('');
  expect(sent).toEqual([]);
});

test('a process of its own asks once a day, whatever comes of it', async () => {
  const { run, host, sent } = started({ ...news, newest: null, askedAt: ago(25) });
  await run();
  await run();
  expect(sent).toEqual([[host.program.command, ...host.program.args, 'upgrade', '--check', '--json']]);
});

test('the first command asks nothing: it starts the day', async () => {
  const { run, record, sent } = started(null);
  await run();
  expect(sent).toEqual([]);
  expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual({
    askedAt: FIXED_NOW.toISOString(),
    newest: null,
    toldAt: null,
  });
});

test.each(['{', '[]', '{"askedAt":7}', '{"askedAt":"yesterday","newest":"9.1.0"}'])(
  'a damaged record (%s) stops nothing',
  async text => {
    const { run, record } = started({});
    writeFileSync(record, text);
    await run();
    expect(Date.parse(JSON.parse(readFileSync(record, 'utf8')).askedAt)).toBe(FIXED_NOW.getTime());
  },
);

test('where nothing has been kept yet, nothing is made for this', async () => {
  const { run, host } = started(null);
  rmSync(host.folders.config, { recursive: true });
  expect(await run()).toBe('');
  expect(existsSync(host.folders.config)).toBe(false);
});

test('where nothing can be written, nothing is said of it', async () => {
  const { run, record } = started(null);
  mkdirSync(record);
  expect(await run()).toBe('');
});

test('`upgrade --check` leaves behind what the notice reads', async () => {
  const server = await releaseServer();
  server.publish('9.3.0');
  try {
    const { host, record } = started(null, { real: true, env: { LECODER_RELEASES_URL: server.url } });
    expect(await main(['upgrade', '--check', '--json'], host)).toBe(0);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ newest: '9.3.0', toldAt: null });
    expect(host.stderr.text).toBe('');
    await main(['config', 'path'], host);
    expect(host.stderr.text).toContain('9.3.0 is out');
  } finally {
    await server.close();
  }
});
