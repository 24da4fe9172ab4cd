import type { Cell, KernelLink } from '../core/execution.ts';
import { COUNT, ENTER, KEEPS_APART, LEAVE, REPORT, WITHDRAW } from './kernel-setup.ts';

/** The messages a cell run sends. Each returns the id that answers carry as their parent. */
export class CellRequests {
  readonly #link: KernelLink;
  readonly #cell: Cell;

  constructor(link: KernelLink, cell: Cell) {
    this.#link = link;
    this.#cell = cell;
  }

  /** Something is set for this cell alone, and undone after it. */
  get hasOwn(): boolean {
    return Object.keys(this.#cell.env).length > 0 || this.#cell.folder !== undefined;
  }

  /** Prepares the kernel; variables and folder of the cell travel as metadata. */
  enter(): string {
    const { env, folder } = this.#cell;
    return this.ask(
      { oom: REPORT, apart: KEEPS_APART },
      this.hasOwn ? { lecoder_env: env, lecoder_folder: folder ?? null } : {},
    );
  }

  /** `known`: to be a kernel of ours, which can say after the cell what it would say before the next one. */
  cell(known: boolean): string {
    const { code, answer } = this.#cell;
    return this.#execute({
      code,
      silent: false,
      store_history: true,
      allow_stdin: answer !== null,
      user_expressions: known ? { oom: REPORT } : {},
    });
  }

  /** A silent request that answers with the values of expressions; prepares the kernel if nobody has. */
  ask(expressions: Readonly<Record<string, string>>, metadata: Readonly<Record<string, unknown>> = {}): string {
    const silently = { silent: true, store_history: false, allow_stdin: false };
    return this.#execute({ code: ENTER, ...silently, user_expressions: expressions }, metadata);
  }

  leave(): void {
    if (!this.hasOwn) return;
    this.#execute({ code: LEAVE, silent: true, store_history: false, allow_stdin: false, user_expressions: {} });
  }

  withdraw(cellId: string): string {
    return this.#link.send({ channel: 'control', type: WITHDRAW, content: { ids: [cellId] } });
  }

  count(cellId: string): string {
    return this.#link.send({ channel: 'control', type: COUNT, content: { id: cellId } });
  }

  #execute(content: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>> = {}): string {
    // A failing cell of ours must not empty the kernel's queue for others.
    const whole = { ...content, stop_on_error: false };
    return this.#link.send({ channel: 'shell', type: 'execute_request', content: whole, metadata });
  }
}
