import type { RemoteFiles } from '../../core/files.ts';
import type { CallSettings } from '../read-machine.ts';
import { lookAfter } from './look-after.ts';

/** The file calls over an exchange. What moves bytes is loaded when it is used. */
export function remoteFiles(settings: CallSettings): RemoteFiles {
  return {
    ...lookAfter(settings),
    push: async (wish, report, signal) => (await import('./push.ts')).push(settings, wish, report, signal),
    openTree: async (folder, signal) => (await import('./sync-tree.ts')).openTree(settings, folder, signal),
    pull: async (wish, report, signal) => (await import('./pull.ts')).pull(settings, wish, report, signal),
  };
}
