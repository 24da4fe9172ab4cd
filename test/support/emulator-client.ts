import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { TestEmulator } from './emulator.ts';

/** A client that does what the wire document says and nothing else, for looking at the emulator's answers. */
export interface Assigned {
  readonly endpoint: string;
  readonly url: string;
  readonly token: string;
  // biome-ignore lint/suspicious/noExplicitAny: the answer as it came
  readonly answer: any;
}

export const XSSI = ")]}'\n";

/** A notebook hash as native clients make one: 44 characters, another each time. */
export function notebookHash(): string {
  return randomUUID().replaceAll('-', '_').padEnd(44, '.');
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into many shapes
export async function stripped(response: Response): Promise<any> {
  const text = await response.text();
  return JSON.parse(text.startsWith(XSSI) ? text.slice(XSSI.length) : text);
}

export class BackendClient {
  readonly #origin: string;
  readonly #token: string;

  constructor(origin: string, token: string) {
    this.#origin = origin;
    this.#token = token;
  }

  static async of(emulator: TestEmulator): Promise<BackendClient> {
    return new BackendClient(emulator.origin, await emulator.accessToken());
  }

  /** One request, with the bearer. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'X-Colab-Client-Agent': 'tests', ...init.headers };
    return fetch(`${this.#origin}${path}`, { redirect: 'manual', ...init, headers });
  }

  /** GET for the XSRF token, then POST of the same address. */
  async post(path: string): Promise<Response> {
    const { token } = await stripped(await this.ask(path));
    return this.ask(path, { method: 'POST', headers: { 'X-Goog-Colab-Token': token } });
  }

  assignAnswer(query: Record<string, string>): Promise<Response> {
    return this.post(`/tun/m/assign?${new URLSearchParams({ nbh: notebookHash(), authuser: '0', ...query })}`);
  }

  async assign(query: Record<string, string> = {}): Promise<Assigned> {
    const answer = await stripped(await this.assignAnswer(query));
    const { url, token } = answer.runtimeProxyInfo;
    return { endpoint: answer.endpoint, url, token, answer };
  }
}

/** A request to a machine's proxy. */
export function askProxy(
  { url, token }: Pick<Assigned, 'url' | 'token'>,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${url}${path}`, { ...init, headers: { 'X-Colab-Runtime-Proxy-Token': token, ...init.headers } });
}

// biome-ignore lint/suspicious/noExplicitAny: messages of many kinds
export type Message = any;

/** A kernel's socket in the form without a subprotocol: one JSON object a message. */
export class KernelClient {
  readonly #socket: WebSocket;
  readonly #session = randomUUID();
  readonly #listeners = new Set<(message: Message) => void>();
  readonly messages: Message[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', data => {
      const message = JSON.parse(String(data));
      this.messages.push(message);
      for (const listener of this.#listeners) listener(message);
    });
  }

  static async open({ url, token }: Assigned, kernel: string): Promise<KernelClient> {
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/api/kernels/${kernel}/channels?session_id=${randomUUID()}`,
      {
        headers: { 'X-Colab-Runtime-Proxy-Token': token },
      },
    );
    const client = new KernelClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** Makes a kernel and opens its socket. */
  static async start(machine: Assigned): Promise<{ client: KernelClient; id: string }> {
    const made = await askProxy(machine, '/api/kernels', { method: 'POST', body: '{}' });
    const { id } = (await made.json()) as { id: string };
    return { client: await KernelClient.open(machine, id), id };
  }

  get session(): string {
    return this.#session;
  }

  send(channel: string, type: string, content: object, parent: object = {}): string {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: this.#session,
      username: 'username',
      date: '',
      version: '5.0',
    };
    this.#socket.send(JSON.stringify({ channel, header, parent_header: parent, metadata: {}, content, buffers: [] }));
    return id;
  }

  /** The first message, past or to come, that fits. */
  until(fits: (message: Message) => boolean): Promise<Message> {
    const past = this.messages.find(fits);
    if (past !== undefined) return Promise.resolve(past);
    return new Promise(resolve => {
      const listener = (message: Message) => {
        if (!fits(message)) return;
        this.#listeners.delete(listener);
        resolve(message);
      };
      this.#listeners.add(listener);
    });
  }

  /** Runs code to its reply and idle, and gives back what it printed with its error's name. */
  async run(code: string): Promise<{ text: string; error: string | null }> {
    const id = this.start(code);
    return this.result(id);
  }

  start(code: string): string {
    return this.send('shell', 'execute_request', {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: true,
      stop_on_error: true,
    });
  }

  async result(id: string): Promise<{ text: string; error: string | null }> {
    const ours = (message: Message) => message.parent_header?.msg_id === id;
    const reply = await this.until(message => ours(message) && message.header.msg_type === 'execute_reply');
    await this.until(message => ours(message) && message.content?.execution_state === 'idle');
    const streams = this.messages.filter(message => ours(message) && message.header.msg_type === 'stream');
    return { text: streams.map(message => message.content.text).join(''), error: reply.content.ename ?? null };
  }

  /** The next `colab_request` of that type. */
  request(type: string): Promise<Message> {
    return this.until(
      message => message.header.msg_type === 'colab_request' && message.metadata.colab_request_type === type,
    );
  }

  /** Answers a request of Colab's. */
  reply(request: Message, answer: { data?: unknown; error?: string }): void {
    const value = { type: 'colab_reply', colab_msg_id: request.metadata.colab_msg_id, ...answer };
    this.send('stdin', 'input_reply', { value });
  }

  close(): void {
    this.#socket.terminate();
  }
}
