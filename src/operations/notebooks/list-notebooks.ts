import type { CommandContext } from '../../core/command.ts';
import type { NotebookListing, NotebookQuery } from '../../core/drive.ts';
import { useDrive } from './use-drive.ts';

/** Notebooks in Drive that this program may see, which it says. Throws what `useDrive` throws. */
export async function listNotebooks(
  { consent, ...query }: NotebookQuery & { readonly consent: boolean },
  context: CommandContext,
): Promise<NotebookListing> {
  const listing = await useDrive(consent, context, drive => drive.list(query, context.signal));
  const text = 'only notebooks that this program made are listed: its scope `drive.file` hides all others';
  void context.report({ type: 'note', text });
  if (listing.more) {
    const shown = listing.notebooks.length;
    void context.report({ type: 'note', text: `there are more than these ${shown}: \`--limit\` shows more, 0 all` });
  }
  return listing;
}
