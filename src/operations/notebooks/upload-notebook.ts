import type { CommandContext } from '../../core/command.ts';
import type { DriveNotebook } from '../../core/drive.ts';
import { notebookName } from './create-notebook.ts';
import { driveId } from './notebook-address.ts';
import { readLocalNotebook } from './read-local-notebook.ts';
import { useDrive } from './use-drive.ts';

export interface UploadOrder {
  /** `-` for standard input. */
  readonly file: string;
  /** Id or address of the notebook whose content is replaced; null makes a new one. */
  readonly id: string | null;
  /** Of a new one; null for the file's own. */
  readonly name: string | null;
  readonly consent: boolean;
}

export interface UploadedNotebook extends DriveNotebook {
  readonly created: boolean;
  readonly bytes: number;
}

/** Sends a local notebook to Drive as it is. Throws `usage`, `fileNotFound`, and what `useDrive` throws. */
export async function uploadNotebook(
  { file, id: word, name: wanted, consent }: UploadOrder,
  context: CommandContext,
): Promise<UploadedNotebook> {
  const { services, signal } = context;
  const target = word === null ? { name: notebookName({ name: wanted, from: file }) } : { id: driveId(word) };
  const content = await readLocalNotebook(file, services.host, signal);
  const notebook = await useDrive(consent, context, async drive =>
    'name' in target
      ? drive.create(target.name, content, signal)
      : drive.replace(await drive.describe(target.id, signal), content, signal),
  );
  return { ...notebook, created: 'name' in target, bytes: content.byteLength };
}
