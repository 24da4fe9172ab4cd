import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
// @ts-expect-error the scripts are plain JavaScript
import { readMarkdown, slugger } from '../../scripts/site/markdown.mjs';
// @ts-expect-error the scripts are plain JavaScript
import { deadLinks } from '../../scripts/site/pages.mjs';

/** Links between Markdown files, as they are followed on GitHub. The site's own are checked when it is made. */
const ROOT = process.cwd();
const FOLDERS = ['docs', 'skills', 'integrations', 'test/stories'];
const below = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(name => join(folder, name));
const files = [...readdirSync(ROOT), ...FOLDERS.flatMap(below)]
  .filter(name => name.endsWith('.md'))
  .map(name => name.replaceAll('\\', '/'));
const read = (name: string) => readMarkdown(readFileSync(join(ROOT, name), 'utf8'));
const pages = new Map(files.map(name => [name, read(name)]));

test('no link leads to a file or a heading that is not there', () => {
  expect(files).toContain('README.md');
  expect(deadLinks(pages)).toEqual([]);
});

test('nothing outside backticks is taken for HTML', () => {
  expect([...pages].flatMap(([name, { foreign }]) => foreign.map((each: string) => `${name}:${each}`))).toEqual([]);
});

test('every page can be reached from the first one', () => {
  const start = 'docs/index.md';
  const reached = new Set([start]);
  for (const name of reached) {
    for (const { href } of pages.get(name)?.links ?? []) {
      const path = join(name, '..', href.split('#')[0]).replaceAll('\\', '/');
      const found = files.filter(each => each === path || (path.endsWith('/') && each.startsWith(path)));
      for (const each of found) if (each.startsWith('docs/')) reached.add(each);
    }
  }
  expect(files.filter(name => name.startsWith('docs/') && !reached.has(name))).toEqual([]);
});

describe('what is looked for', () => {
  const dead = (text: string) =>
    (deadLinks(new Map([['docs/files.md', readMarkdown(text)]])) as string[]).map(each => each.replace(/: .*?\]/, ':'));

  test.each([
    ['[a](sync.md)', []],
    ['[a](gone.md)', ['docs/files.md:1:: docs/gone.md is not there']],
    ['[a](sync.md#output)', []],
    ['\n\n[a](sync.md#outputs)', ['docs/files.md:3:: docs/sync.md has no heading `#outputs`']],
    ['# Here\n\n[a](#here) [b](#there)', ['docs/files.md:3:: docs/files.md has no heading `#there`']],
    ['![a](recordings/gone.svg)', ['docs/files.md:1:: docs/recordings/gone.svg is not there']],
    ['[a](decisions/) [b](../LICENSE) [c](https://example.org/x)', []],
    ['[a](../../outside.md)', ['docs/files.md:1:: ../outside.md is not there']],
  ])('%j', (text, faults) => {
    expect(dead(text)).toEqual(faults);
  });

  test.each([
    ['What is stored, and how safe it is', 'what-is-stored-and-how-safe-it-is'],
    ['`run --sync <dir>`', 'run---sync-dir'],
    ['Überschrift 2: a_b', 'überschrift-2-a_b'],
  ])('the anchor of %j is that of GitHub', (heading, anchor) => {
    const slug = slugger();
    const text = heading.replaceAll('`', '');
    expect([slug(text), slug(text)]).toEqual([anchor, `${anchor}-1`]);
  });
});
