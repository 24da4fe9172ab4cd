import { join } from 'node:path';
import type { KnownNames } from './cli/complete.ts';
import type { Host } from './core/host.ts';
import { notebookIds, sessionNames } from './store/known-names.ts';
import { statePaths } from './store/state-paths.ts';

/** What completion may offer of this machine's sessions, notebooks and profiles; nothing where a file cannot be read. */
export function knownNames(host: Host): KnownNames {
  return async (kind, flags) => {
    try {
      if (kind === 'profile') {
        const { listProfiles } = await import('./store/profiles.ts');
        return listProfiles(host, flags).map(({ name, account }) => ({ value: name, about: account ?? '' }));
      }
      const { sessions, state } = statePaths(host, flags);
      return kind === 'session' ? sessionNames(sessions) : notebookIds(join(state, 'notebooks.json'));
    } catch {
      return []; // a wrong `--config` is said when the line is run
    }
  };
}
