import { devNull } from 'node:os';
import { Failure } from '../core/failure.ts';
import type { Host } from '../core/host.ts';

/** Opens a page in the user's browser, which outlives us. False when there is none here: then the address has to do. */
export async function openBrowser(host: Host, url: string): Promise<boolean> {
  const opener = openerOf(host);
  if (opener === null) return false;
  const [command, ...args] = opener;
  try {
    await host.processes.startDetached(command, [...args, url], {
      cwd: host.folders.home,
      env: host.env,
      logFile: devNull,
    });
    return true;
  } catch (error) {
    if (error instanceof Failure) throw error;
    return false;
  }
}

/** `BROWSER` as other programs read it; else what the desktop has. A text browser in a bare console would take the terminal over. */
function openerOf({ env, platform }: Host): readonly [string, ...string[]] | null {
  const wanted = env.BROWSER?.split(':').find(name => name !== '');
  if (wanted !== undefined && platform !== 'win32') return [wanted];
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : null;
}
