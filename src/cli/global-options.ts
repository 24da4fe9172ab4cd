import { PROVIDERS } from '../core/runtime.ts';
import type { GlobalFlags } from '../core/settings.ts';
import type { OptionSpec } from './spec.ts';

/** Taken by every command, before and after its name; a command's own short option of the same letter wins after it. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flags: '-h, --help', kind: 'flag', help: 'show help' },
  { flags: '-V, --version', kind: 'flag', help: 'print the version (so does `-v` without a command)' },
  { flags: '-v, --verbose', kind: 'flag', help: 'say more on stderr' },
  { flags: '--json', kind: 'flag', help: 'print one JSON object on stdout' },
  { flags: '--json-lines', kind: 'flag', help: 'print events as JSON, one a line, then that object' },
  { flags: '-c, --config <file>', kind: 'text', help: 'another `config.json`; state lives beside it' },
  { flags: '--profile <name>', kind: 'text', help: 'another account: its own login, settings and sessions' },
  {
    flags: '-s, --session <id>',
    kind: 'text',
    completes: 'session',
    help: 'session to use: id, name or unique prefix',
  },
  { flags: '--runtime <kind>', kind: 'choice', choices: PROVIDERS, help: 'where code runs' },
  { flags: '--server <url>', kind: 'text', help: 'Jupyter server for the `jupyter` runtime' },
  { flags: '--token <token>', kind: 'text', help: 'its token; prefer `JUPYTER_TOKEN`, other users can see arguments' },
  { flags: '--force-login', kind: 'flag', help: 'sign in to Google again before a machine is used' },
  { flags: '--no-input', kind: 'flag', help: 'never ask; a question becomes an error' },
  { flags: '--no-color', kind: 'flag', help: 'no colour' },
];

export type OptionValues = Readonly<Record<string, unknown>>;

export function globalFlags(values: OptionValues): GlobalFlags {
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : null);
  return {
    json: values.json === true,
    jsonLines: values.jsonLines === true,
    verbose: values.verbose === true,
    quiet: values.quiet === true,
    input: values.input !== false,
    color: values.color === false ? false : null,
    config: text('config'),
    profile: text('profile'),
    session: text('session'),
    runtime: text('runtime'),
    forceLogin: values.forceLogin === true,
    server: text('server'),
    token: text('token'),
  };
}
