import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/core/failure.ts';
import { collected } from '../../support/provider-events.ts';
import { type Answer, FREE, PROXY, scripted, T4, WISH } from './scripted.ts';

const signal = new AbortController().signal;
const GET = 'GET /tun/m/assign';
const POST = 'POST /tun/m/assign';
const given = (change: object = {}): Answer => ({ body: { ...T4, ...change } });
const shown = (requests: readonly string[]) => requests.map(each => each.replace(/nbh=[\w.-]{44}/, 'nbh=N'));

describe('what is asked for', () => {
  test('a cold machine costs a GET and a POST, with the same words', async () => {
    const { provider, requests, headers } = scripted({ [GET]: [FREE], [POST]: [given()] });
    const { runtime, fresh } = await provider.acquire(WISH, collected().report, signal);
    expect(fresh).toBe(true);
    expect(runtime).toMatchObject({ id: 'gpu-t4-1', provider: 'colab', variant: 'gpu', accelerator: 'T4' });
    const query = '?accelerator=T4&nbh=N&variant=GPU';
    expect(shown(requests)).toEqual([`GET /tun/m/assign${query}`, `POST /tun/m/assign${query}`]);
    expect(headers[0]?.get('x-colab-client-agent')).toBe('lecoder-cgpu');
    expect(headers[0]?.get('x-goog-colab-token')).toBeNull();
    expect(headers[1]?.get('x-goog-colab-token')).toBe('xsrf-1');
    expect(headers[1]?.get('authorization')).toBe('Bearer google-0');
  });

  test.each([
    ['a CPU', { variant: 'cpu' }, ['?nbh=N']],
    ['a CPU with much memory', { variant: 'cpu', highMemory: true }, ['?nbh=N&shape=hm']],
    ['a GPU with much memory', { highMemory: true }, ['?accelerator=T4&nbh=N&shape=hm&variant=GPU']],
    ['an L4, which has it anyway', { accelerators: ['L4'], highMemory: true }, ['?accelerator=L4&nbh=N&variant=GPU']],
    ['a TPU by its other name', { variant: 'tpu', accelerators: ['v5e-1'] }, ['?accelerator=V5E1&nbh=N&variant=TPU']],
  ] as const)('%s', async (_, wish, queries) => {
    const { provider, requests } = scripted({ [GET]: [{ status: 412 }], 'GET /tun/m/assignments': [{ body: {} }] });
    await provider.acquire({ ...WISH, ...wish }, collected().report, signal).catch(() => {});
    expect(shown(requests).filter(each => each.startsWith(`${GET}?`))).toEqual(queries.map(query => GET + query));
  });

  test('any TPU means each in turn', async () => {
    const { provider, requests } = scripted({ [GET]: [FREE], [POST]: [{ status: 503 }] });
    await provider.acquire({ ...WISH, variant: 'tpu' }, collected().report, signal).catch(() => {});
    expect(accelerators(requests)).toEqual(['V5E1', 'V6E1', 'V28']);
  });

  test('the list is walked on 503 and 400, under one key and with a token for each POST', async () => {
    const { provider, requests } = scripted({
      [GET]: [FREE],
      [POST]: [{ status: 503 }, { status: 400 }, given()],
    });
    const wish = { ...WISH, accelerators: ['A100', 'L4', 'T4'] };
    expect((await provider.acquire(wish, collected().report, signal)).runtime.accelerator).toBe('T4');
    expect(requests.map(each => each.split(' ')[0])).toEqual(['GET', 'POST', 'GET', 'POST', 'GET', 'POST']);
    expect(accelerators(requests)).toEqual(['A100', 'L4', 'T4']);
    expect(new Set(requests.map(each => /nbh=([^&]+)/.exec(each)?.[1])).size).toBe(1);
  });

  test('an unknown name is looked up, and refused with the account’s own lists', async () => {
    const { provider, requests } = scripted({
      'GET /tun/m/ccu-info': [{ body: { eligibleGpus: ['T4', 'L4'], eligibleTpus: ['V5E1'] } }],
    });
    const asked = provider.acquire({ ...WISH, accelerators: ['L44'] }, collected().report, signal);
    await expect(asked).rejects.toMatchObject({
      kind: 'usage',
      facts: { hints: ['did you mean `L4`?', 'this account may use `--gpu T4,L4`, `--tpu V5E1`, `--cpu`'] },
    });
    expect(requests.some(each => each.includes('/tun/m/assign?'))).toBe(false);
  });

  test('a new name that the account may use is asked for', async () => {
    const { provider, requests } = scripted({
      'GET /tun/m/ccu-info': [{ body: { eligibleGpus: ['B200'] } }],
      [GET]: [FREE],
      [POST]: [given({ accelerator: 'B200' })],
    });
    const { runtime } = await provider.acquire({ ...WISH, accelerators: ['b200'] }, collected().report, signal);
    expect(runtime.accelerator).toBe('B200');
    expect(accelerators(requests)).toEqual(['B200']);
  });

  test.each([
    [{ variant: 'gpu', accelerators: ['v5e-1'] }, '--tpu v5e-1'],
    [{ variant: 'tpu', accelerators: ['T4'] }, '--gpu T4'],
  ] as const)('the wrong class of machine: %j', async (wish, hint) => {
    const asked = scripted({}).provider.acquire({ ...WISH, ...wish }, collected().report, signal);
    await expect(asked).rejects.toMatchObject({ kind: 'usage', facts: { hints: [expect.stringContaining(hint)] } });
  });
});

describe('what is given', () => {
  test('another model is a warning', async () => {
    const { provider } = scripted({ [GET]: [FREE], [POST]: [given()] });
    const { events, report } = collected();
    await provider.acquire({ ...WISH, accelerators: ['A100'] }, report, signal);
    const warnings = events.filter(({ type }) => type === 'warning');
    expect(warnings).toMatchObject([{ text: 'Colab gave a machine with T4 instead of A100' }]);
  });

  test('with strict it goes back at once', async () => {
    const { provider, requests, intents } = scripted({
      [GET]: [FREE],
      [POST]: [given()],
      'GET /tun/m/unassign/gpu-t4-1': [{ body: { token: 'xsrf-2' } }],
      'POST /tun/m/unassign/gpu-t4-1': [{ status: 204 }],
    });
    const asked = provider.acquire({ ...WISH, accelerators: ['A100'], strict: true }, collected().report, signal);
    await expect(asked).rejects.toMatchObject({ kind: 'runtimeUnavailable', facts: { retryable: false } });
    expect(requests.at(-1)).toBe('POST /tun/m/unassign/gpu-t4-1');
    expect(intents.machines()).toEqual([]);
  });

  test('standard instead of high memory is said', async () => {
    const { provider } = scripted({ [GET]: [FREE], [POST]: [given({ machineShape: 0 })] });
    const { events, report } = collected();
    await provider.acquire({ ...WISH, highMemory: true }, report, signal);
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(1);
  });

  test('the way in is there without another request, and holds no token of Google', async () => {
    const { provider, requests, doorways } = scripted({ [GET]: [FREE], [POST]: [given()] });
    await provider.acquire(WISH, collected().report, signal);
    const doorway = await provider.open('gpu-t4-1', signal);
    expect(requests).toHaveLength(2);
    expect(doorway).toEqual(doorways.get('colab', 'gpu-t4-1'));
    expect(doorway.http.href).toBe('https://8080-m-s-1.prod.colab.dev/');
    expect(doorway.ws.href).toBe('wss://8080-m-s-1.prod.colab.dev/');
    expect(doorway.headers).toEqual({
      'X-Colab-Runtime-Proxy-Token': 'proxy-1',
      'X-Colab-Client-Agent': 'lecoder-cgpu',
    });
  });

  test('a machine whose address cannot be trusted gets no token', async () => {
    const runtimeProxyInfo = { ...PROXY, url: 'http://8080-m-s-1.example.com' };
    const { provider } = scripted({ [GET]: [FREE], [POST]: [given({ runtimeProxyInfo })] });
    const asked = provider.acquire(WISH, collected().report, signal);
    await expect(asked).rejects.toMatchObject({ kind: 'apiUnavailable' });
  });

  test('the machine that is there already is used, and asked for by its key', async () => {
    const { provider, later, requests } = scripted({
      [GET]: [FREE, given({ variant: 'GPU', outcome: undefined })],
      [POST]: [given()],
    });
    const first = await provider.acquire(WISH, collected().report, signal);
    const again = await later().acquire(WISH, collected().report, signal);
    expect(again).toEqual({ runtime: first.runtime, fresh: false });
    expect(requests.map(each => each.split(' ')[0])).toEqual(['GET', 'POST', 'GET']);
  });

  test.each([
    ['a new machine', { fresh: true }],
    ['another model', { accelerators: ['A100'] }],
  ])('%s has a key of its own', async (_, wish) => {
    const { provider, requests } = scripted({
      [GET]: [FREE],
      [POST]: [given(), given({ endpoint: 'other', accelerator: 'A100' })],
    });
    await provider.acquire(WISH, collected().report, signal);
    await provider.acquire({ ...WISH, ...wish }, collected().report, signal);
    expect(new Set(requests.map(each => /nbh=([^&]+)/.exec(each)?.[1])).size).toBe(2);
  });
});

describe('refusals', () => {
  const LIST = { body: { assignments: [{ ...T4, endpoint: 'elsewhere-1' }] } };
  const refused = async (post: Answer, wish: object = {}, extra: Record<string, readonly Answer[]> = {}) => {
    const { provider, noted } = scripted({ [GET]: [FREE], [POST]: [post], 'GET /tun/m/assignments': [LIST], ...extra });
    const failure = await provider.acquire({ ...WISH, ...wish }, collected().report, signal).catch(error => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(noted()).toEqual({ intents: [], machines: [] });
    return failure as Failure;
  };

  test.each([
    ['outcome 1', { body: { outcome: 1 } }, 'runtimeUnavailable', false],
    ['outcome 2', { body: { outcome: 2 } }, 'runtimeUnavailable', false],
    ['outcome 3', { body: { outcome: 3 } }, 'runtimeUnavailable', false],
    ['outcome 5', { body: { outcome: 5 } }, 'forbidden', false],
    ['no outcome and no machine', { body: {} }, 'apiUnavailable', true],
    ['503', { status: 503 }, 'runtimeUnavailable', true],
    ['400', { status: 400 }, 'runtimeUnavailable', false],
    ['412', { status: 412 }, 'sessionLimit', false],
  ] as const)('%s: what it means, and what still costs', async (_, answer, kind, retryable) => {
    const failure = await refused(answer);
    expect(failure.kind).toBe(kind);
    expect(failure.facts.retryable ?? failure.spec.retryable).toBe(retryable);
    expect(failure.facts.billing).toEqual(['elsewhere-1 (T4)']);
  });

  test('412 without any machine is no cap on machines', async () => {
    const failure = await refused({ status: 412 }, {}, { 'GET /tun/m/assignments': [{ body: {} }] });
    expect(failure).toMatchObject({ kind: 'runtimeUnavailable' });
    expect(failure.facts.billing).toBeUndefined();
  });

  test('a limit names the command that frees a machine', async () => {
    const failure = await refused({ status: 412 });
    expect(failure.facts.hints?.[0]).toContain('lecoder-cgpu sessions close elsewhere-1');
  });

  test('what is not permitted names what is', async () => {
    const failure = await refused(
      { status: 400 },
      { accelerators: ['H100'] },
      {
        'GET /tun/m/ccu-info': [{ body: { eligibleGpus: ['T4'] } }],
      },
    );
    expect(failure.message).toContain('H100');
    expect(failure.facts.hints?.[0]).toBe('this account may use `--gpu T4`, `--cpu`');
  });

  test.each([
    ['a quota ends the list', { body: { outcome: 2 } }],
    ['the cap on machines ends the list', { status: 412 }],
  ])('%s', async (_, answer) => {
    const { provider, requests } = scripted({
      [GET]: [FREE],
      [POST]: [answer, given()],
      'GET /tun/m/assignments': [LIST],
    });
    const asked = provider.acquire(
      { ...WISH, accelerators: ['A100', 'T4'], waitFor: 60_000 },
      collected().report,
      signal,
    );
    await expect(asked).rejects.toBeInstanceOf(Failure);
    expect(accelerators(requests)).toEqual(['A100']);
  });

  test.each([[500], [502], [504]])('%d is asked again from the GET on, under one key', async status => {
    const { provider, requests } = scripted({ [GET]: [FREE], [POST]: [{ status }, given()] });
    await provider.acquire(WISH, collected().report, signal);
    expect(requests.map(each => each.split(' ')[0])).toEqual(['GET', 'POST', 'GET', 'POST']);
    expect(new Set(requests.map(each => /nbh=([^&]+)/.exec(each)?.[1])).size).toBe(1);
  });

  test('a POST that was cut off is looked for before it is sent again', async () => {
    const { provider, requests } = scripted({ [GET]: [FREE, given({ outcome: undefined })], [POST]: ['cut'] });
    const { fresh } = await provider.acquire(WISH, collected().report, signal);
    expect(fresh).toBe(true);
    expect(requests.map(each => each.split(' ')[0])).toEqual(['GET', 'POST', 'GET']);
  });

  test('waiting for capacity says so and goes on under one key', async () => {
    const { provider, requests } = scripted({ [GET]: [FREE], [POST]: [{ status: 503 }, { status: 503 }, given()] });
    const { events, report } = collected();
    await provider.acquire({ ...WISH, waitFor: 60_000 }, report, signal);
    expect(requests).toHaveLength(6);
    const steps = events.filter(({ type }) => type === 'step').map(event => ('text' in event ? event.text : ''));
    expect(steps.filter(text => text.includes('asking again in'))).toHaveLength(2);
    expect(new Set(requests.map(each => /nbh=([^&]+)/.exec(each)?.[1])).size).toBe(1);
  });
});

describe('what must not be lost', () => {
  const UNASSIGN = {
    'GET /tun/m/unassign/gpu-t4-1': [{ body: { token: 'xsrf-2' } }],
    'POST /tun/m/unassign/gpu-t4-1': [{ status: 204 }],
  };

  test('the note is on disk before the request, and goes when the session is written down', async () => {
    const seen: unknown[] = [];
    const ground = scripted({ [GET]: [FREE], [POST]: [given()] });
    const { fetch } = ground.host;
    ground.host.fetch = async (url, init) => {
      if (init.method === 'POST') seen.push(...ground.noted().intents);
      return fetch(url, init);
    };
    await ground.fresh().acquire(WISH, collected().report, signal);
    expect(seen).toMatchObject([{ key: expect.stringMatching(/^[\w.-]{44}$/), choice: { accelerator: 'T4' } }]);
    expect(ground.noted()).toMatchObject({ intents: [{}], machines: [{ id: 'gpu-t4-1' }] });
    await ground.provider.settled?.('gpu-t4-1');
    expect(ground.noted()).toMatchObject({ intents: [], machines: [{ id: 'gpu-t4-1' }] });
  });

  test('after an answer that cannot be read the note stays', async () => {
    const { provider, noted } = scripted({ [GET]: [FREE], [POST]: [{ text: '<html>', type: 'text/html' }] });
    await expect(provider.acquire(WISH, collected().report, signal)).rejects.toMatchObject({ kind: 'apiUnavailable' });
    expect(noted().intents).toHaveLength(1);
  });

  test('Ctrl-C while Colab answers gives the machine back', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'interrupted');
    const ground = scripted({ [GET]: [FREE], [POST]: [given()], ...UNASSIGN });
    const { fetch } = ground.host;
    ground.host.fetch = async (url, init) => {
      if (init.method === 'POST' && url.pathname.endsWith('/assign')) stop.abort(reason);
      return fetch(url, init);
    };
    await expect(ground.fresh().acquire(WISH, collected().report, stop.signal)).rejects.toBe(reason);
    expect(ground.requests.at(-1)).toBe('POST /tun/m/unassign/gpu-t4-1');
    expect(ground.noted()).toEqual({ intents: [], machines: [] });
    expect(ground.events.map(event => ('text' in event ? event.text : ''))).toContainEqual(
      expect.stringContaining('waiting for the answer'),
    );
  });

  test('Ctrl-C before the request asks for nothing', async () => {
    const stop = AbortSignal.abort(new Failure('interrupted', 'interrupted'));
    const { provider, requests, noted } = scripted({ [GET]: [FREE] });
    await expect(provider.acquire(WISH, collected().report, stop)).rejects.toMatchObject({ kind: 'interrupted' });
    expect(requests).toEqual([]);
    expect(noted().intents).toEqual([]);
  });

  const left = async (ground: ReturnType<typeof scripted>) => {
    const choice = { variant: 'gpu', accelerator: 'T4', highMemory: false } as const;
    await ground.intents.begin({
      key: 'k'.repeat(44),
      choice,
      account: 'ada@example.com',
      at: '2026-01-01T00:00:00.000Z',
    });
    ground.disown();
  };

  test('what a dead command left is taken over when it fits', async () => {
    const ground = scripted({ [GET]: [given({ outcome: undefined })] });
    await left(ground);
    const { runtime } = await ground.provider.acquire(WISH, collected().report, signal);
    expect(runtime.id).toBe('gpu-t4-1');
    expect(ground.requests.every(each => each.includes(`nbh=${'k'.repeat(44)}`))).toBe(true);
    expect(ground.events.map(event => ('text' in event ? event.text : ''))).toContainEqual(
      expect.stringContaining('taking over machine gpu-t4-1'),
    );
  });

  test.each([
    [
      'for a new machine',
      (ground: ReturnType<typeof scripted>) =>
        ground.provider.acquire({ ...WISH, fresh: true }, collected().report, signal),
    ],
    ['when only looking', (ground: ReturnType<typeof scripted>) => ground.provider.list(signal)],
    ['when asked whether one lives', (ground: ReturnType<typeof scripted>) => ground.provider.probe('x', signal)],
  ])('what a dead command left is given back %s', async (_, look) => {
    const ground = scripted({
      [GET]: [given({ outcome: undefined }), FREE],
      [POST]: [given({ endpoint: 'new-1' })],
      'GET /tun/m/assignments': [{ body: {} }],
      ...UNASSIGN,
    });
    await left(ground);
    await look(ground);
    expect(ground.requests).toContain('POST /tun/m/unassign/gpu-t4-1');
    expect(ground.noted().intents.filter(each => (each as { key: string }).key.startsWith('kkk'))).toEqual([]);
  });

  test('where nothing came of it only the note goes', async () => {
    const ground = scripted({ [GET]: [FREE], 'GET /tun/m/assignments': [{ body: {} }] });
    await left(ground);
    await ground.provider.list(signal);
    expect(ground.noted()).toEqual({ intents: [], machines: [] });
  });

  test('another account’s is not touched', async () => {
    const ground = scripted({ 'GET /tun/m/assignments': [{ body: {} }] });
    const choice = { variant: 'gpu', accelerator: 'T4', highMemory: false } as const;
    await ground.intents.begin({
      key: 'k'.repeat(44),
      choice,
      account: 'bob@example.com',
      at: '2026-01-01T00:00:00.000Z',
    });
    ground.disown();
    await ground.provider.list(signal);
    expect(ground.requests).toEqual(['GET /tun/m/assignments']);
    expect(ground.noted().intents).toHaveLength(1);
  });
});

describe('the sign-in', () => {
  test('a refused token is renewed once', async () => {
    const { provider, requests, headers, renewals } = scripted({ [GET]: [{ status: 401 }, FREE], [POST]: [given()] });
    await provider.acquire(WISH, collected().report, signal);
    expect(renewals).toEqual([1]);
    expect(headers.map(each => each.get('authorization'))).toEqual([
      'Bearer google-0',
      'Bearer google-1',
      'Bearer google-1',
    ]);
    expect(requests).toHaveLength(3);
  });

  test('a token refused twice is the end', async () => {
    const { provider, requests } = scripted({ [GET]: [{ status: 401 }] });
    const asked = provider.acquire(WISH, collected().report, signal);
    await expect(asked).rejects.toMatchObject({ kind: 'invalidCredentials' });
    expect(requests).toHaveLength(2);
  });

  test.each([
    [
      'by its reason',
      { status: 403, body: { error: { code: 403, details: [{ reason: 'SCOPE_NOT_PERMITTED' }] } } },
      'insufficientScopes',
    ],
    ['policy', { status: 403, body: { error: { code: 403 } } }, 'forbidden'],
    ['a page instead of data', { text: '<html></html>', type: 'text/html' }, 'apiUnavailable'],
    ['a page that redirects', { status: 302 }, 'apiUnavailable'],
    ['something else', { status: 404, text: 'nothing here' }, 'apiUnavailable'],
    ['a broken answer', { text: '{' }, 'apiUnavailable'],
  ] as const)('403 and pages: %s', async (_, answer, kind) => {
    const { provider } = scripted({ [GET]: [answer] });
    const failure = await provider.acquire(WISH, collected().report, signal).catch(error => error);
    expect(failure).toMatchObject({ kind });
    expect(JSON.stringify(failure.facts)).not.toContain('Jupyter');
  });

  test('nobody is nobody', async () => {
    const identity = async () => ({
      login: () => null,
      accessToken: async () => 'never',
      require: () => {},
      account: async () => null,
    });
    const { provider, requests } = scripted({}, { identity });
    await expect(provider.acquire(WISH, collected().report, signal)).rejects.toMatchObject({
      kind: 'notAuthenticated',
    });
    expect(await provider.list(signal)).toEqual([]);
    expect(await provider.probe('x', signal)).toBe('unknown');
    expect(requests).toEqual([]);
  });
});

function accelerators(requests: readonly string[]): (string | undefined)[] {
  return requests
    .filter(each => each.startsWith('GET /tun/m/assign?'))
    .map(each => /accelerator=(\w+)/.exec(each)?.[1]);
}

describe('two accounts', () => {
  test('a machine made with another is neither gone nor ours to open', async () => {
    const ground = scripted({ 'GET /tun/m/assignments': [{ body: {} }] });
    const choice = { variant: 'gpu', accelerator: 'T4', highMemory: false } as const;
    const at = '2026-01-01T00:00:00.000Z';
    await ground.intents.made({ id: 'bobs', key: 'k', choice, account: 'bob@example.com', at });
    await ground.intents.made({ id: 'adas', key: 'l', choice, account: 'ada@example.com', at });
    expect(await ground.provider.probe('bobs', signal)).toBe('unknown');
    expect(await ground.provider.probe('adas', signal)).toBe('gone');
    expect(await ground.provider.probe('anybodys', signal)).toBe('gone');
    await expect(ground.provider.open('bobs', signal)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(ground.provider.release('bobs', signal)).rejects.toMatchObject({ kind: 'forbidden' });
    expect(ground.intents.machines()).toHaveLength(2);
    await expect(ground.provider.open('adas', signal)).rejects.toMatchObject({ kind: 'runtimeTerminated' });
  });
});
