import { describe, expect, test } from 'vitest';
import type { Login } from '../../../../src/core/account.ts';
import { SCOPES } from '../../../../src/core/account.ts';
import type { Probes } from '../../../../src/core/doctor.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { GOOGLE } from '../../../../src/core/google-hosts.ts';
import { SocketRefused } from '../../../../src/core/host.ts';
import type { Doorway } from '../../../../src/core/runtime.ts';
import { type FolderFacts, judgeFolder } from '../../../../src/operations/doctor/check-folder.ts';
import { clockFinding, readClock } from '../../../../src/operations/doctor/check-google.ts';
import { scopesFinding } from '../../../../src/operations/doctor/check-login.ts';
import { dnsFinding, proxyFinding, tlsFinding, type Way } from '../../../../src/operations/doctor/check-network.ts';
import { checkTerminal } from '../../../../src/operations/doctor/check-terminal.ts';
import { checkWebSocket } from '../../../../src/operations/doctor/check-websocket.ts';
import { check, failed, ok } from '../../../../src/operations/doctor/finding.ts';
import { googleTargets } from '../../../../src/operations/doctor/targets.ts';
import { testHost } from '../../../support/test-host.ts';

const DIRECT = { proxy: null, variable: null, credentials: false, exempt: null };
const CERTIFICATE = {
  subject: 'Google LLC',
  issuer: 'Google Trust Services',
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2027-01-01T00:00:00.000Z',
  selfSigned: false,
};

/** All of Google's hosts as they should be. */
const ways = (change: (way: Way) => Partial<Way> = () => ({})): Way[] =>
  googleTargets(null).map(target => {
    const way: Way = {
      target,
      road: DIRECT,
      addresses: { took: 3, value: ['142.250.1.1'] },
      reached: { took: 40, value: { address: '142.250.1.1', tls: { protocol: 'TLSv1.3', certificate: CERTIFICATE } } },
    };
    return { ...way, ...change(way) };
  });
const lost = (message: string) => ({ took: 5, failure: new Failure('connectionTimeout', message) });

test('every host of Google that the product names is a target, and an emulator takes the place of all', () => {
  expect(googleTargets(null).map(({ url }) => url.origin)).toEqual(Object.values(GOOGLE));
  const emulator = new URL('http://127.0.0.1:8765/');
  expect(googleTargets(emulator).map(({ url }) => url)).toEqual([emulator]);
});

describe('names', () => {
  test('all found', () => {
    expect(dnsFinding(ways())).toMatchObject({ status: 'ok', message: '6 names looked up, 3 ms at most' });
  });

  test('one missing that is needed, and one that is not', () => {
    const without = (host: string) =>
      dnsFinding(ways(({ target }) => (target.url.host === host ? { addresses: lost(`no ${host}`) } : {})));
    expect(without('oauth2.googleapis.com')).toMatchObject({ status: 'failed', message: 'no oauth2.googleapis.com' });
    expect(without('colaboratory.googleapis.com')).toMatchObject({ status: 'warning' });
  });

  test('none: said once', () => {
    const { message } = dnsFinding(ways(({ target }) => ({ addresses: lost(`no ${target.url.host}`) })));
    expect(message).toBe('no accounts.google.com (and 5 more hosts)');
  });

  test.each(['0.0.0.0', '127.0.0.1', '::'])('a filter that answers %s', address => {
    expect(dnsFinding(ways(() => ({ addresses: { took: 1, value: [address] } })))).toMatchObject({ status: 'warning' });
  });

  test('behind a proxy nobody looks them up here', () => {
    const road = { ...DIRECT, proxy: 'proxy.corp:3128', variable: 'HTTPS_PROXY' };
    expect(dnsFinding(ways(() => ({ road, addresses: null })))).toMatchObject({
      status: 'skipped',
      message: 'the proxy looks names up',
    });
  });
});

describe('proxies', () => {
  test('the one in force, and what goes around it', () => {
    const road = { proxy: 'proxy.corp:3128', variable: 'HTTPS_PROXY', credentials: true, exempt: null };
    const around = { proxy: null, variable: 'HTTPS_PROXY', credentials: false, exempt: '.googleapis.com' };
    const some = ways(({ target }) => ({ road: target.url.host.endsWith('googleapis.com') ? around : road }));
    expect(proxyFinding(some).message).toBe(
      'proxy.corp:3128 (`HTTPS_PROXY`), with a user and a password; 4 of 6 hosts go around it',
    );
    expect(proxyFinding(ways(() => ({ road: around }))).message).toBe(
      'none: `.googleapis.com` in `NO_PROXY` covers accounts.google.com',
    );
  });
});

describe('connections', () => {
  test('signed by Google', () => {
    expect(tlsFinding(ways()).message).toBe('6 hosts reached, signed by "Google Trust Services", 40 ms at most');
  });

  test.each(['Zscaler Inc.', 'Not Google Trust Services'])('signed by %s', issuer => {
    const opened = ways(() => ({
      reached: {
        took: 1,
        value: { address: '1.1.1.1', tls: { protocol: 'TLSv1.2', certificate: { ...CERTIFICATE, issuer } } },
      },
    }));
    expect(tlsFinding(opened)).toMatchObject({ status: 'warning', message: expect.stringContaining(`"${issuer}"`) });
  });
});

describe('the clock', () => {
  const at = (date: Date, now: number) => readClock(new URL('https://a.b'), { status: 204, date, text: '' }, now);
  const noon = Date.UTC(2026, 0, 1, 12);

  test.each([
    [0, 'ok', 'right'],
    [-30_000, 'ok', '30 s behind'],
    [61_000, 'warning', 'the clock of this machine is 61 s ahead: certificates and tokens may be refused'],
  ])('%d ms off: %s', (ahead, status, message) => {
    expect(clockFinding(at(new Date(noon), noon + 500 + ahead), 'linux')).toMatchObject({ status, message });
  });

  test('nobody told the time', () => {
    expect(clockFinding(null, 'linux').status).toBe('skipped');
  });
});

describe('permissions', () => {
  const login = (...names: (keyof typeof SCOPES)[]): Login => ({
    account: null,
    scopes: names.map(name => SCOPES[name]),
    source: 'session',
    tokenExpires: null,
  });

  test('all, without Drive, without Colab, not known', () => {
    expect(scopesFinding(login('profile', 'email', 'colaboratory', 'drive')).status).toBe('ok');
    const noDrive = scopesFinding(login('profile', 'email', 'colaboratory'));
    expect(noDrive).toMatchObject({ status: 'warning', facts: { missing: ['drive'] } });
    expect(noDrive.fixes?.[0]).toContain('auth login --scopes drive');
    expect(scopesFinding(login('email', 'drive'))).toMatchObject({ status: 'failed' });
    expect(scopesFinding(login()).status).toBe('skipped');
  });
});

describe('WebSockets', () => {
  const doorway: Doorway = {
    http: new URL('https://hub.example.org/'),
    ws: new URL('wss://hub.example.org/'),
    headers: {},
    expires: null,
  };
  const answering = async (status: number, proxy: string | null = null) => {
    const probes = {
      road: () => ({ ...DIRECT, proxy, variable: proxy === null ? null : 'HTTPS_PROXY' }),
      upgrade: async () => {
        if (status !== 101) throw new SocketRefused(status);
      },
    } as unknown as Probes;
    return checkWebSocket(doorway, { probes, session: null, signal: new AbortController().signal });
  };

  test.each([
    [101, 'ok', '101 from hub.example.org'],
    [404, 'skipped', 'no kernel to try it on yet: any `run` starts one'],
    [403, 'failed', 'hub.example.org does not accept the token for its WebSockets (HTTP 403)'],
    [503, 'failed', 'hub.example.org answered 503 to the WebSocket upgrade'],
    [
      400,
      'failed',
      'something in front of hub.example.org takes the `Upgrade` header away: the server saw an ordinary request (HTTP 400)',
    ],
  ])('%d: %s', async (status, verdict, message) => {
    expect(await answering(status)).toMatchObject({ status: verdict, message });
  });

  test('a proxy that takes `Upgrade` away is named', async () => {
    const { message, fixes } = await answering(426, 'proxy.corp:3128');
    expect(message).toContain('the proxy proxy.corp:3128 (`HTTPS_PROXY`), or what is behind it,');
    expect(fixes?.join('\n')).toContain('add `hub.example.org` to `NO_PROXY`');
  });
});

describe('the config folder', () => {
  const fine: FolderFacts = {
    path: '/home/ada/.config/lecoder-cgpu',
    kind: 'folder',
    mode: '0700',
    owner: 1000,
    user: 1000,
    writable: true,
    freeBytes: 5 * 1024 ** 3,
  };

  test.each<[string, Partial<FolderFacts>, string, string]>([
    ['as it should be', {}, 'ok', 'is private and writable, 5.0 GB free'],
    ['not there yet', { kind: null, mode: null, owner: null }, 'ok', 'will be made'],
    [
      'not there, and not to be made',
      { kind: null, mode: null, owner: null, writable: false },
      'failed',
      'cannot be made',
    ],
    ['a file', { kind: 'other' }, 'failed', 'is not a folder'],
    ["another user's", { owner: 0 }, 'failed', 'belongs to another user'],
    ["another user's, for root", { owner: 7, user: 0 }, 'ok', 'is private'],
    ['read-only', { writable: false }, 'failed', 'cannot be written to'],
    ['on a full disk', { freeBytes: 4096 }, 'failed', 'no space is left'],
    ['on a disk that is nearly full', { freeBytes: 50 * 1024 ** 2 }, 'warning', 'only 50.0 MB are left'],
    ['open to the group', { mode: '0750' }, 'warning', 'other users may look into'],
    ['on Windows', { mode: null, user: null, owner: 0 }, 'ok', 'is private'],
  ])('%s', (_, change, status, message) => {
    const found = judgeFolder({ ...fine, ...change });
    expect(found).toMatchObject({ status, message: expect.stringContaining(message) });
    expect((found.fixes ?? found.failure?.facts.hints ?? []).length > 0).toBe(status !== 'ok');
  });
});

describe('terminals', () => {
  const abilities = { colour: true, images: 'kitty' };

  test.each([
    [{ LANG: 'en_GB.UTF-8' }, 'ok'],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, 'warning'],
    [{}, 'warning'],
  ])('%j: %s', (env, status) => {
    const host = testHost({ stdin: null, columns: 100, env: env as Record<string, string>, platform: 'linux' });
    expect(checkTerminal(host, abilities).status).toBe(status);
  });

  test('a pipe needs none of it', () => {
    expect(checkTerminal(testHost({ stdin: '' }), { colour: false, images: null })).toMatchObject({
      status: 'ok',
      facts: { stdout: false, rawMode: null },
    });
  });
});

describe('a check', () => {
  const host = { monotonic: () => 0 };
  const never = new AbortController().signal;

  test('that breaks is a finding, of ours or of the machine', async () => {
    const broken = new Failure('permissionDenied', 'no', { hints: ['do this'] });
    expect(await check('files', { host, signal: never }, () => failed(broken))).toMatchObject({
      status: 'failed',
      fixes: ['do this'],
      error: { code: 1302, exit: 1 },
    });
    const bug = await check('files', { host, signal: never }, () => {
      throw new Error('what is this');
    });
    expect(bug).toMatchObject({ status: 'failed', error: { code: 1999 } });
  });

  test('ends with the interruption', async () => {
    const control = new AbortController();
    const waiting = check('dns', { host, signal: control.signal }, () => new Promise(() => {}));
    const reason = new Failure('interrupted', 'interrupted');
    control.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(check('dns', { host, signal: control.signal }, () => ok('x'))).rejects.toBe(reason);
  });
});
