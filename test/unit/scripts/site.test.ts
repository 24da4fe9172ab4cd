import { expect, test } from 'vitest';
// @ts-expect-error the scripts are plain JavaScript
import { faultsIn } from '../../../scripts/site/check.mjs';
// @ts-expect-error the scripts are plain JavaScript
import { makeSite } from '../../../scripts/site.mjs';

const site: Map<string, string> = await makeSite();
const pageOf = (name: string) => site.get(name) ?? '';

test('the site is made, and no link in it leads nowhere', () => {
  expect([...site.keys()]).toEqual(
    expect.arrayContaining(['index.html', 'reference/commands.html', 'everything.html']),
  );
  expect(faultsIn(site)).toEqual([]);
});

test.each([...site.keys()])('%s needs nothing but the style sheet beside it', name => {
  const html = pageOf(name);
  expect(html).not.toMatch(/<script|<link[^>]*href="http|<img[^>]*src="http|@import/);
  expect(html.match(/<h1[ >]/g)).toHaveLength(1);
  expect(html.match(/aria-current="page"/g)?.length ?? 0).toBeLessThanOrEqual(1);
});

test('links between files are links between pages', () => {
  expect(pageOf('colab.html')).toContain('href="sign-in.html"');
  expect(pageOf('decisions/0009-single-binaries.html')).toContain('href="../style.css"');
  expect(pageOf('index.html')).toContain('href="decisions/index.html"');
  expect(pageOf('agents.html')).toMatch(
    /href="https:\/\/github\.com\/[^"]*\/blob\/main\/skills\/lecoder-cgpu\/SKILL\.md"/,
  );
});

test('a recording stands still until it is asked for, and has its text', () => {
  const html = pageOf('run.html');
  expect(html).toContain('<input type="checkbox" id="play-run">');
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
  expect(style).toContain('@keyframes');
  expect(style).not.toContain('reduced-motion');
  expect(html).toMatch(/<summary>As text<\/summary><pre tabindex="0"><code>\$ lecoder-cgpu run/);
});

test.each([
  ['<a href="gone.html">', 'leads nowhere'],
  ['<a href="b.html#gone">', 'no such anchor'],
  ['<img src="https://example.org/x.png">', 'fetched from elsewhere'],
  ['<a href="javascript:x">', 'fetched from elsewhere'],
  ['<p id="x"><p id="x">', 'there twice'],
  ['<script>', 'a script'],
  ['<p onclick="x">', 'a script'],
])('%s is found', (html, fault) => {
  const files = new Map([
    ['a.html', html],
    ['b.html', '<a href="a.html"><a href="#here"><h2 id="here"><link href="style.css">'],
  ]);
  expect(faultsIn(files)).toEqual([expect.stringContaining(fault)]);
});
