import { get } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { openLanding } from '../../../src/google/landing.ts';

/** A request that sets no timer of its own. */
function ask(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

const NEVER = new AbortController().signal;

afterEach(() => void vi.useRealTimers());

test('five minutes, then it is over; no timer stays', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const landing = await openLanding();
  const waiting = expect(landing.code('s1', NEVER)).rejects.toMatchObject({ kind: 'connectionTimeout' });
  vi.advanceTimersByTime(5 * 60_000 - 1);
  vi.advanceTimersByTime(1);
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
  await landing.close();
});

test('after success no timer stays, and the address answers nobody any more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const landing = await openLanding();
  const waiting = landing.code('s1', NEVER);
  const page = ask(`${landing.redirectUri}/?state=s1&code=c1`);
  const { code, reply } = await waiting;
  expect(code).toBe('c1');
  expect((await ask(`${landing.redirectUri}/?state=s1&code=c2`)).status).toBe(400);
  await reply(true);
  const text = (await page).text;
  expect(text).toContain('You may close this page');
  expect(text).not.toContain('c1');
  expect(vi.getTimerCount()).toBe(0);
  await landing.close();
  await expect(ask(landing.redirectUri)).rejects.toThrow();
});

test('before the sign-in has begun nothing is taken', async () => {
  const landing = await openLanding();
  expect((await ask(`${landing.redirectUri}/?state=&code=c1`)).status).toBe(400);
  expect((await ask(`${landing.redirectUri}/?code=c1`)).status).toBe(400);
  await landing.close();
});

test('only this machine is listened to, and the redirect has no path', async () => {
  const landing = await openLanding();
  expect(landing.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await landing.close();
});

test('an abort ends the wait with its reason', async () => {
  const landing = await openLanding();
  const control = new AbortController();
  const waiting = landing.code('s1', control.signal);
  const reason = new Error('stop');
  control.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await landing.close();
});
