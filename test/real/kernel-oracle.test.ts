import { KernelManager, ServerConnection } from '@jupyterlab/services';
import type { IIOPubMessage } from '@jupyterlab/services/lib/kernel/messages.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import type { Event } from '../../src/core/events.ts';
import { startJupyter, type TestServer } from '../support/jupyter-server.ts';
import { type KernelBench, kernelBench } from '../support/kernel-bench.ts';

/** The same cells through the reference client and through ours, each on a kernel of its own, compared. */
const CELLS: Readonly<Record<string, string>> = {
  'a value': '6 * 7',
  nothing: 'x = 1',
  'output and a value': 'print("one"); x',
  'both streams': 'import sys\nprint("out")\nprint("err", file=sys.stderr)',
  unicode: 'print("héllo 日本語 🚀"); "🚀"',
  'no newline at the end': 'print("abc", end="")',
  'carriage returns': 'print("10%\\r20%\\r30%")',
  'rich display': 'from IPython.display import HTML, display\ndisplay(HTML("<b>x</b>"))',
  'display updates': 'from IPython.display import display\nh = display("a", display_id="d1")\nh.update("b")',
  clear: 'from IPython.display import clear_output\nprint("old"); clear_output(); print("new")',
  'an exception': '1/0',
  'output before an exception': 'print("before"); raise ValueError("no")',
  'a syntax error': 'def (:',
  'a magic': '%env LECODER_X=1',
  'a shell escape': '!echo from the shell',
  'many lines': 'for i in range(3000): print(i, "x" * 40)',
  'async code': 'import asyncio\nawait asyncio.sleep(0.01)\n"done"',
  'an image': 'from IPython.display import Image\nImage(data=bytes.fromhex("89504e470d0a1a0a"), format="png")',
};

let server: TestServer;
let ours: KernelBench;
let manager: KernelManager;
let reference: Awaited<ReturnType<KernelManager['startNew']>>;

beforeAll(async () => {
  for (const name of ['debug', 'log', 'warn'] as const) vi.spyOn(console, name).mockImplementation(() => {});
  server = await startJupyter();
  ours = await kernelBench(server.doorway);
  class Socket extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols, { headers: server.doorway.headers });
    }
  }
  const settings = ServerConnection.makeSettings({
    baseUrl: server.url.href,
    wsUrl: server.doorway.ws.href,
    token: server.token,
    WebSocket: Socket as unknown as typeof globalThis.WebSocket,
  });
  manager = new KernelManager({ serverSettings: settings });
  reference = await manager.startNew({ name: 'python3' });
}, 120_000);

afterAll(async () => {
  await reference?.shutdown();
  manager?.dispose();
  await ours?.close();
  await server?.stop();
});

describe('the same as the reference client', () => {
  test.each(Object.entries(CELLS))('%s', async (_, code) => {
    const theirs = await throughReference(code);
    const { events, outcome, executionCount } = await ours.run(code);
    const reply = theirs.reply as { status: string; ename?: string; evalue?: string; execution_count: number };
    expect(merged(events)).toEqual(merged(theirs.events));
    expect(executionCount).toBe(reply.execution_count);
    if (reply.status === 'ok') expect(outcome).toEqual({ kind: 'ok' });
    else expect(outcome).toMatchObject({ kind: 'exception', name: reply.ename, message: reply.evalue });
  });
});

async function throughReference(code: string): Promise<{ events: Event[]; reply: unknown }> {
  const future = reference.requestExecute({ code, stop_on_error: false });
  const events: Event[] = [];
  future.onIOPub = message => {
    const event = asEvent(message);
    if (event) events.push(event);
  };
  const { content } = await future.done;
  return { events, reply: content };
}

function asEvent({ header, content: raw }: IIOPubMessage): Event | null {
  // biome-ignore lint/suspicious/noExplicitAny: one loose reading for all message kinds
  const content = raw as any;
  switch (header.msg_type) {
    case 'stream':
      return { type: 'output', stream: content.name, data: content.text };
    case 'execute_result':
      return {
        type: 'result',
        data: content.data,
        metadata: content.metadata,
        executionCount: content.execution_count,
      };
    case 'display_data':
    case 'update_display_data':
      return {
        type: 'display',
        data: content.data,
        metadata: content.metadata,
        displayId: content.transient?.display_id ?? null,
        update: header.msg_type === 'update_display_data',
      };
    case 'clear_output':
      return { type: 'clear', wait: content.wait };
    default:
      return null;
  }
}

/** How the kernel cuts a stream into messages depends on timing; its text does not. */
function merged(events: readonly Event[]): Event[] {
  const result: Event[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.type === 'output' && last?.type === 'output' && last.stream === event.stream) {
      result[result.length - 1] = { ...last, data: `${last.data}${event.data}` };
    } else result.push(event);
  }
  return result;
}
