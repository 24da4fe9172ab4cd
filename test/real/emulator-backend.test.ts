import { afterEach, describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { askProxy, BackendClient, notebookHash, stripped, XSSI } from '../support/emulator-client.ts';

const running: TestEmulator[] = [];
afterEach(async () => {
  for (const emulator of running.splice(0)) await emulator.stop();
});

/** No machine here is looked into, so none has to have its server started. */
async function started(settings: EmulatorOptions['settings'] = {}, options: Partial<EmulatorOptions> = {}) {
  const emulator = await startEmulator({ settings: { prestart: false, ...settings }, ...options });
  running.push(emulator);
  return { emulator, client: await BackendClient.of(emulator) };
}

const account = (tier: 'free' | 'pro' | 'pro+', more: object = {}) => ({
  accounts: [{ email: 'ada@example.com', tier, ...more }],
});

describe('who is answered', () => {
  test('nobody without a token, or without the e-mail scope, or without Colab’s', async () => {
    const { emulator } = await started();
    const ask = (token: string) => new BackendClient(emulator.origin, token).ask('/tun/m/assignments?authuser=0');
    const tokenOf = async (scopes: string[]) => {
      const { refreshToken } = await emulator.control('grant', { scopes });
      const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'x', refresh_token: refreshToken });
      return (
        (await (await fetch(`${emulator.origin}/token`, { method: 'POST', body })).json()) as { access_token: string }
      ).access_token;
    };
    const scope = 'https://www.googleapis.com/auth/';
    expect((await ask('nonsense')).status).toBe(401);
    expect((await ask(await tokenOf([`${scope}colaboratory`]))).status).toBe(401);
    const refused = await ask(await tokenOf([`${scope}userinfo.email`]));
    expect([refused.status, await stripped(refused)]).toEqual([
      403,
      { code: 7, message: expect.stringContaining('SCOPE_NOT_PERMITTED') },
    ]);
    expect((await ask(await emulator.accessToken())).status).toBe(200);
  });

  test('an access token that has run out is refused, and a refreshed one taken', async () => {
    const { emulator, client } = await started();
    await emulator.control('expire', { kind: 'access' });
    expect((await client.ask('/tun/m/ccu-info?authuser=0')).status).toBe(401);
    expect((await (await BackendClient.of(emulator)).ask('/tun/m/ccu-info?authuser=0')).status).toBe(200);
  });
});

describe('assign', () => {
  test('GET gives the token, POST the machine, and GET then the machine again', async () => {
    const { client } = await started();
    const nbh = notebookHash();
    const path = `/tun/m/assign?nbh=${nbh}&variant=GPU&accelerator=T4&authuser=0`;
    const check = await client.ask(path);
    const text = await check.text();
    expect(text.startsWith(XSSI)).toBe(true);
    const before = JSON.parse(text.slice(5));
    expect(before).toEqual({ acc: 'T4', nbh, p: false, token: expect.any(String), variant: 'GPU' });
    const post = await client.ask(path, { method: 'POST', headers: { 'X-Goog-Colab-Token': before.token } });
    const machine = await stripped(post);
    expect(machine).toEqual({
      endpoint: expect.stringMatching(/^gpu-t4-s-/),
      accelerator: 'T4',
      variant: 1,
      machineShape: 0,
      runtimeProxyInfo: {
        token: expect.any(String),
        tokenExpiresInSeconds: 3600,
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      },
      fit: 5400,
      allowedCredentials: true,
      sub: 2,
      subTier: 1,
      outcome: 4,
    });
    const again = await stripped(await client.ask(path));
    expect(again).toMatchObject({ endpoint: machine.endpoint, variant: 'GPU' });
    expect(Object.keys(again)).not.toContain('token');
    expect(again.runtimeProxyInfo.token).not.toBe(machine.runtimeProxyInfo.token);
  });

  test('POST without the token, with another address’s token or another query is refused', async () => {
    const { emulator, client } = await started();
    const path = `/tun/m/assign?nbh=${notebookHash()}&authuser=0`;
    const { token } = await stripped(await client.ask(path));
    const post = (to: string, headers: Record<string, string>) => client.ask(to, { method: 'POST', headers });
    expect((await post(path, {})).status).toBe(403);
    expect((await post(`${path}&variant=GPU`, { 'X-Goog-Colab-Token': token })).status).toBe(403);
    expect((await post(path, { 'X-Goog-Colab-Token': `${token}x` })).status).toBe(403);
    expect((await emulator.state()).assignments).toEqual([]);
    expect((await post(path, { 'X-Goog-Colab-Token': token })).status).toBe(200);
  });

  test('the same hash gets the same machine, also at the same time; another hash another one', async () => {
    const { emulator, client } = await started();
    const path = `/tun/m/assign?nbh=${notebookHash()}&authuser=0`;
    const { token } = await stripped(await client.ask(path));
    const post = async () =>
      (await stripped(await client.ask(path, { method: 'POST', headers: { 'X-Goog-Colab-Token': token } }))).endpoint;
    const [one, two] = await Promise.all([post(), post()]);
    expect([two, await post()]).toEqual([one, one]);
    const other = await client.assign();
    expect(other.endpoint).not.toBe(one);
    expect((await emulator.state()).assignments).toHaveLength(2);
  });

  test('a hash that is none is refused', async () => {
    const { client } = await started();
    for (const nbh of ['short', 'x'.repeat(45), `${'x'.repeat(43)}!`]) {
      expect((await client.ask(`/tun/m/assign?nbh=${encodeURIComponent(nbh)}&authuser=0`)).status).toBe(400);
    }
  });

  test('CPU: parameters left out, or DEFAULT and NONE', async () => {
    const { client } = await started();
    for (const query of [{}, { variant: 'DEFAULT', accelerator: 'NONE' }]) {
      expect((await client.assign(query)).answer).toMatchObject({ variant: 0, accelerator: 'NONE', machineShape: 0 });
    }
  });

  test('some have high memory whether it was asked for or not', async () => {
    const { client } = await started();
    expect((await client.assign({ variant: 'GPU', accelerator: 'L4' })).answer.machineShape).toBe(1);
    expect((await client.assign({ variant: 'TPU', accelerator: 'V5E1' })).answer).toMatchObject({
      machineShape: 1,
      variant: 2,
    });
    expect((await client.assign({ variant: 'GPU', accelerator: 'T4', shape: 'hm' })).answer.machineShape).toBe(1);
  });

  test.each([
    ['not in the plan', { variant: 'GPU', accelerator: 'A100' }, 400],
    ['unknown', { variant: 'GPU', accelerator: 'RTX9000' }, 400],
    ['of another variant', { variant: 'GPU', accelerator: 'V5E1' }, 400],
    ['high memory, without paying', { shape: 'hm' }, 400],
    ['an unknown image', { runtime_version_label: '1999.01' }, 400],
    ['an unknown variant', { variant: 'QPU' }, 400],
  ])('%s', async (_, query, status) => {
    const { client } = await started({}, account('free'));
    const path = `/tun/m/assign?${new URLSearchParams({ nbh: notebookHash(), authuser: '0', ...query })}`;
    const check = await client.ask(path);
    if (check.status !== 200) return expect(check.status).toBe(status);
    const headers = { 'X-Goog-Colab-Token': (await stripped(check)).token };
    expect((await client.ask(path, { method: 'POST', headers })).status).toBe(status);
  });

  test('412 when there are enough, 503 when there are no more, and both pass when one is given back', async () => {
    const { client } = await started({ capacity: { T4: 1 }, maxMachines: 2 });
    const first = await client.assign({ variant: 'GPU', accelerator: 'T4' });
    expect((await client.assignAnswer({ variant: 'GPU', accelerator: 'T4' })).status).toBe(503);
    const second = await client.assign({ variant: 'GPU', accelerator: 'L4' });
    expect((await client.assignAnswer({})).status).toBe(412);
    expect((await client.post(`/tun/m/unassign/${second.endpoint}?authuser=0`)).status).toBe(204);
    expect((await client.post(`/tun/m/unassign/${first.endpoint}?authuser=0`)).status).toBe(204);
    expect((await client.assign({ variant: 'GPU', accelerator: 'T4' })).endpoint).not.toBe(first.endpoint);
  });

  test('a blocked account and one without units are refused inside a 200, without an endpoint', async () => {
    const { emulator, client } = await started({}, account('free'));
    await emulator.control('account', { freeTokens: 0 });
    const poor = await client.assignAnswer({ variant: 'GPU', accelerator: 'T4' });
    expect([poor.status, await stripped(poor)]).toEqual([200, { outcome: 2 }]);
    await emulator.control('account', { denylisted: true });
    const blocked = await client.assignAnswer({});
    expect([blocked.status, await stripped(blocked)]).toEqual([200, { outcome: 5 }]);
    await emulator.control('account', { denylisted: false, freeTokens: 1000 });
    await emulator.control('fail', { fault: 'assign=outcome1x1' });
    expect(await stripped(await client.assignAnswer({}))).toEqual({ outcome: 1 });
    expect((await client.assign()).answer).toMatchObject({ outcome: 4, sub: 1, subTier: 0 });
  });

  test('another model than was asked for', async () => {
    const { emulator, client } = await started({ give: { A100: 'T4' } });
    expect((await client.assign({ variant: 'GPU', accelerator: 'A100' })).answer).toMatchObject({
      accelerator: 'T4',
      variant: 1,
    });
    expect((await emulator.state()).assignments[0]).toMatchObject({ accelerator: 'T4', asked: 'A100' });
  });
});

describe('listing, refreshing, giving back', () => {
  test('each listing mints a token for each machine, and the old ones stay good', async () => {
    const { client } = await started();
    expect(await stripped(await client.ask('/tun/m/assignments?authuser=0'))).toEqual({ assignments: [] });
    const made = await client.assign({ variant: 'GPU', accelerator: 'T4' });
    const list = async () => (await stripped(await client.ask('/tun/m/assignments?authuser=0'))).assignments;
    const [one] = await list();
    expect(one).toEqual({
      endpoint: made.endpoint,
      accelerator: 'T4',
      variant: 1,
      machineShape: 0,
      runtimeProxyInfo: { token: expect.any(String), tokenExpiresInSeconds: 3600, url: made.url },
    });
    const tokens = [made.token, one.runtimeProxyInfo.token, (await list())[0].runtimeProxyInfo.token];
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens)
      expect((await askProxy({ url: made.url, token }, '/api/colab/resources')).status).toBe(200);
  });

  test('a refresh needs the tunnel header, the port and a machine', async () => {
    const { client } = await started();
    const { endpoint, url } = await client.assign();
    const path = (of: string, port = '8080') => `/tun/m/runtime-proxy-token?endpoint=${of}&port=${port}&authuser=0`;
    const headers = { 'X-Colab-Tunnel': 'Google' };
    expect((await client.ask(path(endpoint))).status).toBe(400);
    expect((await client.ask(path(endpoint, '80'), { headers })).status).toBe(400);
    expect((await client.ask(path('m-s-gone'), { headers })).status).toBe(404);
    expect(await stripped(await client.ask(path(endpoint), { headers }))).toEqual({
      token: expect.any(String),
      tokenExpiresInSeconds: 3600,
      url,
    });
  });

  test('unassign: a token from GET, 204 with nothing in it, 404 afterwards', async () => {
    const { client } = await started();
    const { endpoint, url, token } = await client.assign();
    const path = `/tun/m/unassign/${endpoint}?authuser=0`;
    expect((await client.ask(path, { method: 'POST' })).status).toBe(403);
    const answer = await client.post(path);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect((await client.ask(path)).status).toBe(404);
    expect((await askProxy({ url, token }, '/api/status')).status).toBe(404);
  });

  test('keep-alive: tunnel header, the slash at the end, and a machine', async () => {
    const { emulator, client } = await started();
    const { endpoint } = await client.assign();
    const headers = { 'X-Colab-Tunnel': 'Google' };
    const ping = (of: string, init = {}) => client.ask(`/tun/m/${of}/keep-alive/?authuser=0`, init);
    expect((await ping(endpoint)).status).toBe(400);
    expect((await ping('m-s-gone', { headers })).status).toBe(404);
    expect((await client.ask(`/tun/m/${endpoint}/keep-alive?authuser=0`, { headers })).status).toBe(404);
    await emulator.control('clock', { advance: '5m' });
    expect((await ping(endpoint, { headers })).status).toBe(200);
    const { assignments, clock } = await emulator.state();
    expect(Date.parse(clock.now) - Date.parse(assignments[0].lastPing)).toBeLessThan(60_000);
  });

  test('a ping that is never answered counts all the same', async () => {
    const { emulator, client } = await started();
    const { endpoint } = await client.assign();
    await emulator.control('fail', { fault: 'keep-alive=timeoutx1' });
    await emulator.control('settings', { keepAliveAnswers: true });
    await emulator.control('clock', { advance: '7m' });
    const signal = AbortSignal.timeout(300);
    const headers = { 'X-Colab-Tunnel': 'Google' };
    await expect(client.ask(`/tun/m/${endpoint}/keep-alive/?authuser=0`, { headers, signal })).rejects.toThrow(
      'timeout',
    );
    await emulator.control('clock', { advance: '7m' });
    expect((await emulator.state()).assignments).toHaveLength(1);
  });

  test('a machine that nobody pings is pruned after eight minutes, and its proxy says 404', async () => {
    const { emulator, client } = await started();
    const { url, token } = await client.assign();
    await emulator.control('clock', { advance: '7m' });
    expect((await emulator.state()).assignments).toHaveLength(1);
    await emulator.control('clock', { advance: '61s' });
    expect((await emulator.state()).assignments).toEqual([]);
    expect((await askProxy({ url, token }, '/api/status')).status).toBe(404);
  });

  test('units are spent by the hour of the emulator’s clock, and stop with the machine', async () => {
    const { emulator, client } = await started({}, account('pro', { balance: 10 }));
    const { endpoint } = await client.assign({ variant: 'GPU', accelerator: 'T4' });
    await emulator.control('clock', { advance: '2h', keepAlive: true });
    const info = await stripped(await (await BackendClient.of(emulator)).ask('/tun/m/ccu-info?authuser=0'));
    expect(info.currentBalance).toBeCloseTo(7.6, 2);
    expect(info).toMatchObject({
      consumptionRateHourly: 1.2,
      assignmentsCount: 1,
      eligibleGpus: ['T4', 'L4', 'A100', 'G4'],
      ineligibleGpus: ['H100'],
      eligibleTpus: ['V5E1', 'V6E1'],
    });
    expect(Object.keys(info)).not.toContain('freeCcuQuotaInfo');
    await emulator.control('delete-runtime', { endpoint });
    await emulator.control('clock', { advance: '5h' });
    expect((await emulator.state()).accounts[0].balance).toBeCloseTo(7.6, 2);
  });

  test('a free account has an allowance instead, as text', async () => {
    const { client } = await started({}, account('free'));
    const info = await stripped(await client.ask('/tun/m/ccu-info?authuser=0'));
    expect(info).toMatchObject({
      currentBalance: 0,
      eligibleGpus: ['T4'],
      freeCcuQuotaInfo: { remainingTokens: '15000', nextRefillTimestampSec: expect.any(Number) },
    });
  });
});

describe('credentials', () => {
  const query = (kind: string, dryrun: boolean) =>
    `authuser=0&authtype=${kind}&version=2&dryrun=${dryrun}&propagate=true&record=false`;

  test('a dry run sends the user somewhere; after that it and the real run succeed', async () => {
    const { client } = await started();
    const { endpoint } = await client.assign();
    const path = `/tun/m/credentials-propagation/${endpoint}?${query('dfs_ephemeral', true)}`;
    const dry = await stripped(await client.post(path));
    expect(dry).toEqual({ success: false, unauthorized_redirect_uri: expect.any(String) });
    expect(new URL(dry.unauthorized_redirect_uri).pathname).toBe('/tun/m/authorize-for-drive-credentials-ephem');
    expect(await (await fetch(dry.unauthorized_redirect_uri)).text()).toContain('<button>Allow</button>');
    expect((await fetch(`${dry.unauthorized_redirect_uri}&emulator_approve=1`)).status).toBe(200);
    expect(await stripped(await client.post(path))).toEqual({ success: true });
    const other = `/tun/m/credentials-propagation/${endpoint}?${query('auth_user_ephemeral', true)}`;
    expect((await stripped(await client.post(other))).success).toBe(false);
  });

  test('one token serves both runs', async () => {
    const { emulator, client } = await started();
    const { endpoint } = await client.assign();
    await emulator.control('approve');
    const at = (dryrun: boolean) => `/tun/m/credentials-propagation/${endpoint}?${query('dfs_ephemeral', dryrun)}`;
    const { token } = await stripped(await client.ask(at(true)));
    const post = (dryrun: boolean) =>
      client.ask(at(dryrun), { method: 'POST', headers: { 'X-Goog-Colab-Token': token } });
    expect(await stripped(await post(true))).toEqual({ success: true });
    expect(await stripped(await post(false))).toEqual({ success: true });
    expect((await client.ask(at(true), { method: 'POST' })).status).toBe(403);
  });
});

test('experiments need no bearer', async () => {
  const { emulator } = await started({ publicApi: true });
  const answer = await fetch(`${emulator.origin}/vscode/experiment-state?authuser=0`);
  expect((await stripped(answer)).experiments).toMatchObject({
    enable_public_api_vscode: true,
    runtime_version_names: expect.any(Array),
  });
});

test('every request is counted under its name, and stands in the log without its secrets', async () => {
  const { emulator, client } = await started();
  await emulator.control('forget-requests');
  await client.assign();
  const { counts, requests } = await emulator.state();
  expect(counts).toEqual({ assign: 1, 'assign-check': 1 });
  expect(requests[1]).toMatchObject({
    operation: 'assign',
    method: 'POST',
    path: '/tun/m/assign',
    status: 200,
    headers: { 'x-colab-client-agent': 'tests', authorization: expect.stringMatching(/^Bearer sha256:/) },
  });
});
