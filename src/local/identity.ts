import { readFileSync } from 'node:fs';
import type { Host } from '../core/host.ts';

type ProcessHost = Pick<Host, 'platform' | 'processes'>;

/**
 * What tells a process from a later one that was given its number: when it started. Null when there is no such
 * process or the system does not say. Costs a file read on Linux, a short child process elsewhere.
 */
export async function processIdentity(host: ProcessHost, pid: number): Promise<string | null> {
  if (host.platform === 'linux') return linuxIdentity(pid);
  const { status, stdout } =
    host.platform === 'win32'
      ? await host.processes.run('powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`])
      : await host.processes.run('ps', ['-o', 'lstart=', '-p', String(pid)]);
  const text = stdout.trim();
  return status === 0 && text !== '' ? text : null;
}

/** True unless the number is certainly another process's now. Free on Linux; elsewhere it takes `processIdentity`. */
export function looksLike(host: Pick<Host, 'platform'>, pid: number, identity: string | null): boolean {
  return host.platform !== 'linux' || identity === null || linuxIdentity(pid) === identity;
}

/** Boot and start time in ticks since it: field 22 of `/proc/<pid>/stat` (proc(5)), counted after the name in parentheses. */
function linuxIdentity(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (ticks === undefined || state === 'Z' || state === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`;
  } catch {
    return null;
  }
}
