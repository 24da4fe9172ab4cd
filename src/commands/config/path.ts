import { dirname } from 'node:path';
import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';

const Input = z.object({});

interface Paths {
  readonly profile: string;
  readonly path: string;
  readonly folder: string;
  readonly state: string;
  readonly login: string;
  readonly sessions: string;
  readonly history: string;
  readonly tokens: string;
  readonly logs: string;
}

export const command: Command<z.infer<typeof Input>, Paths> = {
  input: Input,
  run: async (_, { services: { paths, profile } }) => {
    const { config: path, state, login, sessions, history, tokens, logs } = paths;
    return { profile, path, folder: dirname(path), state, login, sessions, history, tokens, logs };
  },
  view: ({ path }) => path,
  payload: 'data',
};
