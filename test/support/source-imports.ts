import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface Import {
  /** Path of the importing file below `src/`. */
  readonly from: string;
  /** Path below `src/` for our own files, else the name of the package or `node:` module. */
  readonly to: string;
  readonly kind: 'static' | 'dynamic' | 'type';
}

/** Every source file below a folder with its text, by path relative to it. */
export function sources(root: string): Map<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).map(name => name.replaceAll('\\', '/'));
  return new Map(
    names
      .filter(name => name.endsWith('.ts'))
      .sort()
      .map(name => [name, readFileSync(join(root, name), 'utf8')]),
  );
}

const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|(typeof\s+)?\bimport\('([^']+)'\)(\.\w+)?/gm;

export function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, type, named, typeOf, lazy, member]) => {
    const target = named ?? lazy ?? '';
    const to = target.startsWith('.') ? posix.join(posix.dirname(from), target) : target;
    const typeOnly =
      type !== undefined ||
      typeOf !== undefined ||
      (lazy !== undefined && member !== undefined && !member.startsWith('.then') && !member.startsWith('.catch'));
    return { from, to, kind: typeOnly ? 'type' : lazy === undefined ? 'static' : 'dynamic' };
  });
}

/** Source text without comments and string contents, for looking at words of the code itself. */
export function bareCode(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    found => (found.startsWith('`') ? [...found.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(' ') : ' '),
  );
}
