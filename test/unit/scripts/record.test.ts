import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
// @ts-expect-error the scripts are plain JavaScript
import { cleaner, refuseTraces } from '../../../scripts/record/clean.mjs';
// @ts-expect-error the scripts are plain JavaScript
import { draw } from '../../../scripts/record/draw.mjs';
// @ts-expect-error the scripts are plain JavaScript
import { screens } from '../../../scripts/record/screens.mjs';
// @ts-expect-error the scripts are plain JavaScript
import { TAKES } from '../../../scripts/record/takes.mjs';
import { readCommandLine } from '../../../src/cli/command-line.ts';
import { typedLines } from '../../support/doc-blocks.ts';
import { ourCalls } from '../../support/shell-commands.ts';

const FOLDER = join(process.cwd(), 'docs', 'recordings');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const shown = (...pieces: [number, string][]) => pieces.map(([at, text]) => ({ at, text }));

describe('a recording', () => {
  test('is as wide as its take, and has each state of a row for as long as it stood', async () => {
    const shots = await screens(shown([0, '$ '], [200, 'ls'], [300, '\r\n\u001b[31mred\u001b[0m <file>\r\n']), {});
    const { svg, text } = draw(shots, { title: 'a & b' });
    expect(text).toBe('$ ls\nred <file>\n');
    expect(svg).toContain('<title>a &amp; b</title>');
    expect(svg).toContain('style="--a:rec-on 200ms linear 0ms"><tspan x="14">$</tspan>');
    expect(svg).toMatch(/class="row" y="28" style="--a:rec-off 200ms"><tspan x="14"[^>]*>\$\u00a0ls</);
    expect(svg).toMatch(/class="c1">red<.*&lt;file&gt;/);
  });

  test('shortens a long wait, and leaves out what changed nothing', async () => {
    const shots = await screens(shown([0, 'a'], [90_000, 'b'], [90_100, '']), {});
    expect(shots.map(({ at }: { at: number }) => at)).toEqual([0, 1500]);
  });

  test('that does not fit is refused', async () => {
    await expect(screens(shown([0, 'x\r\n'.repeat(40)]), { rows: 30 })).rejects.toThrow('more than 30 rows');
  });

  test('has nothing of the machine, also where it came in two pieces', () => {
    const clean = cleaner({ home: '/tmp/x1/home' });
    const [first] = clean(shown([0, '/tmp/x1'], [5, '/home/a 2026-03-04 11:12:13 127.0.0.1:51234']));
    expect(first.text).toBe('/home/ada/a 2026-01-15 09:30:00 127.0.0.1:40000');
    expect(() => refuseTraces('in /tmp/y')).toThrow('/tmp/');
  });
});

describe.each(Object.keys(TAKES))('%s', name => {
  test('was recorded, with its text, and shows no machine', () => {
    const text = `${read(`${name}.svg`)}\n${read(`${name}.txt`)}`;
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/\/tmp\/|\/root|root@|lecoder-record/);
  });

  test('types what this version understands', async () => {
    const typed = TAKES[name].steps.map((step: string | { line?: string }) =>
      typeof step === 'string' ? step : step.line,
    );
    const calls = ourCalls(typed.filter(Boolean).join('\n'));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect((await readCommandLine(call)).kind).toBe('command');
    const recorded = typedLines(read(`${name}.txt`)).filter(Boolean);
    expect(typed).toEqual(expect.arrayContaining(recorded));
  });
});

test('each recording is a take, and is shown on a page', () => {
  expect(existsSync(FOLDER)).toBe(true);
  const names = readdirSync(FOLDER).map(name => name.replace(/\.\w+$/, ''));
  expect([...new Set(names)].sort()).toEqual(Object.keys(TAKES).sort());
  const docs = join(FOLDER, '..');
  const pages = readdirSync(docs).filter(name => name.endsWith('.md'));
  const all = pages.map(name => readFileSync(join(docs, name), 'utf8')).join('\n');
  for (const name of names) expect(all).toContain(`](recordings/${name}.svg)`);
});
