import { Failure } from './failure.ts';

/** The profile whose files lie in the config folder itself. */
export const DEFAULT_PROFILE = 'default';
/** Kept for what an emulator of Google's side has given; `LECODER_EMULATOR` chooses it. */
export const EMULATOR_PROFILE = 'emulator';

/** A profile that has files. Holds no secret. */
export interface ProfileSummary {
  readonly name: string;
  /** The one this command line is about. */
  readonly current: boolean;
  /** Address of the account that is signed in; null when nobody is, and when it is not known whose login it is. */
  readonly account: string | null;
  readonly signedIn: boolean;
  /** Its `config.json`, which need not be there. */
  readonly path: string;
}

/** Small letters alone: where file names do not tell them apart, `Work` and `work` would be one folder. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
/** Windows opens devices under these names, in every folder. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/** The name as it is; throws a `usage` failure that says what is wrong with it. `from` is where it was given. */
export function checkProfileName(name: string, from: string): string {
  if (name === EMULATOR_PROFILE) {
    throw new Failure('usage', `\`${from}\` names \`${name}\`, which is kept for the emulator`, {
      hints: ['`LECODER_EMULATOR` chooses it'],
    });
  }
  if (NAME.test(name) && !DEVICE.test(name)) return name;
  const small = name.toLowerCase();
  throw new Failure('usage', `${JSON.stringify(name.slice(0, 80))} cannot be the name of a profile (\`${from}\`)`, {
    hints: [
      'small letters, digits, `-` and `_`, at most 32, and a letter or digit first',
      ...(small !== name && NAME.test(small) && !DEVICE.test(small) ? [`did you mean \`${small}\`?`] : []),
    ],
  });
}
