import type { TopicPage } from './page.ts';

/** A page of `help <topic>`. Listing them loads none. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly page: () => Promise<TopicPage>;
}

export const TOPICS: readonly Topic[] = [
  {
    name: 'exit-codes',
    summary: 'what the exit codes mean',
    page: async () => (await import('./exit-codes.ts')).exitCodesPage(),
  },
  {
    name: 'errors',
    summary: 'the error codes, and what to do about each',
    page: async () => (await import('./errors.ts')).errorsPage(),
  },
  {
    name: 'environment',
    summary: 'variables that are read',
    page: async () => (await import('./environment.ts')).environmentPage(),
  },
  {
    name: 'json',
    summary: 'what `--json` prints, in every outcome',
    page: async () => (await import('./json.ts')).jsonPage(),
  },
  {
    name: 'formatting',
    summary: 'output for people, pipes and programs, and how values are written',
    page: async () => (await import('./formatting.ts')).formattingPage(),
  },
];
