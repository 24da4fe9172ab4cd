import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import { colabPage } from '../../core/drive.ts';
import type { Mode } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { ReplScreen } from '../../core/repl.ts';
import { type Connected, connect } from '../connect/connect.ts';
import type { MachineInput } from '../sessions/machine-wish.ts';
import { fetchNotebook } from './download-notebook.ts';
import { driveId, notebookAddress } from './notebook-address.ts';
import { parseNotebook, readLocalNotebook } from './read-local-notebook.ts';

export interface OpenOrder extends MachineInput {
  /** Id, address or local file. */
  readonly notebook: string;
  readonly name: string | null;
  /** Seconds. */
  readonly timeout: number;
  /** Seconds. */
  readonly keepAlive: number;
  readonly shell: boolean;
  /** Null for a prompt of the kernel. */
  readonly mode: Mode | null;
  readonly startupCode: string | null;
  readonly consent: boolean;
}

export interface OpenedNotebook extends Connected {
  readonly notebook: {
    /** Null for a local file. */
    readonly id: string | null;
    readonly name: string;
    readonly url: string | null;
    /** What the notebook says it wants; null when it says nothing. */
    readonly accelerator: string | null;
  };
}

export interface OpenedPage {
  readonly id: string;
  readonly url: string;
  /** False when there is no browser here. */
  readonly opened: boolean;
}

/** Opens Colab's own page of a notebook in the browser. Throws `usage` for a local file. */
export async function openPage(word: string, { services, report }: CommandContext): Promise<OpenedPage> {
  const address = notebookAddress(word, path => existsSync(resolve(services.host.folders.work, path)));
  if (address.kind === 'file' && existsSync(resolve(services.host.folders.work, address.path))) {
    throw new Failure('usage', `\`${word}\` is a local file, which Colab's page does not see`, {
      hints: [`bring it to Drive: \`lecoder-cgpu notebook upload ${word}\``],
    });
  }
  const id = driveId(word);
  const url = colabPage(id);
  const opened = await (await services.accounts()).google.openBrowser(url);
  if (!opened) void report({ type: 'note', text: 'there is no browser here: open the page yourself' });
  return { id, url, opened };
}

/**
 * Connects to a machine as the notebook wants it, if the command line names none: one machine, however it is found. Throws what
 * `connect`, `useDrive` and reading the notebook throw.
 */
export async function openNotebook(
  order: OpenOrder,
  context: CommandContext,
  screen: () => Promise<ReplScreen>,
): Promise<OpenedNotebook> {
  const { notebook, content } = await find(order, context);
  const accelerator = acceleratorOf(parseNotebook(content, `\`${notebook.name}\``).metadata);
  const named = order.gpu.length > 0 || order.cpu || (order.tpu !== undefined && order.tpu !== false);
  if (accelerator !== null && !named) {
    const model = accelerator.model === null ? '' : ` (${accelerator.model})`;
    void context.report({ type: 'note', text: `the notebook asks for a ${accelerator.kind}${model}` });
  }
  const { host } = context.services;
  const atTerminal = host.stdin.isTerminal && host.stdout.isTerminal;
  const wish = {
    ...(named ? order : { ...order, ...wishOf(accelerator) }),
    mode: order.mode ?? (atTerminal ? ('kernel' as const) : null),
    startupCommand: null,
    detach: false,
  };
  const connected = await connect(wish, context, screen);
  return { notebook: { ...notebook, accelerator: acceleratorText(accelerator) }, ...connected };
}

interface Found {
  readonly notebook: Omit<OpenedNotebook['notebook'], 'accelerator'>;
  readonly content: Uint8Array;
}

async function find({ notebook: word, consent }: OpenOrder, context: CommandContext): Promise<Found> {
  const { host } = context.services;
  const address = notebookAddress(word, path => existsSync(resolve(host.folders.work, path)));
  if (address.kind === 'file') {
    const content = await readLocalNotebook(address.path, host, context.signal);
    return { notebook: { id: null, name: address.path, url: null }, content };
  }
  const { notebook, content } = await fetchNotebook(address.id, consent, context);
  return { notebook: { id: notebook.id, name: notebook.name, url: notebook.url }, content };
}

/** What a notebook says it wants to run on. */
export interface AcceleratorWish {
  readonly kind: 'GPU' | 'TPU';
  /** As Colab writes it, `A100` or `V5E1`; null for any. */
  readonly model: string | null;
}

/** Colab's own fields: `accelerator`, and beside it `colab.gpuType`, which names TPUs as well. */
export function acceleratorOf(metadata: Readonly<Record<string, unknown>>): AcceleratorWish | null {
  const { accelerator: kind, colab } = metadata;
  if (kind !== 'GPU' && kind !== 'TPU') return null;
  const model = typeof colab === 'object' && colab !== null && 'gpuType' in colab ? colab.gpuType : null;
  return { kind, model: typeof model === 'string' && /^\w{1,20}$/.test(model) ? model : null };
}

function wishOf(accelerator: AcceleratorWish | null): Partial<MachineInput> {
  if (accelerator === null) return {};
  const { kind, model } = accelerator;
  if (kind === 'TPU') return { tpu: model ?? true };
  return model === null ? { variant: 'gpu' } : { gpu: [model] };
}

function acceleratorText(accelerator: AcceleratorWish | null): string | null {
  return accelerator === null ? null : (accelerator.model ?? accelerator.kind);
}
