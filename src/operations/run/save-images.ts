import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Event, MimeBundle, Report } from '../../core/events.ts';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../core/host.ts';

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'application/pdf': 'pdf',
};

/** Writes each image of a run into a folder here, numbered in order, and names it. Throws `permissionDenied`. */
export class ImageSaver {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #report: Report;
  #last: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(host: Host, { folder, execution, report }: { folder: string; execution: string; report: Report }) {
    this.#folder = resolve(host.folders.work, folder);
    this.#prefix = execution.slice(0, 8);
    this.#report = report;
  }

  /** Starts to save what the event shows; `saved` tells when all is on disk. */
  take(event: Event): void {
    if (event.type !== 'display' && event.type !== 'result') return;
    const type = Object.keys(ENDINGS).find(known => typeof event.data[known] === 'string');
    if (type === undefined) return;
    const save = this.#last.then(() => this.#save(bytes(event.data, type), ENDINGS[type] ?? 'bin'));
    save.catch(() => {}); // `saved` rejects with it
    this.#last = save;
  }

  saved(): Promise<void> {
    return this.#last;
  }

  async #save(content: Buffer, ending: string): Promise<void> {
    this.#count += 1;
    const path = join(this.#folder, `${this.#prefix}-${this.#count}.${ending}`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(path, content);
    } catch (error) {
      throw new Failure('permissionDenied', `cannot write the image \`${path}\``, {
        details: String(error),
        cause: error,
      });
    }
    void this.#report({ type: 'note', text: `image saved as ${path}` });
  }
}

/** Everything but SVG travels as base64. */
function bytes(data: MimeBundle, type: string): Buffer {
  return Buffer.from(String(data[type]), type === 'image/svg+xml' ? 'utf8' : 'base64');
}
