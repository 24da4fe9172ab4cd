import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from '../support/emulator.ts';
import { BackendClient } from '../support/emulator-client.ts';

let emulator: TestEmulator;
let client: BackendClient;
beforeAll(async () => {
  emulator = await startEmulator({ settings: { prestart: false, publicApi: true } });
  client = await BackendClient.of(emulator);
});
afterAll(() => emulator.stop());

// biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes
async function json(answer: Response | Promise<Response>): Promise<any> {
  return (await answer).json();
}

describe('the private API', () => {
  test('lists without the key when there is none, and with words for everything', async () => {
    expect(await json(client.ask('/v1/assignments'))).toEqual({});
    const { endpoint, url } = await client.assign({ variant: 'GPU', accelerator: 'T4' });
    expect(await json(client.ask('/v1/assignments'))).toEqual({
      assignments: [
        {
          endpoint,
          accelerator: 'T4',
          variant: 'VARIANT_GPU',
          machineShape: 'SHAPE_DEFAULT',
          runtimeProxyInfo: { token: expect.any(String), tokenTtl: '3600s', url },
          runtimeVersionLabel: expect.any(String),
          notebookIdHash: expect.stringMatching(/^[\w.-]{44}$/),
        },
      ],
    });
    const fresh = await json(client.ask(`/v1/runtime-proxy-token?endpoint=${endpoint}&port=8080`));
    expect(fresh).toEqual({ token: expect.any(String), tokenTtl: '3600s', url });
    expect((await client.ask('/v1/runtime-proxy-token?endpoint=m-s-gone&port=8080')).status).toBe(404);
  });

  test('says who the user is, and what is spent only when asked', async () => {
    const info = await json(client.ask('/v1/user-info'));
    expect(info).toMatchObject({
      subscriptionTier: 'SUBSCRIPTION_TIER_PRO',
      paidComputeUnitsBalance: expect.any(Number),
    });
    expect(info.eligibleAccelerators).toContainEqual({ variant: 'VARIANT_TPU', models: ['V5E1', 'V6E1'] });
    expect(Object.keys(info)).not.toContain('consumptionRateHourly');
    const more = await json(client.ask('/v1/user-info?get_ccu_consumption_info=true'));
    expect(more).toMatchObject({ consumptionRateHourly: 1.2, assignmentsCount: 1 });
  });

  test('refuses those whose project may not use it, while the session backend goes on', async () => {
    await emulator.control('settings', { gapi: false });
    const answer = await client.ask('/v1/user-info');
    expect(answer.status).toBe(403);
    expect((await json(answer)).error).toMatchObject({
      status: 'PERMISSION_DENIED',
      details: [{ reason: 'USER_PROJECT_DENIED' }],
    });
    expect((await client.ask('/tun/m/ccu-info?authuser=0')).status).toBe(200);
    await emulator.control('settings', { gapi: true });
  });
});

describe('the public API', () => {
  const spec = (accelerator: string, variant = 'VARIANT_GPU', shape = 'SHAPE_STANDARD') => ({
    runtimeSpec: { variant, accelerator, shape },
  });
  const create = (body: object, query = '') =>
    client.ask(`/v1beta/runtimes${query}`, { method: 'POST', body: JSON.stringify(body) });
  const wait = (name: string) => json(client.ask(`/v1/${name}:wait?timeout=20s`));

  test('makes a runtime by an operation, once for each request id', async () => {
    const id = crypto.randomUUID();
    const first = await json(create(spec('T4'), `?requestId=${id}`));
    expect(first).toMatchObject({
      name: expect.stringMatching(/^operations\//),
      metadata: { runtime: expect.stringMatching(/^runtimes\//) },
    });
    const done = await wait(first.name);
    expect(done).toMatchObject({
      done: true,
      response: { name: first.metadata.runtime, runtimeSpec: spec('T4').runtimeSpec },
    });
    const { connectionInfo } = done.response;
    expect(connectionInfo).toEqual({
      token: expect.any(String),
      expireTime: expect.stringMatching(/^\d{4}-.*Z$/),
      url: expect.any(String),
      endpoint: expect.stringMatching(/^gpu-t4-s-/),
    });
    expect((await json(create(spec('T4'), `?requestId=${id}`))).name).toBe(first.name);
    const path = `/v1beta/${first.metadata.runtime}`;
    expect((await json(client.ask(path))).connectionInfo.token).not.toBe(connectionInfo.token);
    expect((await json(client.ask('/v1beta/runtimes'))).runtimes).toHaveLength(1);
    expect(
      (await client.ask(`/tun/m/${connectionInfo.endpoint}/keep-alive/`, { headers: { 'X-Colab-Tunnel': 'Google' } }))
        .status,
    ).toBe(200);
    expect(await json(client.ask(path, { method: 'DELETE' }))).toEqual({});
    expect((await client.ask(path)).status).toBe(404);
    expect(await json(client.ask('/v1beta/runtimes'))).toEqual({});
  });

  test.each([
    ['no machine of that kind', { capacity: { L4: 0 } }, 'L4', 9, 'RESOURCE_UNAVAILABLE'],
    ['too many', { maxMachines: 0 }, 'T4', 9, 'TOO_MANY_ACTIVE_RUNTIMES'],
    ['not in the plan', {}, 'H100', 9, 'ACCELERATOR_NOT_PERMITTED'],
  ])('a refusal is an operation that failed: %s', async (_, settings, accelerator, code, reason) => {
    await emulator.control('settings', settings);
    const { error } = await wait((await json(create(spec(accelerator)))).name);
    await emulator.control('settings', { maxMachines: null, capacity: null });
    expect(error).toMatchObject({ code, details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }] });
  });

  test('an id of the caller’s can be had once', async () => {
    const label = 'my-runtime';
    const made = await json(create(spec('NONE', 'VARIANT_CPU'), `?runtimeId=${label}`));
    expect((await wait(made.name)).response.name).toBe(`runtimes/${label}`);
    const again = await json(create(spec('NONE', 'VARIANT_CPU'), `?runtimeId=${label}`));
    expect((await wait(again.name)).error.code).toBe(6);
    expect((await create(spec('T4'), '?runtimeId=Not-A-Label')).status).toBe(400);
    expect((await create({ runtimeSpec: { accelerator: 'T4' } })).status).toBe(400);
  });

  test('specs say what may be had; absent means no', async () => {
    const { runtimeSpecs } = await json(client.ask('/v1beta/runtimespecs'));
    const key = (accelerator: string, shape: string) => ({ variant: 'VARIANT_GPU', accelerator, shape });
    expect(runtimeSpecs).toContainEqual({ key: key('A100', 'SHAPE_STANDARD'), eligible: true });
    expect(runtimeSpecs).toContainEqual({ key: key('H100', 'SHAPE_STANDARD') });
    expect(runtimeSpecs.filter((each: { key: { accelerator: string } }) => each.key.accelerator === 'L4')).toHaveLength(
      1,
    );
    expect(await json(client.ask('/v1beta/subscription'))).toEqual({
      name: 'subscription',
      tier: 'SUBSCRIPTION_TIER_PRO',
    });
  });

  test('refuses those who are not on its list', async () => {
    await emulator.control('settings', { publicApi: false });
    expect((await client.ask('/v1beta/runtimes')).status).toBe(403);
    expect((await client.ask('/v1/operations')).status).toBe(403);
    await emulator.control('settings', { publicApi: true });
  });
});

describe('Drive', () => {
  const NOTEBOOK = 'application/x-ipynb+json';

  async function create(name: string, content: string): Promise<string> {
    const body = [
      '--xx',
      'Content-Type: application/json; charset=UTF-8',
      '',
      JSON.stringify({ name, mimeType: NOTEBOOK }),
      '--xx',
      `Content-Type: ${NOTEBOOK}`,
      '',
      content,
      '--xx--',
      '',
    ].join('\r\n');
    const headers = { 'content-type': 'multipart/related; boundary=xx' };
    const made = await json(
      client.ask('/upload/drive/v3/files?uploadType=multipart&fields=id,name,webViewLink', {
        method: 'POST',
        body,
        headers,
      }),
    );
    expect(made).toMatchObject({ name, webViewLink: expect.stringContaining(made.id) });
    return made.id;
  }

  test('create, read, change, trash, delete', async () => {
    const id = await create('one.ipynb', '{"cells": []}');
    expect(await (await client.ask(`/drive/v3/files/${id}?alt=media`)).text()).toBe('{"cells": []}');
    expect(await json(client.ask(`/drive/v3/files/${id}?fields=name`))).toEqual({ name: 'one.ipynb' });
    const media = { method: 'PATCH', body: 'changed', headers: { 'content-type': NOTEBOOK } };
    expect((await client.ask(`/upload/drive/v3/files/${id}?uploadType=media`, media)).status).toBe(200);
    expect(await (await client.ask(`/drive/v3/files/${id}?alt=media`)).text()).toBe('changed');
    const trash = { method: 'PATCH', body: '{"trashed": true}', headers: { 'content-type': 'application/json' } };
    expect(await json(client.ask(`/drive/v3/files/${id}?fields=trashed`, trash))).toEqual({ trashed: true });
    const left = await json(client.ask(`/drive/v3/files?q=${encodeURIComponent('trashed=false')}`));
    expect(left.files).toEqual([]);
    const gone = await client.ask(`/drive/v3/files/${id}`, { method: 'DELETE' });
    expect([gone.status, await gone.text()]).toEqual([204, '']);
    expect((await json(client.ask(`/drive/v3/files/${id}`))).error).toMatchObject({
      code: 404,
      errors: [{ reason: 'notFound' }],
    });
  });

  test('pages, in the order asked for; a page token only when the fields ask for one', async () => {
    const names = ['c.ipynb', 'a.ipynb', 'b.ipynb'];
    for (const name of names) await create(name, '{}');
    const fields = 'nextPageToken,files(name)';
    const page = (token = '') =>
      json(client.ask(`/drive/v3/files?orderBy=name&pageSize=2&fields=${fields}${token && `&pageToken=${token}`}`));
    const first = await page();
    expect(first.files).toEqual([{ name: 'a.ipynb' }, { name: 'b.ipynb' }]);
    expect(await page(first.nextPageToken)).toEqual({ files: [{ name: 'c.ipynb' }] });
    const bare = await json(client.ask('/drive/v3/files?orderBy=name desc&pageSize=1&fields=files(name)'));
    expect(bare).toEqual({ files: [{ name: 'c.ipynb' }] });
    expect((await client.ask('/drive/v3/files?q=colour')).status).toBe(400);
  });

  test('`drive.file` does not see what others made', async () => {
    const { id } = await emulator.control('drive-file', { name: 'web.ipynb', content: { cells: [] } });
    expect((await client.ask(`/drive/v3/files/${id}`)).status).toBe(404);
    const { files } = await json(client.ask("/drive/v3/files?q=name='web.ipynb'"));
    expect(files).toEqual([]);
  });

  test('an API that is not enabled, and a scope that was not granted', async () => {
    await emulator.control('settings', { driveApi: false });
    expect((await json(client.ask('/drive/v3/files'))).error).toMatchObject({
      code: 403,
      errors: [{ reason: 'accessNotConfigured' }],
    });
    await emulator.control('settings', { driveApi: true });
    const { refreshToken } = await emulator.control('grant', {
      scopes: ['https://www.googleapis.com/auth/colaboratory'],
    });
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'x', refresh_token: refreshToken });
    const { access_token } = await json(fetch(`${emulator.origin}/token`, { method: 'POST', body }));
    const poor = new BackendClient(emulator.origin, access_token);
    expect((await json(poor.ask('/drive/v3/files'))).error.errors[0].reason).toBe('insufficientPermissions');
  });
});
