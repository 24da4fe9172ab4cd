import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event, MimeBundle, Report } from '../../core/events.ts';
import type { ReplScreen } from '../../core/repl.ts';
import type { Services } from '../../core/services.ts';
import { ImageSaver } from '../run/save-images.ts';

/** Shows what cells say as IPython does: results behind their number, images drawn, or saved and named. */
export class ReplOutput {
  readonly report: Report;
  readonly #screen: ReplScreen;
  readonly #services: Services;
  readonly #show: Report;
  #saver: Promise<ImageSaver> | null = null;
  #saving: Promise<void> = Promise.resolve();
  #atLineStart = true;

  constructor(screen: ReplScreen, services: Services, report: Report) {
    this.#screen = screen;
    this.#services = services;
    this.#show = report;
    this.report = event => this.#take(event);
  }

  write(text: string): void | Promise<void> {
    return this.#take({ type: 'output', stream: 'stdout', data: text });
  }

  /** All is on the screen or on disk, and the cursor at the beginning of a line. */
  async settled(): Promise<void> {
    await this.#saving;
    if (!this.#atLineStart) await this.write('\n');
  }

  #take(event: Event): void | Promise<void> {
    if (event.type === 'result') return this.#result(event);
    if (event.type === 'display') return this.#display(event);
    if (event.type === 'output' && event.data.length > 0) {
      const last = event.data.at(-1);
      this.#atLineStart = last === '\n' || last === 10;
    }
    if (event.type === 'error' || event.type === 'note' || event.type === 'warning') this.#atLineStart = true;
    return this.#show(event);
  }

  #result(event: Extract<Event, { type: 'result' }>): void | Promise<void> {
    const text = textOf(event.data);
    const head = event.executionCount === null ? '' : this.#screen.result(event.executionCount);
    const start = this.#atLineStart ? '' : '\n';
    const shown = this.#image(event, start);
    if (shown || text === null) return shown ?? this.#show(event);
    // A table begins in the first column, or its head would stand apart from its rows.
    return this.write(`${start}${head}${text.includes('\n') ? '\n' : ''}${text}\n`);
  }

  #display(event: Extract<Event, { type: 'display' }>): void | Promise<void> {
    const start = this.#atLineStart ? '' : '\n';
    this.#atLineStart = true;
    return this.#image(event, start) ?? this.#show(event);
  }

  /** Undefined when the text of the bundle is still to be shown. */
  #image(event: Extract<Event, { type: 'result' | 'display' }>, start: string): void | Promise<void> {
    if (!Object.keys(event.data).some(type => type.startsWith('image/'))) return;
    const drawn = this.#screen.image(event.data);
    if (drawn !== null) return Promise.resolve(this.write(`${start}${drawn}\n`));
    this.#saving = this.#saving.then(() => this.#save(event));
    return;
  }

  /** A folder that cannot be written to costs the picture, not the session. */
  async #save(event: Event): Promise<void> {
    this.#saver ??= this.#openSaver();
    try {
      const saver = await this.#saver;
      saver.take(event);
      await saver.saved();
    } catch (error) {
      await this.#show({ type: 'warning', text: `the image is not saved: ${String(error)}` });
    }
  }

  async #openSaver(): Promise<ImageSaver> {
    const { host } = this.#services;
    const execution = host.uuid();
    const folder = join(host.folders.temporary, `lecoder-cgpu-${execution.slice(0, 8)}`);
    await mkdir(folder, { mode: 0o700, recursive: true });
    return new ImageSaver(host, { folder, execution, report: this.report });
  }
}

function textOf(bundle: MimeBundle): string | null {
  const text = bundle['text/plain'];
  return typeof text === 'string' ? text : Array.isArray(text) ? text.join('') : null;
}
