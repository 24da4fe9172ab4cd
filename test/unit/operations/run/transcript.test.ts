import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../../../src/core/events.ts';
import { LineCollapser } from '../../../../src/operations/run/collapse-text.ts';
import { KeptEnds } from '../../../../src/operations/run/kept-output.ts';
import { type OutputFile, Transcript, type TranscriptOptions } from '../../../../src/operations/run/transcript.ts';
import { shorten } from '../../../../src/util/shorten.ts';

const out = (data: string | Uint8Array): Event => ({ type: 'output', stream: 'stdout', data });
const err = (data: string | Uint8Array): Event => ({ type: 'output', stream: 'stderr', data });
const display = (id: string | null, text: string, update = false): Event => ({
  type: 'display',
  data: { 'text/plain': text },
  metadata: {},
  displayId: id,
  update,
});
const result = (data: Record<string, unknown>): Event => ({
  type: 'result',
  data,
  metadata: {},
  executionCount: 1,
});

async function fold(events: readonly Event[], options: Partial<TranscriptOptions> = {}) {
  const transcript = new Transcript({ maxOutput: null, openFile: null, ...options });
  for (const event of events) await transcript.take(event);
  return transcript.finish();
}

function collapse(...chunks: string[]): string {
  const pieces: string[] = [];
  const lines = new LineCollapser(text => pieces.push(text));
  for (const chunk of chunks) lines.write(chunk);
  lines.finish();
  return pieces.join('');
}

/** A terminal that knows carriage return, line feed, backspace and erasing in a line, one character at a time. */
function terminal(text: string): string[] {
  const rows: string[][] = [[]];
  let column = 0;
  for (let at = 0; at < text.length; at++) {
    const row = rows.at(-1) as string[];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const erase = /^\u001b\[([012]?)K/.exec(text.slice(at));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const colour = /^\u001b\[\d*m/.exec(text.slice(at));
    if (erase) {
      const [from, to] = erase[1] === '1' ? [0, column + 1] : erase[1] === '2' ? [0, 99] : [column, 99];
      for (let cell = from; cell < Math.min(to, row.length); cell++) row[cell] = ' ';
      at += erase[0].length - 1;
    } else if (colour) at += colour[0].length - 1;
    else if (text[at] === '\n') {
      rows.push([]);
      column = 0;
    } else if (text[at] === '\r') column = 0;
    else if (text[at] === '\b') column = Math.max(0, column - 1);
    else {
      while (row.length < column) row.push(' ');
      row[column++] = text[at] as string;
    }
  }
  return rows.map(row => row.join('').trimEnd());
}

describe('collapsed text', () => {
  test.each([
    ['plain\n', 'plain\n'],
    ['10%\r50%\r100%\n', '100%\n'],
    ['abcdef\rxy', 'xycdef'],
    ['one\r\ntwo\r\n', 'one\r\ntwo\r\n'],
    ['1\r2\r\n', '2\r\n'],
    ['a\r\r\n', 'a\r\n'],
    ['abc\b\bX\n', 'aXc\n'],
    ['\b\bx', 'x'],
    ['\u001b[31mred\u001b[0m\n', 'red\n'],
    ['long text\r\u001b[Kend\n', 'end\n'],
    ['50%\r', '50%'],
    ['héé\rx\n', 'xéé\n'],
    ['😀😀\r1\n', '1😀\n'],
    ['', ''],
  ])('%j is %j', (text, shown) => {
    expect(collapse(text)).toBe(shown);
  });

  const piece = fc.oneof(
    fc.constantFrom('\r', '\n', '\r\n', '\b', '\u001b[K', '\u001b[2K', '\u001b[1K', '\u001b[32m', '\u001b[0m'),
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 6 }),
  );

  test('is what a terminal shows, however it is cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(200), { maxLength: 8 }), (pieces, cuts) => {
        const text = pieces.join('');
        const places = [...new Set(cuts.filter(cut => cut < text.length))].sort((one, other) => one - other);
        const chunks = [0, ...places].map((start, index) => text.slice(start, places[index]));
        const shown = collapse(...chunks)
          .split(/\r?\n/)
          .map(line => line.trimEnd());
        expect(shown).toEqual(terminal(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('a progress bar of a million frames stays small and ends as its last frame', () => {
    const pieces: string[] = [];
    const lines = new LineCollapser(text => pieces.push(text));
    for (let frame = 1; frame <= 1_000_000; frame++) lines.write(`\r${String(frame).padStart(7)} of 1000000`);
    lines.finish();
    expect(pieces).toEqual(['1000000 of 1000000']);
  });
});

describe('a transcript', () => {
  test('of nothing', async () => {
    expect(await fold([])).toEqual({
      stdout: '',
      stderr: '',
      result: null,
      display_data: [],
      truncated: false,
    });
  });

  test('keeps the streams apart and the last result', async () => {
    const folded = await fold([
      out('a\n'),
      err('warn'),
      out('b'),
      result({ 'text/plain': ['first ', 'line'] }),
      result({ 'text/plain': '2' }),
    ]);
    expect(folded).toMatchObject({ stdout: 'a\nb', stderr: 'warn', result: '2', display_data: [] });
  });

  test('a result that is more than text is also display data', async () => {
    const folded = await fold([result({ 'text/plain': 'frame', 'text/html': '<table>' })]);
    expect(folded).toMatchObject({
      result: 'frame',
      display_data: [{ data: { 'text/plain': 'frame', 'text/html': '<table>' }, metadata: {} }],
    });
  });

  test('an update takes the place of what it updates', async () => {
    const { display_data } = await fold([
      display('x', 'one'),
      display(null, 'other'),
      display('x', 'two', true),
      display('y', 'stray', true),
    ]);
    expect(display_data.map(({ data }) => data['text/plain'])).toEqual(['two', 'other', 'stray']);
  });

  test('clearing empties what was shown: at once, or when the next thing comes', async () => {
    const clear = (wait: boolean): Event => ({ type: 'clear', wait });
    expect(await fold([out('old'), display(null, 'd'), clear(false), out('new')])).toMatchObject({
      stdout: 'new',
      display_data: [],
    });
    expect(await fold([out('old'), err('e'), clear(true), out('new')])).toMatchObject({
      stdout: 'new',
      stderr: '',
    });
    expect(await fold([out('old'), clear(true)])).toMatchObject({ stdout: 'old' });
    expect(await fold([out('old'), clear(false)])).toMatchObject({ stdout: '' });
  });

  test('bytes are decoded at the end, so that a character may come in two pieces', async () => {
    const bytes = Buffer.from('\u001b[1mé\u001b[0m\r\n\tkept\r50%\r100%');
    const folded = await fold([...bytes].map(byte => out(Uint8Array.of(byte))));
    expect(folded).toEqual({
      stdout: 'é\r\n\tkept\r50%\r100%',
      stderr: '',
      result: null,
      display_data: [],
      truncated: false,
    });
  });

  test('bytes that are no UTF-8 also stand whole in base64', async () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0x00, 0x62);
    expect(await fold([out(bytes)])).toMatchObject({
      stdout: 'a\ufffd\0b',
      stdout_base64: Buffer.from(bytes).toString('base64'),
      truncated: false,
    });
  });

  test('lost output is truncation', async () => {
    expect(await fold([{ type: 'truncated', reason: 'rate limit' }])).toMatchObject({ truncated: true });
  });
});

describe('a limit', () => {
  function file() {
    const written: Buffer[] = [];
    const state = { kept: null as boolean | null };
    const output: OutputFile = {
      path: '/tmp/whole',
      write: data => void written.push(Buffer.from(data as string)),
      close(keep) {
        state.kept = keep;
      },
    };
    return { output, state, text: () => Buffer.concat(written).toString() };
  }

  test('keeps the beginning, whole characters, and the whole in the file', async () => {
    const whole = file();
    const folded = await fold([out('ééé'), err('x'), out('more')], {
      maxOutput: 5,
      openFile: () => whole.output,
    });
    expect(folded).toMatchObject({ stdout: 'éé', stderr: 'x', truncated: true, outputFile: '/tmp/whole' });
    expect(whole.text()).toBe('éééxmore');
    expect(whole.state.kept).toBe(true);
  });

  test('that is not reached leaves no file', async () => {
    const whole = file();
    const folded = await fold([out('12345')], { maxOutput: 5, openFile: async () => whole.output });
    expect(folded).toEqual({ stdout: '12345', stderr: '', result: null, display_data: [], truncated: false });
    expect(whole.state.kept).toBe(false);
  });

  test('cuts bytes without making a character up', async () => {
    const whole = file();
    const folded = await fold(
      [...Buffer.from('ab€')].map(byte => out(Uint8Array.of(byte))).concat(out(Buffer.from('cd'))),
      { maxOutput: 4, openFile: () => whole.output },
    );
    expect(folded).toMatchObject({ stdout: 'ab', truncated: true });
    expect(folded.stdout_base64).toBeUndefined();
  });

  test('counts what is shown, not what was written over', async () => {
    const folded = await fold([out('\r10%'.repeat(100)), out('\r99%')], { maxOutput: 10, openFile: null });
    expect(folded).toMatchObject({ stdout: '99%', truncated: false });
  });
});

describe('the two ends', () => {
  test('are what shortening the whole would leave, however it comes', () => {
    const text = fc
      .integer({ min: 0, max: 60_000 })
      .chain(length =>
        fc.constantFrom('x', 'é', '€', '😀', 'aé€😀').map(unit => unit.repeat(Math.ceil(length / unit.length))),
      );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40_000 }), (whole, step) => {
        const kept = new KeptEnds();
        const bytes = Buffer.from(whole);
        for (let at = 0; at < bytes.length; at += step) kept.add(bytes.subarray(at, at + step));
        expect(kept.text()).toBe(shorten(whole).text);
        expect(kept.truncated).toBe(shorten(whole).shortened);
      }),
      { numRuns: 60 },
    );
  });

  test('of a long run need little memory', async () => {
    const chunk = Buffer.alloc(1_000_000, 'y');
    const folded = await fold(
      Array.from({ length: 300 }, () => out(chunk)),
      { keep: 'ends' },
    );
    expect(folded.truncated).toBe(true);
    expect(folded.stdout).toMatch(/^y+\n… 299,98\d,\d{3} bytes left out …\ny+$/);
  });
});

test('200,000 lines come back whole, cheaply', async () => {
  const transcript = new Transcript({ maxOutput: null, openFile: null });
  const line = `${'0123456789'.repeat(7)}abcd\n`;
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 200_000; count++) void transcript.take(out(`${line.slice(0, -1)}\n`));
  const grown = process.memoryUsage().heapUsed - before;
  const { stdout } = await transcript.finish();
  expect(stdout.length).toBe(15_000_000);
  expect(grown).toBeLessThan(60_000_000);
});
