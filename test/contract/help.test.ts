import { expect, test } from 'vitest';
import { findPlace } from '../../src/cli/catalogue.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { COMMANDS, GROUPS } from '../../src/cli/command-list.ts';
import { helpPage } from '../../src/cli/help.ts';
import { optionNames } from '../../src/cli/spec.ts';
import { plainStyle } from '../../src/ui/style.ts';
import { readCommand } from '../stories/read-story.ts';

const PAGES = [[], ...GROUPS.map(group => group.path), ...COMMANDS.map(command => command.path)];

test.each(PAGES.map(path => [path.join(' ') || '(none)', path] as const))('help of %s', (_, path) => {
  const place = findPlace(path);
  if (place === null) throw new Error('no such place');
  expect(helpPage(place, plainStyle(80))).toMatchSnapshot();
});

test.each(COMMANDS.map(command => [command.path.join(' '), command] as const))(
  '%s is declared in good order',
  async (_, spec) => {
    const names = (spec.options ?? []).map(optionNames);
    expect(new Set(names.map(option => option.long)).size).toBe(names.length);
    const letters = names.map(option => option.short).filter(short => short !== null);
    expect(new Set(letters).size).toBe(letters.length);
    for (const text of [spec.summary, ...(spec.options ?? []).map(option => option.help)])
      expect(text).not.toMatch(/\.$|^$/);
    const command = await spec.load();
    expect(Object.keys(command)).toEqual(expect.arrayContaining(['input', 'run', 'view']));
  },
);

const examples = COMMANDS.flatMap(command => command.examples ?? []).map(
  // Of a pipe the part that is ours; of `eval "$(…)"` what stands within.
  ({ line }) => /\$\((.*)\)/.exec(line)?.[1] ?? line.split('|').find(part => part.includes('lecoder-cgpu')) ?? '',
);

test.each(examples)('the example `%s` is understood', async line => {
  expect((await readCommandLine(readCommand(line).argv)).kind).toBe('command');
});
