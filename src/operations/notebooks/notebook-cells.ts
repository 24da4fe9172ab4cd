import type { CommandContext } from '../../core/command.ts';
import type { KernelLink } from '../../core/execution.ts';
import { Failure } from '../../core/failure.ts';
import type { NotebookRunRequest } from '../../core/notebook-run.ts';
import type { Services } from '../../core/services.ts';
import { NotebookOutputs } from '../../notebook/notebook-outputs.ts';
import { hasTag } from '../../notebook/tags.ts';
import type { Mask } from '../run/mask.ts';
import { languageOf, markOf } from '../sessions/kernel-life.ts';
import type { OpenKernel } from '../sessions/open-kernel.ts';
import { type CellRun, overallLimit, runNotebookCell } from './notebook-cell.ts';
import { NotebookFile } from './notebook-file.ts';
import { NotebookHistory } from './notebook-history.ts';
import type { NotebookKernel } from './notebook-kernel.ts';
import { watched } from './notebook-link.ts';
import { NotebookSaver } from './notebook-saver.ts';
import type { KernelLife, NotebookState } from './notebook-state.ts';
import type { CellListener } from './run-notebook.ts';

export interface CellsParts {
  readonly request: NotebookRunRequest;
  readonly name: string;
  readonly context: CommandContext;
  readonly plan: { readonly run: readonly number[] };
  readonly kernel: NotebookKernel;
  readonly state: NotebookState;
  readonly mask: Mask;
  readonly onCell: CellListener | null;
}

/** How the run ended: at which cell, where one ended it. */
export interface CellsEnd {
  readonly failure: Failure | null;
  readonly place: number | null;
  /** The variables of what ran are gone, with the kernel or with its restart. */
  readonly kernelLost?: boolean;
}

/** The cells of a notebook, one after the other over one link. */
export class NotebookCells {
  readonly #parts: CellsParts;
  readonly #saver: NotebookSaver;
  readonly #outputs: NotebookOutputs;
  readonly #live: OpenKernel;
  readonly #bytes = () => this.#parts.state.bytes();
  #running = -1;
  readonly #history: NotebookHistory;

  constructor(parts: CellsParts) {
    const { request, context, kernel } = parts;
    const { link } = kernel.live;
    this.#parts = parts;
    this.#saver = saverFor(request, context.services);
    this.#history = new NotebookHistory(context.services, context.report);
    this.#outputs = new NotebookOutputs((comm_id, data) => {
      link.send({ channel: 'shell', type: 'comm_msg', content: { comm_id, data } });
    });
    const seen = watched(link, {
      onCell: id => this.#outputs.begin(this.#running, id),
      onMessage: message => {
        if (this.#outputs.take(message)) this.#saver.later(this.#bytes);
      },
    });
    this.#live = throughLink(kernel.live, seen);
  }

  /** Throws what saving throws. */
  async run(): Promise<CellsEnd> {
    const { kernel, context, plan, state, request } = this.#parts;
    const { services } = context;
    const life: KernelLife = { kernel: kernel.live.kernelId, own: kernel.own, marker: null };
    state.start(this.#outputs, life);
    this.#learn(life);
    const deadline = request.totalTimeout === null ? null : services.host.monotonic() + request.totalTimeout;
    try {
      await this.#saver.save(this.#bytes);
      for (const place of plan.run) {
        const end = await this.#cell(place, deadline);
        if (end !== null) return end;
      }
      return { failure: null, place: null };
    } finally {
      await this.#saver.save(this.#bytes, true);
      await this.#history.settled();
    }
  }

  /** Asked before the first cell and not waited for: the answers come before its end. */
  #learn(life: KernelLife): void {
    const { context, kernel, state } = this.#parts;
    const { host } = context.services;
    const { link } = kernel.live;
    const asked = [
      markOf(link, host.uuid(), context.signal).then(mark => {
        life.marker = mark;
      }),
      languageOf(link, context.signal).then(info => {
        state.languageInfo = info ?? state.languageInfo;
      }),
    ];
    for (const answer of asked) answer.catch(() => {});
  }

  /** Null when the next cell may run. */
  async #cell(place: number, deadline: number | null): Promise<CellsEnd | null> {
    const { context, state, request, kernel } = this.#parts;
    if (context.signal.aborted) return { failure: new Failure('interrupted', 'interrupted'), place };
    if (deadline !== null && context.services.host.monotonic() >= deadline)
      return { failure: overallLimit({ request, ownKernel: kernel.own }, false), place };
    this.#running = place;
    state.begin(place);
    await this.#tell(place, 'running', null);
    const started = context.services.host.monotonic();
    const ran = await this.#execute(place, deadline);
    const duration = Math.round(context.services.host.monotonic() - started);
    const { failure } = ran;
    const mayFail = this.#mayFail(place, ran);
    const wanted = mayFail && hasTag(state.cell(place), 'raises-exception');
    const status = failure === null || wanted ? 'ok' : 'error';
    this.#addError(place, failure);
    state.end(place, { status, duration });
    await this.#saver.save(this.#bytes);
    await this.#tell(place, status, duration);
    this.#remember(place, ran);
    if (failure !== null)
      return wanted || (request.allowErrors && mayFail) ? null : { failure, place, kernelLost: ran.kernelLost };
    return this.#outputs.record(place)?.exception === 'SystemExit' ? { failure: null, place } : null;
  }

  #execute(place: number, deadline: number | null): Promise<CellRun> {
    const { context, kernel, request, mask, onCell, state } = this.#parts;
    // What nobody asks for is not kept: the notebook has it already.
    const flags =
      onCell === null ? { ...context.services.flags, json: false, jsonLines: false } : context.services.flags;
    return runNotebookCell(state.cell(place).source, {
      request,
      mask,
      deadline,
      live: this.#live,
      ownKernel: kernel.own,
      services: { ...context.services, flags },
      report: context.report,
      signal: context.signal,
    });
  }

  /** Only what the code itself raised may be allowed: not the end of its time, its kernel or its connection. */
  #mayFail(place: number, { raised }: CellRun): boolean {
    return raised && !this.#parts.context.signal.aborted && this.#outputs.record(place)?.exception !== 'SystemExit';
  }

  /** Where the kernel could not say itself how the cell ended, the notebook does. */
  #addError(place: number, failure: Failure | null): void {
    if (failure === null || this.#outputs.record(place)?.exception != null) return;
    const { message, facts, spec } = failure;
    const ename = facts.name ?? spec.title.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
    this.#outputs.add(place, { output_type: 'error', ename, evalue: message, traceback: [`${ename}: ${message}`] });
  }

  async #tell(place: number, status: 'running' | 'ok' | 'error', duration: number | null): Promise<void> {
    const { state, name, context } = this.#parts;
    const { execution_count: executionCount, id } = state.current(place);
    const where = { notebook: name, cell: place + 1, total: state.total, id, name: state.name(place) };
    await context.report({ type: 'cell', ...where, status, executionCount, duration });
  }

  #remember(place: number, { run, entry }: CellRun): void {
    const { name, mask, onCell } = this.#parts;
    onCell?.(run);
    this.#history.add(mask.deep({ ...entry, notebook: name, cell: place + 1 }));
  }
}

/** The way in is looked up when it is needed: looking it up costs, and it changes. */
function throughLink(live: OpenKernel, link: KernelLink): OpenKernel {
  const { session, kernelId } = live;
  return {
    session,
    kernelId,
    link,
    get doorway() {
      return live.doorway;
    },
  };
}

function saverFor({ output }: NotebookRunRequest, { host }: Services): NotebookSaver {
  return new NotebookSaver(new NotebookFile(output, host), host);
}

/** For a run without a cell. Throws what saving throws. */
export function saveOnce(request: NotebookRunRequest, state: NotebookState, services: Services): Promise<void> {
  return saverFor(request, services).save(() => state.bytes(), true);
}
