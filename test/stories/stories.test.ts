import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error the build script is plain JavaScript
import { build } from '../../scripts/build.mjs';
import { type Report, readStory, type Story, writeStory } from './read-story.ts';
import { inProcess, type Runner, reportText, withProgram } from './run-story.ts';

const HERE = join(process.cwd(), 'test', 'stories');
const STORIES = readdirSync(HERE).filter(name => name.endsWith('.md') && name !== 'README.md');
/** `UPDATE_STORIES=1 npx vitest run test/stories` writes what happens into the files. Read the difference. */
const UPDATE = process.env.UPDATE_STORIES === '1';

let scratch: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'lecoder-stories-'));
  await build(join(scratch, 'dist'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.each(STORIES)('%s in this process', async name => {
  const story = readStory(readFileSync(join(HERE, name), 'utf8'));
  const reports = await runAll(story, name, inProcess);
  if (UPDATE) writeFileSync(join(HERE, name), writeStory(story, reports));
  else expect(writeStory(story, reports)).toBe(writeStory(story, new Map()));
});

if (!UPDATE) {
  test.each(STORIES)('%s from the bundle', async name => {
    const story = readStory(readFileSync(join(HERE, name), 'utf8'));
    const reports = await runAll(story, `bundle-${name}`, withProgram(join(scratch, 'dist', 'lecoder-cgpu.cjs')));
    expect(writeStory(story, reports)).toBe(writeStory(story, new Map()));
  });
}

/** The lines of one story run one after another in one folder. */
async function runAll(story: Story, name: string, run: Runner): Promise<Map<Report, string>> {
  const folder = join(scratch, name.replace(/\W/g, '-'));
  const reports = new Map<Report, string>();
  for (const report of story.parts.flatMap(part => (typeof part === 'string' ? [] : part))) {
    reports.set(report, reportText(await run(report, folder), folder));
  }
  return reports;
}
