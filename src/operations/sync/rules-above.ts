import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { RULE_FILES, type RulesAbove } from './sync-rules.ts';

/** The rules that hold for a folder because it lies in a git repository; none where it does not. */
export async function rulesAbove(root: string): Promise<RulesAbove> {
  const top = await topOf(root);
  if (top === null) return { prefix: '', texts: [] };
  const prefix = relative(top, root).split(sep).join('/');
  const folders = ['', ...prefix.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))].slice(0, -1);
  const files = [
    { folder: '', file: join(top, '.git', 'info', 'exclude') },
    ...(prefix === '' ? [] : folders).flatMap(folder =>
      RULE_FILES.map(name => ({ folder, file: join(top, folder, name) })),
    ),
  ];
  const texts = await Promise.all(
    files.map(async ({ folder, file }) => ({ folder, text: await readFile(file, 'utf8').catch(() => '') })),
  );
  return { prefix, texts: texts.filter(({ text }) => text !== '') };
}

/** The repository's folder, or null. */
async function topOf(root: string): Promise<string | null> {
  for (let folder = root; ; folder = dirname(folder)) {
    if (await stat(join(folder, '.git')).catch(() => null)) return folder;
    if (dirname(folder) === folder) return null;
  }
}
