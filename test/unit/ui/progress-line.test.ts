import { describe, expect, test } from 'vitest';
import { humanPrinter } from '../../../src/ui/human-printer.ts';
import { progressText } from '../../../src/ui/progress-line.ts';
import { testHost } from '../../support/test-host.ts';

const MB = 1024 * 1024;
const half = {
  type: 'progress',
  name: '/data/model.bin',
  bytes: 50 * MB,
  total: 100 * MB,
  rate: 10 * MB,
  eta: 5,
} as const;

describe('the line of a transfer', () => {
  test('name, share, amount, rate and time left', () => {
    expect(progressText(half, 100)).toBe('/data/model.bin  50%  50.0 MB of 100.0 MB  10.0 MB/s  5 s left');
  });

  test('says only what is known', () => {
    expect(progressText({ ...half, total: null, rate: null, eta: null }, 100)).toBe('/data/model.bin  50.0 MB');
  });

  test.each([10, 40, 50, 60])('fits %i columns', width => {
    expect(progressText({ ...half, name: '長い名前'.repeat(20) }, width).length).toBeLessThanOrEqual(width);
  });

  test('a name cannot steer the terminal', () => {
    expect(progressText({ ...half, name: 'a\u001b[2Jb\nc' }, 100)).toMatch(/^a\?\[2Jb\?c {2}50%/);
  });
});

test('on a terminal one line is drawn again and again, and is gone before anything else', async () => {
  const host = testHost({ columns: 80 });
  const printer = await humanPrinter(host, { color: false, quiet: false });
  await printer.event(half);
  await printer.event({ ...half, bytes: 60 * MB });
  await printer.event({ type: 'note', text: 'a remark' });
  const lines = host.stderr.text.split('\u001b[2K\r');
  expect(lines).toEqual(['', expect.stringContaining('50%'), expect.stringContaining('60%'), 'a remark\n']);
  await printer.event(half);
  await printer.answer({}, { view: () => 'done' });
  expect(host.stderr.text.endsWith('\u001b[2K\r')).toBe(true);
});

test('off a terminal there is silence', async () => {
  const host = testHost();
  const printer = await humanPrinter(host, { color: false, quiet: false });
  await printer.event(half);
  expect(host.stderr.text).toBe('');
});
