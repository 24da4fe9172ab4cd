import * as z from 'zod/mini';
import { colabPage, type DriveNotebook, type NotebookQuery } from '../core/drive.ts';
import { Failure } from '../core/failure.ts';

/** What Drive's own clients write. Colab's web page makes the second. */
export const NOTEBOOK_TYPE = 'application/x-ipynb+json';
const COLAB_TYPE = 'application/vnd.google.colaboratory';

/** Fields of a file that we ask for; Drive says no more than it is asked. */
export const FILE_FIELDS = 'id,name,mimeType,createdTime,modifiedTime,webViewLink,trashed';
export const LIST_FIELDS = `nextPageToken,files(${FILE_FIELDS})`;

const Text = z.optional(z.string());

export const FileAnswer = z.pipe(
  z.looseObject({
    id: z.string(),
    name: z.string(),
    mimeType: z._default(z.string(), NOTEBOOK_TYPE),
    createdTime: Text,
    modifiedTime: Text,
    webViewLink: Text,
    trashed: z._default(z.boolean(), false),
  }),
  z.transform(
    (file): DriveNotebook => ({
      id: file.id,
      name: file.name,
      mimeType: file.mimeType,
      createdTime: file.createdTime ?? null,
      modifiedTime: file.modifiedTime ?? null,
      webViewLink: file.webViewLink ?? null,
      url: colabPage(file.id),
      trashed: file.trashed,
    }),
  ),
);

export const ListAnswer = z.looseObject({ files: z._default(z.array(FileAnswer), []), nextPageToken: Text });

/** Checks a body. Throws `apiUnavailable`, naming fields but no values. */
export function readAnswer<T extends z.ZodMiniType>(schema: T, text: string, where: string): z.output<T> {
  const checked = z.safeParse(schema, jsonOf(text));
  if (checked.success) return checked.data;
  const fields = [...new Set(checked.error.issues.map(issue => issue.path.join('.') || 'the whole'))];
  throw new Failure('apiUnavailable', `the answer of ${where} is not what was expected (${fields.join(', ')})`, {
    retryable: false,
    hints: ['a login page or a proxy in between would do this; so would a change at Google: try a newer version'],
  });
}

/** Undefined for what is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Notebooks of both types, and whatever else is named as one; nothing from the trash. */
export function searchOf({ containing }: Pick<NotebookQuery, 'containing'>): string {
  const notebooks = `(mimeType=${quoted(NOTEBOOK_TYPE)} or mimeType=${quoted(COLAB_TYPE)} or name contains '.ipynb')`;
  const named = containing === null ? '' : ` and name contains ${quoted(containing)}`;
  return `trashed=false and ${notebooks}${named}`;
}

export function orderOf({ order }: Pick<NotebookQuery, 'order'>): string {
  return order === 'name' ? 'name' : `${order} desc`;
}

/** A text in Drive's query language: backslashes and single quotes are escaped. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
