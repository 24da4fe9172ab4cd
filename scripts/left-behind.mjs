import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './steps.mjs';

/**
 * Processes that carry `mark` in their environment or command line, other than this one. On Windows environments
 * cannot be read, so the mark must also be part of the temporary folder, which command lines name.
 */
export async function processesMarked(mark) {
  const all = process.platform === 'linux' ? fromProc() : await fromLists();
  return all
    .filter(one => one.pid !== process.pid && one.text.includes(mark))
    .map(({ pid, command }) => ({ pid, command }));
}

function fromProc() {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => {
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      return { pid: Number(name), command, text: `${command}\0${read(`/proc/${name}/environ`)}` };
    });
}

async function fromLists() {
  if (process.platform === 'win32') {
    const script = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }';
    return parse((await run('powershell', ['-NoProfile', '-NonInteractive', '-Command', script])).output);
  }
  return parse((await run('ps', ['-axww', '-E', '-o', 'pid=,command='])).output);
}

function parse(text) {
  return text.split(/\r?\n/).flatMap(line => {
    const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
    return pid ? [{ pid: Number(pid), command, text: command }] : [];
  });
}

/** Servers and kernels take a moment to stop: waits up to `patience` ms for none to be left, returns those that stay. */
export async function whoStays(mark, patience) {
  const deadline = Date.now() + patience;
  for (;;) {
    const left = await processesMarked(mark);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(250);
  }
}

/** Ends the marked ones, by number; those that do not listen, with force. */
export async function endAll(mark) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    for (const { pid } of await processesMarked(mark)) kill(pid, signal);
    if ((await whoStays(mark, 3_000)).length === 0) return;
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between looking and asking.
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
