import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../src/core/host.ts';
import { writeAtomic } from '../../../src/store/atomic-file.ts';
import { history } from '../../../src/store/history.ts';
import { locks } from '../../../src/store/lock.ts';
import { entryOf } from './entries.ts';

const [task = '', folder = '', count = '0', extra = ''] = process.argv.slice(2);

const host = {
  pid: process.pid,
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)),
  processes: { isAlive: (pid: number) => alive(pid) },
} as unknown as Host;

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Fails loudly when a living process is inside at the same time. */
function inside(work: () => void): void {
  const marker = join(folder, 'inside');
  try {
    const file = openSync(marker, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
  } catch {
    const other = Number(readFileSync(marker, 'utf8'));
    if (other !== 0 && alive(other) && !zombie(other)) {
      process.stderr.write(`two at once: ${process.pid} beside ${other}\n`);
      process.exit(3);
    }
    writeFileSync(marker, String(process.pid));
  }
  work();
  rmSync(marker, { force: true });
}

function zombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

function addOne(): void {
  const path = join(folder, 'counter');
  let before = 0;
  try {
    before = Number(readFileSync(path, 'utf8'));
  } catch {
    // the first
  }
  writeAtomic(path, String(before + 1));
}

const lock = locks(host, folder);

const tasks: Record<string, () => Promise<void>> = {
  async count() {
    for (let done = 0; done < Number(count); done++) await lock.hold('test', async () => inside(addOne));
  },
  /** Dies inside the lock, as by a kill, on its last turn. */
  async die() {
    for (let done = 0; done < Number(count); done++) {
      await lock.hold('test', async () => {
        inside(() => {
          if (done === Number(count) - 1) process.kill(process.pid, 'SIGKILL');
          addOne();
        });
      });
    }
  },
  async hold() {
    await lock.hold('test', async () => {
      process.stdout.write('held\n');
      await host.sleep(Number(count));
    });
  },
  async history() {
    const book = history({ path: join(folder, 'history.jsonl'), locks: lock, maxEntries: Number(extra) });
    for (let done = 0; done < Number(count); done++) {
      await book.append(entryOf({ id: `${process.pid}-${done}`, stdout: 'x'.repeat(2000) }));
      if (done === 0) process.stdout.write('started\n');
    }
  },
};

await tasks[task]?.();
