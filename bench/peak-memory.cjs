// Loaded with `--require`: at exit, writes the most memory this process ever held, in bytes, to LECODER_BENCH_MEMORY.
// Linux counts in `ru_maxrss` what the parent held before the program was started, so its own figure is preferred.
const { readFileSync, writeFileSync } = require('node:fs');

process.on('exit', () => {
  let kilobytes = process.resourceUsage().maxRSS;
  try {
    kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    // Not Linux.
  }
  writeFileSync(process.env.LECODER_BENCH_MEMORY, String(kilobytes * 1024));
});
