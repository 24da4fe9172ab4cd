import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { Clock } from '../clock.ts';

export interface DriveFile {
  readonly id: string;
  readonly owner: Account;
  /** Made by a client with `drive.file`, or picked; others are hidden from that scope. */
  readonly ours: boolean;
  name: string;
  mimeType: string;
  parents: readonly string[];
  trashed: boolean;
  readonly createdTime: number;
  modifiedTime: number;
  content: Buffer;
}

export interface NewFile {
  readonly name?: string;
  readonly mimeType?: string;
  readonly parents?: readonly string[];
  readonly content?: Buffer;
  readonly ours?: boolean;
}

/** Drive, in memory. */
export class Drive {
  readonly #files = new Map<string, DriveFile>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(owner: Account, { name, mimeType, parents, content, ours }: NewFile): DriveFile {
    const now = this.#clock.now();
    const file: DriveFile = {
      id: `1${randomBytes(24).toString('base64url')}`,
      owner,
      ours: ours ?? true,
      name: name ?? 'Untitled',
      mimeType: mimeType ?? 'application/octet-stream',
      parents: parents ?? ['root'],
      trashed: false,
      createdTime: now,
      modifiedTime: now,
      content: content ?? Buffer.alloc(0),
    };
    this.#files.set(file.id, file);
    return file;
  }

  /** `all` sees what `drive.file` does not. */
  find(owner: Account, id: string, all: boolean): DriveFile | null {
    const file = this.#files.get(id);
    return file?.owner === owner && (all || file.ours) ? file : null;
  }

  of(owner: Account, all: boolean): DriveFile[] {
    return [...this.#files.values()].filter(file => file.owner === owner && (all || file.ours));
  }

  touch(file: DriveFile): void {
    file.modifiedTime = this.#clock.now();
  }

  remove(file: DriveFile): void {
    this.#files.delete(file.id);
  }
}

/** A file as the API shows it, cut down to the fields that were asked for. */
export function shown(file: DriveFile, fields: string): object {
  const all: Record<string, unknown> = {
    kind: 'drive#file',
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    parents: file.parents,
    trashed: file.trashed,
    createdTime: new Date(file.createdTime).toISOString(),
    modifiedTime: new Date(file.modifiedTime).toISOString(),
    webViewLink: `https://colab.research.google.com/drive/${file.id}`,
    size: String(file.content.length),
  };
  const wanted = fields === '' ? ['kind', 'id', 'name', 'mimeType'] : fields.split(',').map(name => name.trim());
  if (wanted.includes('*')) return all;
  return Object.fromEntries(wanted.filter(name => name in all).map(name => [name, all[name]]));
}
