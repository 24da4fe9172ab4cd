import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Doorway, Runtime, Variant } from '../core/runtime.ts';
import { type LocalFiles, writePrivate } from './files.ts';

/** What one invocation leaves for the next about the server it started. Holds the token: never print it. */
export interface ServerRecord {
  /** New with each start, so that a session can tell that its server was replaced. */
  readonly id: string;
  readonly pid: number;
  /** Tells the process from a later one with the same number; null where the system does not say. */
  readonly identity: string | null;
  readonly url: string;
  readonly token: string;
  readonly python: string;
  /** Version of jupyter-server. */
  readonly version: string;
  readonly createdAt: string;
  readonly variant: Variant;
  readonly accelerator: string | null;
  /** The server's own files: its configuration, its kernels' connection files. */
  readonly folder: string;
}

/** The record, or null when there is none or it is damaged. One small file read, synchronous to be cheap. */
export function readRecord(files: LocalFiles): ServerRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(files.record, 'utf8'));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

export async function writeRecord(files: LocalFiles, record: ServerRecord): Promise<void> {
  await writePrivate(files.record, `${JSON.stringify(record, null, 2)}\n`);
}

/** Forgets the server, and removes the files that were its own. */
export async function removeRecord(files: LocalFiles, record: ServerRecord): Promise<void> {
  if (readRecord(files)?.id === record.id) await rm(files.record, { force: true });
  await rm(record.folder, { recursive: true, force: true, maxRetries: 5 });
}

export function doorwayTo(record: Pick<ServerRecord, 'url' | 'token'>): Doorway {
  const http = new URL(record.url);
  const ws = new URL(record.url);
  ws.protocol = 'ws:';
  return { http, ws, headers: { Authorization: `token ${record.token}` }, expires: null };
}

export function runtimeOf(record: ServerRecord): Runtime {
  const { id, variant, accelerator, createdAt } = record;
  return { id, provider: 'local', label: 'local', variant, accelerator, createdAt };
}

function isRecord(value: unknown): value is ServerRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  const texts = ['id', 'url', 'token', 'python', 'version', 'createdAt', 'folder', 'variant'];
  return (
    texts.every(name => typeof fields[name] === 'string') &&
    Number.isInteger(fields.pid) &&
    URL.canParse(String(fields.url))
  );
}
