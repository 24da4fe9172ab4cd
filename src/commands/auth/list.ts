import * as z from 'zod/mini';
import type { Command } from '../../core/command.ts';
import type { ProfileSummary } from '../../core/profile.ts';
import { type Column, table } from '../../ui/table.ts';

const Input = z.object({});

export const command: Command<z.infer<typeof Input>, { readonly profiles: readonly ProfileSummary[] }> = {
  input: Input,
  run: async (_, { services }) => ({ profiles: await services.profiles() }),
  view: ({ profiles }, style) => table(profiles, COLUMNS, style),
  payload: 'data',
};

const COLUMNS: readonly Column<ProfileSummary>[] = [
  { title: '', text: ({ current }) => (current ? '*' : ' ') },
  { title: 'profile', text: ({ name }) => name },
  {
    title: 'account',
    text: ({ account, signedIn }) => (signedIn ? (account ?? 'not known') : `${account ?? '-'} (not signed in)`),
  },
  { title: 'settings', text: ({ path }) => path },
];
