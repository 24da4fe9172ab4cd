import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStory, writeStory } from '../stories/read-story.ts';
import { runAll, withProgram } from '../stories/run-story.ts';
import { singleBinary } from '../support/single-binary.ts';

const STORIES = join(process.cwd(), 'test', 'stories');
const NAMES = readdirSync(STORIES).filter(name => name.endsWith('.md') && name !== 'README.md');

describe('the single binary tells the same story:', () => {
  let program: string;
  let scratch: string;
  beforeAll(async () => {
    program = await singleBinary();
    scratch = mkdtempSync(join(tmpdir(), 'lecoder-binary-stories-'));
  }, 600_000);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test.each(NAMES)('%s', async name => {
    const story = readStory(readFileSync(join(STORIES, name), 'utf8'));
    const reports = await runAll(story, join(scratch, name.replace(/\W/g, '-')), withProgram(program));
    expect(writeStory(story, reports)).toBe(writeStory(story, new Map()));
  });
});
