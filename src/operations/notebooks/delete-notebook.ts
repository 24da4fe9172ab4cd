import type { CommandContext } from '../../core/command.ts';
import { Failure } from '../../core/failure.ts';
import { driveId } from './notebook-address.ts';
import { useDrive } from './use-drive.ts';

export interface DeleteOrder {
  /** Id or address. */
  readonly notebook: string;
  readonly force: boolean;
  /** Not to the trash, from where it could be taken back. */
  readonly permanent: boolean;
  readonly consent: boolean;
}

export interface DeletedNotebook {
  /** False after a no. */
  readonly deleted: boolean;
  readonly id: string;
  readonly name: string;
  readonly permanent: boolean;
}

/** Moves a notebook to Drive's trash, or deletes it, after asking. Throws `usage` where nobody can be asked, and what `useDrive` throws. */
export async function deleteNotebook(
  { notebook: word, force, permanent, consent }: DeleteOrder,
  context: CommandContext,
): Promise<DeletedNotebook> {
  const { signal } = context;
  const id = driveId(word);
  if (!force) needsSomebody(context);
  return useDrive(consent, context, async drive => {
    const { name } = await drive.describe(id, signal);
    const deleted = force || (await agreed(name, permanent, context));
    if (deleted) await (permanent ? drive.remove(id, signal) : drive.trash(id, signal));
    return { deleted, id, name, permanent };
  });
}

function needsSomebody({ services: { host, flags } }: CommandContext): void {
  if (host.stdin.isTerminal && flags.input) return;
  throw new Failure('usage', 'deleting a notebook needs a yes, and nobody can be asked here', {
    hints: ['`--force` deletes without asking'],
  });
}

async function agreed(
  name: string,
  permanent: boolean,
  { services: { host }, signal }: CommandContext,
): Promise<boolean> {
  const quoted = JSON.stringify(name);
  const question = permanent ? `Delete ${quoted} for good?` : `Move ${quoted} to the trash of Drive?`;
  const said = await host.stdin.readLine(`${question} [y/N] `, { hidden: false, signal });
  return /^y(es)?$/i.test(said?.trim() ?? '');
}
