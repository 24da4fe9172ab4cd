import type { JsonObject } from '../core/events.ts';
import type { KernelMessage } from '../core/execution.ts';
import { OutputWidget } from './output-widget.ts';

export const WIDGET_STATE = 'application/vnd.jupyter.widget-state+json';

interface Widget {
  readonly state: Record<string, unknown>;
  readonly buffers: Map<string, JsonObject>;
}

/** Sends a comm message to the kernel. */
export type SendComm = (commId: string, data: JsonObject) => void;

/** The widgets of a notebook as the kernel last described them, and those of them that catch output. */
export class WidgetStates {
  readonly #send: SendComm;
  readonly #widgets = new Map<string, Widget>();
  readonly #outputs = new Map<string, OutputWidget>();
  /** Of the widgets that catch a request's output the last one gets it. */
  readonly #catching = new Map<string, OutputWidget[]>();

  constructor(send: SendComm) {
    this.#send = send;
  }

  /** True when the message was a widget's. */
  takeComm({ header, content, buffers }: KernelMessage): boolean {
    const { data } = content;
    if (header.msg_type !== 'comm_open' && header.msg_type !== 'comm_msg') return false;
    if (typeof data?.state !== 'object' || data.state === null) return false;
    const id = String(content.comm_id);
    const widget = this.#widgets.get(id) ?? { state: {}, buffers: new Map() };
    this.#widgets.set(id, widget);
    Object.assign(widget.state, data.state);
    for (const [index, path] of (Array.isArray(data.buffer_paths) ? data.buffer_paths : []).entries()) {
      const buffer = buffers[index];
      if (buffer === undefined) continue;
      const encoded = { data: Buffer.from(buffer).toString('base64'), encoding: 'base64', path };
      widget.buffers.set(JSON.stringify(path), encoded);
    }
    if (header.msg_type === 'comm_open') this.#opened(id, data.state);
    else this.#redirect(id, data.state);
    return true;
  }

  /** True when a widget took the output, which then is not the cell's. */
  takeOutput(message: KernelMessage): boolean {
    const widget = this.#catching.get(message.parent_header.msg_id ?? '')?.at(-1);
    widget?.take(message);
    return widget !== undefined;
  }

  /** What stands in the notebook's metadata under `widgets`; null when there is no widget. */
  metadata(): JsonObject | null {
    const shown = [...this.#widgets].filter(([, { state }]) => '_model_name' in state);
    if (this.#widgets.size === 0) return null;
    const state = Object.fromEntries(shown.map(([id, widget]) => [id, described(widget)]));
    return { [WIDGET_STATE]: { state, version_major: 2, version_minor: 0 } };
  }

  #opened(id: string, state: JsonObject): void {
    if (state._model_module !== '@jupyter-widgets/output' || state._model_name !== 'OutputModel') return;
    const show = (outputs: readonly unknown[]) => {
      const widget = this.#widgets.get(id);
      if (widget) widget.state.outputs = outputs;
      this.#send(id, { method: 'update', state: { outputs }, buffer_paths: [] });
    };
    this.#outputs.set(id, new OutputWidget(state.outputs, show));
  }

  #redirect(id: string, state: JsonObject): void {
    const widget = this.#outputs.get(id);
    if (widget === undefined || !('msg_id' in state)) return;
    const former = widget.catching ?? '';
    const rest = (this.#catching.get(former) ?? []).filter(each => each !== widget);
    if (rest.length === 0) this.#catching.delete(former);
    else this.#catching.set(former, rest);
    widget.catching = typeof state.msg_id === 'string' && state.msg_id !== '' ? state.msg_id : null;
    if (widget.catching === null) return;
    this.#catching.set(widget.catching, [...(this.#catching.get(widget.catching) ?? []), widget]);
  }
}

function described({ state, buffers }: Widget): JsonObject {
  return {
    model_name: state._model_name ?? null,
    model_module: state._model_module ?? null,
    model_module_version: state._model_module_version ?? null,
    state: { ...state },
    ...(buffers.size === 0 ? {} : { buffers: [...buffers.values()] }),
  };
}
