/** Everything that can happen while a command runs. Printers interpret it; the compiler checks they know it all. */
export type Event =
  /** Progress or a remark for people. */
  | { readonly type: 'note'; readonly text: string }
  /** Something to act on. It also stands in the JSON object's `warnings`. */
  | { readonly type: 'warning'; readonly text: string; readonly hint?: string }
  /** A longer step of ours begins or ends (`done` true). `id` ties the two together. */
  | { readonly type: 'step'; readonly id: string; readonly text: string; readonly done: boolean }
  /** How far a transfer is, a few times a second and at its end. Bytes; `rate` bytes a second; `eta` seconds. */
  | {
      readonly type: 'progress';
      /** What is moved at the moment. */
      readonly name: string;
      readonly bytes: number;
      /** Null when it is not known before the end. */
      readonly total: number | null;
      readonly rate: number | null;
      readonly eta: number | null;
    }
  /** A cell of a notebook begins (`running`) or has ended and is saved. */
  | {
      readonly type: 'cell';
      /** The notebook as it was named. */
      readonly notebook: string;
      /** Which of several runs side by side it belongs to. */
      readonly run?: string;
      /** Counts all cells from 1. */
      readonly cell: number;
      readonly total: number;
      readonly id: string;
      readonly name: string;
      readonly status: 'running' | 'ok' | 'error';
      readonly executionCount: number | null;
      /** Milliseconds; null while it runs. */
      readonly duration: number | null;
    }
  /** Connections to `local` (`127.0.0.1:6006`) are carried to `remote` (`localhost:6006`, as the runtime sees it). */
  | { readonly type: 'listening'; readonly local: string; readonly localPort: number; readonly remote: string }
  | ExecutionEvent;

export type ExecutionEvent =
  | { readonly type: 'started'; readonly execution: string; readonly session: string; readonly mode: Mode }
  /** The kernel is busy with somebody else's work; ours waits for its turn. */
  | { readonly type: 'queued' }
  /** Remote output: text in kernel mode, raw bytes in shell mode. */
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly data: string | Uint8Array }
  | {
      readonly type: 'display';
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly displayId: string | null;
      readonly update: boolean;
    }
  | {
      readonly type: 'result';
      readonly data: MimeBundle;
      readonly metadata: JsonObject;
      readonly executionCount: number | null;
    }
  | { readonly type: 'clear'; readonly wait: boolean }
  | { readonly type: 'input'; readonly prompt: string; readonly password: boolean }
  | { readonly type: 'reconnecting'; readonly attempt: number; readonly reason: string }
  | { readonly type: 'reconnected' }
  /** The remote code failed: Python's own traceback, with its colours, or a sentence where there is none; then what to do. */
  | {
      readonly type: 'error';
      readonly name: string;
      readonly message: string;
      readonly traceback: readonly string[];
      readonly hints: readonly string[];
    }
  /** Output was lost on the way and cannot be had any more. */
  | { readonly type: 'truncated'; readonly reason: string };

export type Mode = 'kernel' | 'terminal';
export type JsonObject = Readonly<Record<string, unknown>>;
/** MIME type to data: text as a string (or lines), images as base64, JSON as values. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** Takes an event. A promise means the reader is behind: producers that can should wait for it. */
export type Report = (event: Event) => void | Promise<void>;
