/** A notebook in Google Drive, as Drive describes it. */
export interface DriveNotebook {
  readonly id: string;
  /** As it stands in Drive, which takes any characters and the same name twice. */
  readonly name: string;
  readonly mimeType: string;
  /** ISO 8601; null where Drive does not say. */
  readonly createdTime: string | null;
  readonly modifiedTime: string | null;
  /** Drive's own page of the file; null where Drive does not say. */
  readonly webViewLink: string | null;
  /** Where Colab opens it in a browser. */
  readonly url: string;
  readonly trashed: boolean;
}

export const NOTEBOOK_ORDERS = ['modifiedTime', 'createdTime', 'name'] as const;

export interface NotebookQuery {
  /** Times with the newest first. */
  readonly order: (typeof NOTEBOOK_ORDERS)[number];
  /** So many at most; null for all. */
  readonly limit: number | null;
  /** Only notebooks whose name has this, as Drive's search sees it; null for all names. */
  readonly containing: string | null;
}

export interface NotebookListing {
  readonly notebooks: readonly DriveNotebook[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

/**
 * Notebooks in the Drive of the signed-in account, by the scope `drive.file`: what other programs made is as if it were not there.
 * All throw what `Identity.accessToken` throws, `insufficientScopes`, `forbidden` (the API is not enabled in the client's project,
 * or a policy), `rateLimited`, `connectionTimeout`, `apiUnavailable`; what takes an id also `fileNotFound`.
 */
export interface Drive {
  list(query: NotebookQuery, signal: AbortSignal): Promise<NotebookListing>;
  describe(id: string, signal: AbortSignal): Promise<DriveNotebook>;
  /** The file, byte for byte. */
  content(id: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Never repeated by itself after an answer was lost: that could make two. */
  create(name: string, content: Uint8Array, signal: AbortSignal): Promise<DriveNotebook>;
  /** New content under the same id, name and type. Drive keeps what was there as an earlier version for a while. */
  replace(notebook: DriveNotebook, content: Uint8Array, signal: AbortSignal): Promise<DriveNotebook>;
  trash(id: string, signal: AbortSignal): Promise<void>;
  /** For good. A notebook that is gone by then is no error. */
  remove(id: string, signal: AbortSignal): Promise<void>;
}

/** Where Colab opens a notebook of Drive in a browser. */
export function colabPage(id: string): string {
  return `https://colab.research.google.com/drive/${id}`;
}
