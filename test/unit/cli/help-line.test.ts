import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../src/cli/command-line.ts';
import { helpPage } from '../../../src/cli/help.ts';
import { topicText } from '../../../src/cli/help-topic.ts';
import { TOPICS } from '../../../src/cli/topics/topics.ts';
import { FAILURES, isFailure } from '../../../src/core/failure.ts';
import { plainStyle } from '../../../src/ui/style.ts';

const read = (line: string) => readCommandLine(line.split(' '));

async function refusal(line: string): Promise<string> {
  try {
    await read(line);
  } catch (error) {
    if (isFailure(error, 'usage')) return [error.message, ...(error.facts.hints ?? [])].join(' | ');
    throw error;
  }
  throw new Error(`${line} was understood`);
}

describe('the word `help`', () => {
  test.each(TOPICS.map(topic => topic.name))('%s is a topic', async name => {
    expect(await read(`help ${name}`)).toMatchObject({ kind: 'topic', topic: { name }, json: false });
  });

  test.each([
    ['help', []],
    ['help run', ['run']],
    ['help sessions list', ['sessions', 'list']],
    ['help history', ['history']],
    ['--no-color help run', ['run']],
    ['help help', []],
  ])('%s', async (line, path) => {
    expect(await read(line)).toMatchObject({ kind: 'help', place: { path } });
  });

  test('obeys --json and --no-color wherever they stand', async () => {
    expect(await read('--json help errors --no-color')).toMatchObject({ kind: 'topic', json: true, color: false });
  });

  test.each([
    ['help exitcodes', 'did you mean `lecoder-cgpu help exit-codes`?'],
    ['help rnu', 'did you mean `lecoder-cgpu help run`?'],
    ['help sessions lsit', 'did you mean `lecoder-cgpu help sessions list`?'],
    ['help run nvidia-smi', 'see `lecoder-cgpu help run`'],
    ['help errors now', 'there is no help for `errors`'],
    ['help --bogus', 'no option `--bogus`'],
    ['hlep', 'did you mean `lecoder-cgpu help`?'],
    ['exit-code', 'did you mean `lecoder-cgpu help exit-codes`?'],
    ['completion zhs', 'did you mean `lecoder-cgpu completion zsh`?'],
  ])('%s is refused, with the nearest', async (line, hint) => {
    expect(await refusal(line)).toContain(hint);
  });

  test('after a command it is a word of that command', async () => {
    expect(await read('run help')).toMatchObject({ kind: 'command', input: { words: ['help'] } });
  });

  test('is named where a command may stand', async () => {
    const page = await read('help');
    if (page.kind !== 'help') throw new Error('no help page');
    for (const { name } of TOPICS) expect(helpPage(page.place, plainStyle(80))).toContain(`lecoder-cgpu help ${name}`);
  });
});

describe('a page of facts', () => {
  test('fits the terminal, and loses nothing', async () => {
    for (const width of [60, 80, 200]) {
      for (const topic of TOPICS.filter(({ name }) => name !== 'formatting')) {
        const text = topicText(await topic.page(), plainStyle(width));
        const tooLong = text.split('\n').filter(line => line.length > width && / .* /.test(line.trim()));
        expect(tooLong).toEqual([]);
      }
    }
    const errors = topicText((await TOPICS.find(({ name }) => name === 'errors')?.page()) ?? never(), plainStyle(60));
    for (const { code, title } of Object.values(FAILURES)) expect(errors).toContain(`${code}  ${title}`);
  });
});

function never(): never {
  throw new Error('no such topic');
}
