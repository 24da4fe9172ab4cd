import { expect, test } from 'vitest';
import { findPlace } from '../../src/cli/catalogue.ts';
import { COMMANDS, GROUPS } from '../../src/cli/command-list.ts';
import { helpPage } from '../../src/cli/help.ts';
import { topicText } from '../../src/cli/help-topic.ts';
import { optionNames } from '../../src/cli/spec.ts';
import { TOPICS } from '../../src/cli/topics/topics.ts';
import { plainStyle } from '../../src/ui/style.ts';

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

test.each(TOPICS.map(topic => [topic.name, topic] as const))('help %s', async (_, topic) => {
  expect(topicText(await topic.page(), plainStyle(80))).toMatchSnapshot();
});

test('no topic has the name of a command', () => {
  const nouns = new Set(COMMANDS.map(({ path }) => path[0]));
  expect(TOPICS.filter(({ name }) => nouns.has(name))).toEqual([]);
});
