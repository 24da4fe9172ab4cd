import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { buildServices } from '../../../src/app.ts';
import { globalFlags } from '../../../src/cli/global-options.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import type { CommandSpec } from '../../../src/cli/spec.ts';
import type { AnyCommand, CommandContext } from '../../../src/core/command.ts';
import { Failure } from '../../../src/core/failure.ts';
import { type TestHost, testHost } from '../../support/test-host.ts';

type Work = (context: CommandContext) => Promise<object>;

/** Starts a command whose work is `work`. */
function started(
  work: Work,
  { json = true, ...rest }: { json?: boolean; host?: TestHost; command?: Partial<AnyCommand> } = {},
) {
  const host = rest.host ?? testHost();
  const command: AnyCommand = {
    input: z.object({}),
    run: (_: unknown, context: CommandContext) => work(context),
    view: () => 'seen',
    ...rest.command,
  };
  const spec: CommandSpec = { path: ['some', 'thing'], summary: '', load: async () => command };
  const exit = runCommand({ kind: 'command', spec, flags: globalFlags({ json }), input: {} }, host, buildServices);
  return { host, exit, object: () => JSON.parse(host.stdout.text) };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** Work that has begun, so that what comes next finds it under way. */
function begun(work: Work) {
  let begin = () => {};
  const beginning = new Promise<void>(resolve => {
    begin = resolve;
  });
  const running = started(context => {
    begin();
    return work(context);
  });
  return { ...running, beginning };
}

test('the answer is printed and the exit code is 0', async () => {
  const { host, exit } = started(async () => ({}), { json: false });
  expect(await exit).toBe(0);
  expect([host.stdout.text, host.stderr.text]).toEqual(['seen\n', '']);
});

test('an answer may carry an exit code home', async () => {
  const { exit, object } = started(async () => ({ success: false, status: 'error' }), {
    command: { exitCode: () => 5 },
  });
  expect(await exit).toBe(5);
  expect(object()).toMatchObject({ command: 'some thing', success: false, status: 'error' });
});

test('input that the command refuses is a usage error', async () => {
  const { exit, object } = started(async () => ({}), { command: { input: z.object({ count: z.number() }) } });
  expect(await exit).toBe(2);
  expect(object().error).toMatchObject({ code: 1403, message: expect.stringContaining('`count`') });
});

test('the first Ctrl-C aborts the work, which may still end well', async () => {
  const { host, exit, object, beginning } = begun(async ({ signal }) => {
    await untilAborted(signal).catch(() => {});
    return { tidied: true };
  });
  await beginning;
  host.interrupt('SIGINT');
  expect(await exit).toBe(0);
  expect(object()).toMatchObject({ tidied: true });
});

test('work that ends with the abort is an interruption', async () => {
  const { host, exit, object, beginning } = begun(({ signal }) => untilAborted(signal));
  await beginning;
  host.interrupt('SIGINT');
  expect(await exit).toBe(130);
  expect(object()).toMatchObject({ success: false, status: 'abort', errorCode: 1003, error: { code: 1208 } });
});

test('what an aborted request throws is part of the interruption', async () => {
  const { host, exit, object, beginning } = begun(async ({ signal }) => {
    await untilAborted(signal).catch(() => {});
    throw new DOMException('This operation was aborted', 'AbortError');
  });
  await beginning;
  host.interrupt('SIGINT');
  expect([await exit, object().error.code]).toEqual([130, 1208]);
});

test('the second Ctrl-C leaves at once, and the object is still printed', async () => {
  const { host, exit, object, beginning } = begun(() => new Promise<never>(() => {}));
  await beginning;
  host.interrupt('SIGINT');
  host.interrupt('SIGINT');
  expect(await exit).toBe(130);
  expect(object().error.code).toBe(1208);
});

test('SIGTERM leaves when the work does not end by itself', async () => {
  const host = { ...testHost(), sleep: async () => {} };
  const { exit, object } = started(() => new Promise<never>(() => {}), { host });
  host.interrupt('SIGTERM');
  expect([await exit, object().error.code]).toEqual([130, 1208]);
});

test('Ctrl-C before the work begins keeps it from beginning', async () => {
  let ran = false;
  const { host, exit } = started(async () => {
    ran = true;
    return {};
  });
  host.interrupt('SIGINT');
  expect([await exit, ran]).toEqual([130, false]);
});

test('nobody listens for Ctrl-C any more at the end', async () => {
  const { host, exit } = started(async () => ({}));
  await exit;
  expect(host.interrupt('SIGINT')).toBe(0);
});

test('a reader of stdout that goes away aborts the work without a word', async () => {
  const { host, exit } = started(({ signal }) => untilAborted(signal), { json: false });
  host.stdout.close();
  expect(await exit).toBe(130);
  expect(host.stderr.text).toBe('');
});

test('a failure keeps its exit code', async () => {
  const { exit, object } = started(async () => {
    throw new Failure('runtimeTerminated', 'gone');
  });
  expect([await exit, object().error.code]).toEqual([4, 1105]);
});

test('anything else is a fault of ours: it says so, names the log file and keeps the stack out of sight', async () => {
  const { host, exit } = started(
    async () => {
      throw new TypeError('x is not a function');
    },
    { json: false },
  );
  expect(await exit).toBe(1);
  expect(host.stderr.text.replaceAll(host.folder, '<folder>')).toBe(
    `error: this is a fault in lecoder-cgpu: TypeError: x is not a function
hint: the details are in \`<folder>/config/state/logs/lecoder-cgpu-2026-01-02.jsonl\`; please report it with them
`,
  );
});

test('an error that nobody caught ends the command with an object too', async () => {
  const { host, exit, object, beginning } = begun(() => new Promise<never>(() => {}));
  await beginning;
  host.fault(new RangeError('lost'));
  expect(await exit).toBe(1);
  expect(object().error).toMatchObject({ code: 1999, message: 'this is a fault in lecoder-cgpu: RangeError: lost' });
});
