import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error the build script is plain JavaScript
import { build } from '../../scripts/build.mjs';
import { readStory, writeStory } from './read-story.ts';
import { inProcess, runAll, withProgram } from './run-story.ts';

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
  const reports = await runAll(story, folderOf(name), inProcess);
  if (UPDATE) writeFileSync(join(HERE, name), writeStory(story, reports));
  else expect(writeStory(story, reports)).toBe(writeStory(story, new Map()));
});

if (!UPDATE) {
  test.each(STORIES)('%s from the bundle', async name => {
    const program = withProgram(process.execPath, join(scratch, 'dist', 'lecoder-cgpu.cjs'));
    const story = readStory(readFileSync(join(HERE, name), 'utf8'));
    const reports = await runAll(story, folderOf(`bundle-${name}`), program);
    expect(writeStory(story, reports)).toBe(writeStory(story, new Map()));
  });
}

const folderOf = (name: string) => join(scratch, name.replace(/\W/g, '-'));
