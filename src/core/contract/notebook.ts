import * as z from 'zod/mini';
import { underData } from './common.ts';
import { ConnectData } from './sessions.ts';

const Text = z.nullable(z.string());

const NOTEBOOK = {
  id: z.string(),
  name: z.string(),
  mimeType: z.string(),
  createdTime: Text,
  modifiedTime: Text,
  /** Drive's own page of the file. */
  webViewLink: Text,
  /** Where Colab opens it. */
  url: z.string(),
  trashed: z.boolean(),
};

export const NotebookListObject = underData(
  z.looseObject({
    notebooks: z.array(z.looseObject(NOTEBOOK)),
    /** There are more than `--limit` let through. */
    more: z.boolean(),
  }),
);

export const NotebookCreateObject = underData(z.looseObject(NOTEBOOK));

export const NotebookDeleteObject = underData(
  z.looseObject({
    /** False after a no at the question. */
    deleted: z.boolean(),
    id: z.string(),
    name: z.string(),
    permanent: z.boolean(),
  }),
);

export const NotebookDownloadObject = underData(
  z.looseObject({
    ...NOTEBOOK,
    /** `-` for standard output, null when a file that is there was kept. */
    path: Text,
    bytes: z.int(),
  }),
);

export const NotebookUploadObject = underData(
  z.looseObject({
    ...NOTEBOOK,
    /** False when the content of one was replaced. */ created: z.boolean(),
    bytes: z.int(),
  }),
);

export const NotebookOpenObject = underData(
  z.union([
    z.looseObject({
      ...ConnectData,
      notebook: z.looseObject({ id: Text, name: z.string(), url: Text, accelerator: Text }),
    }),
    /** With `--browser`. */
    z.looseObject({ id: z.string(), url: z.string(), opened: z.boolean() }),
  ]),
);
