// jq for tests on machines that have none: the real program, compiled to WebAssembly. `jq [-c] [-e] [-r] <filter>`.
import { text } from 'node:stream/consumers';
import jq from 'jq-wasm';

const words = process.argv.slice(2);
const flags = words.filter(word => /^-\w+$/.test(word));
const filter = words.find(word => !/^-\w+$/.test(word)) ?? '.';
try {
  const output = (
    await jq.raw(
      await text(process.stdin),
      filter,
      flags.filter(flag => flag !== '-e'),
    )
  ).trimEnd();
  if (output !== '') process.stdout.write(`${output}\n`);
  const last = output.split('\n').at(-1);
  if (flags.includes('-e') && (last === 'false' || last === 'null' || output === '')) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 5;
}
