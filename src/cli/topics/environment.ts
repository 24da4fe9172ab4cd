import { VARIABLES, type Variable } from '../../core/environment.ts';
import type { TopicPage } from './page.ts';

export function environmentPage(): TopicPage {
  return {
    title: 'Environment variables',
    intro:
      'An option on the command line wins over a variable, a variable over `config.json`. An empty variable counts as not set.',
    parts: [{ head: ['Variable', 'Meaning', 'Example'], rows: VARIABLES.map(variableRow) }],
  };
}

export function variableRow({ name, aliases, help, example }: Variable): readonly string[] {
  const names = [name, ...(aliases ?? [])].map(each => `\`${each}\``).join(' · ');
  return [names, help, example === undefined ? '' : `\`${example}\``];
}
