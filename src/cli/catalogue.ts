import { COMMANDS, GROUPS } from './command-list.ts';
import type { CommandSpec } from './spec.ts';

/** A place in the tree of commands: a command, a noun with verbs, or both (`logs`). */
export interface Place {
  readonly path: readonly string[];
  readonly spec: CommandSpec | null;
  /** The next words, aliases included. */
  readonly children: readonly string[];
}

const key = (path: readonly string[]) => path.join(' ');

/** Null when no command begins with these words. */
export function findPlace(path: readonly string[]): Place | null {
  const children = new Set<string>();
  let spec: CommandSpec | null = null;
  for (const command of COMMANDS) {
    for (const name of [command.path, ...(command.aliases ?? [])]) {
      if (key(name) === key(path)) spec = command;
      else if (name.length > path.length && key(name.slice(0, path.length)) === key(path))
        children.add(name[path.length] ?? '');
    }
  }
  if (spec === null && children.size === 0 && path.length > 0) return null;
  return { path, spec, children: [...children] };
}

/** The verbs under a noun, without aliases. */
export function commandsUnder(path: readonly string[]): readonly CommandSpec[] {
  return COMMANDS.filter(
    command => command.path.length > path.length && key(command.path.slice(0, path.length)) === key(path),
  );
}

export function summaryOf(path: readonly string[]): string {
  return GROUPS.find(group => key(group.path) === key(path))?.summary ?? findPlace(path)?.spec?.summary ?? '';
}
