import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { FRAME, LEAST, WINDOW } from '../../../src/remote/protocol.ts';
import source from '../../../src/remote/remote_half.py';
import { loadingCode, TARGET } from '../../../src/remote/source.ts';

const python = async (program: string) => {
  const { stdout } = await promisify(execFile)(process.env.LECODER_TEST_PYTHON ?? '', ['-c', program]);
  return stdout.trim();
};

test('the remote half keeps to the Python of 3.8', async () => {
  const program = `import ast; ast.parse(${JSON.stringify(source)}, feature_version=(3, 8)); print('ok')`;
  expect(await python(program)).toBe('ok');
});

test('both halves have the same numbers', async () => {
  const program = `${source}\nprint(WINDOW, FRAME, LEAST, weight(0), weight(1), weight(FRAME))`;
  expect(await python(program)).toBe([WINDOW, FRAME, LEAST, 0, LEAST, FRAME].join(' '));
});

test('the loading code is one expression, which names nothing', async () => {
  const program = `import ast; tree = ast.parse(${JSON.stringify(loadingCode())}, mode='eval'); print(type(tree).__name__)`;
  expect(await python(program)).toBe('Expression');
  expect(TARGET).toMatch(/^lecoder\.remote\.[0-9a-f]{12}$/);
});

test('readings of a GPU', async () => {
  const lines = ['Tesla T4, 15360, 3, 15101, 12, 0, 36', 'Odd, name, [N/A], [N/A], [N/A], [N/A], 7, [N/A]'];
  const program = `${source}\nimport json\nprint(json.dumps([gpu(line) for line in ${JSON.stringify(lines)}]))`;
  const mib = 1024 * 1024;
  expect(JSON.parse(await python(program))).toEqual([
    {
      name: 'Tesla T4',
      memory: { total: 15360 * mib, used: 3 * mib, free: 15101 * mib },
      utilization: { gpu: 0.12, memory: 0 },
      temperature: 36,
    },
    { name: 'Odd, name', memory: null, utilization: { gpu: null, memory: 0.07 }, temperature: null },
  ]);
});
