import type { Style } from '../core/command.ts';
import type { Check, CheckId, CheckStatus } from '../core/doctor.ts';
import type { Diagnosis } from '../operations/doctor/diagnose.ts';

const NAMES: Readonly<Record<CheckId, string>> = {
  program: 'program',
  settings: 'settings',
  folder: 'folder',
  files: 'files',
  terminal: 'terminal',
  python: 'Python',
  authorities: 'authorities',
  dns: 'names (DNS)',
  proxy: 'proxy',
  tls: 'connections',
  google: 'Google answers',
  clock: 'clock',
  login: 'login',
  scopes: 'permissions',
  runtime: 'runtime',
  jupyter: 'Jupyter',
  websocket: 'WebSocket',
};
const WIDTH = Math.max(...Object.values(NAMES).map(name => name.length));
const INDENT = ' '.repeat('skipped  '.length);

/** A line for each check, what to do under those that are not well, and how many there are of a kind. */
export function diagnosisText({ data }: Diagnosis, style: Style): string {
  const lines = data.checks.flatMap(check => checkLines(check, style));
  const report =
    data.bundle === null ? [] : ['', `report: ${data.bundle} (without secrets; look through it before you send it)`];
  return [...lines, '', verdict(data.summary, style), ...report].join('\n');
}

function checkLines({ id, status, message, fixes }: Check, style: Style): string[] {
  const text = status === 'skipped' ? style.dim(message) : message;
  const head = `${painted(status, style)}${' '.repeat(9 - status.length)}${NAMES[id].padEnd(WIDTH)}  ${text}`;
  return [head, ...fixes.map(fix => `${INDENT}${' '.repeat(WIDTH)}  ${style.cyan('fix:')} ${fix}`)];
}

function painted(status: CheckStatus, style: Style): string {
  return { ok: style.green, warning: style.yellow, failed: style.red, skipped: style.dim }[status].call(style, status);
}

function verdict({ failed, warning, skipped }: Readonly<Record<CheckStatus, number>>, style: Style): string {
  const parts = [
    ...(failed > 0 ? [style.red(`${failed} failed`)] : []),
    ...(warning > 0 ? [style.yellow(`${warning} ${warning === 1 ? 'warning' : 'warnings'}`)] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return failed + warning === 0 ? ['all is well', ...parts].join(', ') : parts.join(', ');
}
