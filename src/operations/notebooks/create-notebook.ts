import { basename } from 'node:path';
import type { CommandContext } from '../../core/command.ts';
import type { DriveNotebook } from '../../core/drive.ts';
import { Failure } from '../../core/failure.ts';
import { notebookTemplate, type TemplateName } from './notebook-templates.ts';
import { readLocalNotebook } from './read-local-notebook.ts';
import { useDrive } from './use-drive.ts';

export interface CreateOrder {
  /** Null for the file's own name. */
  readonly name: string | null;
  readonly template: TemplateName;
  /** A local notebook instead of a template; `-` for standard input. */
  readonly from: string | null;
  readonly consent: boolean;
}

/** Makes a notebook in Drive, from a template or from a local file. Throws `usage`, `fileNotFound`, and what `useDrive` throws. */
export async function createNotebook(order: CreateOrder, context: CommandContext): Promise<DriveNotebook> {
  const { services, signal } = context;
  const name = notebookName(order);
  const content =
    order.from === null
      ? Buffer.from(notebookTemplate(order.template, name))
      : await readLocalNotebook(order.from, services.host, signal);
  return useDrive(order.consent, context, drive => drive.create(name, content, signal));
}

/** With `.ipynb` at its end, by which Colab and Drive know a notebook. */
export function notebookName({ name, from }: Pick<CreateOrder, 'name' | 'from'>): string {
  const wanted = (name ?? (from === null || from === '-' ? '' : basename(from))).trim();
  if (wanted === '' || wanted.toLowerCase() === '.ipynb') {
    throw new Failure('usage', 'the notebook needs a name', {
      hints: ['`lecoder-cgpu notebook create "my-notebook"`, or `--name` with what comes on standard input'],
    });
  }
  return /\.ipynb$/i.test(wanted) ? wanted : `${wanted}.ipynb`;
}
