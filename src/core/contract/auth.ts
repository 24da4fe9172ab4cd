import * as z from 'zod/mini';
import { atTopLevel, ErrorObject, underData } from './common.ts';

const Account = z.looseObject({ id: z.string(), label: z.string() });

const LOGIN = {
  authenticated: z.boolean(),
  account: z.nullable(Account),
  /** Granted, in full form; empty when not known. */
  scopes: z.array(z.string()),
  /** By their short names. */
  missingScopes: z.array(z.enum(['profile', 'email', 'colaboratory', 'drive'])),
  /** When the access token at hand ends. */
  tokenExpires: z.nullable(z.iso.datetime()),
  source: z.nullable(z.enum(['session', 'environment', 'adc'])),
  /** Whose login: `default`, `emulator`, or the name of a profile. */
  profile: z.string(),
};

export const AuthLoginObject = atTopLevel({
  ...LOGIN,
  /** With `--print-url`: the page to open, and until when its code is taken. */
  url: z.optional(z.string()),
  expires: z.optional(z.iso.datetime()),
  /** With `--validate`: what Colab says about the account. */
  plan: z.optional(
    z.looseObject({
      tier: z.nullable(z.string()),
      balance: z.nullable(z.number()),
      eligibleGpus: z.array(z.string()),
      machines: z.nullable(z.int()),
    }),
  ),
});

/** Where nobody is signed in it is a failure with these fields beside `error`. */
export const AuthStatusObject = atTopLevel({ ...LOGIN, error: z.optional(ErrorObject) });

export const AuthExportObject = atTopLevel({
  session: z.looseObject({
    id: z.string(),
    refreshToken: z.string(),
    scopes: z.array(z.string()),
    account: z.nullable(Account),
  }),
  instructions: z.string(),
});

export const AuthImportObject = atTopLevel({ ...LOGIN, message: z.string() });

export const AuthLogoutObject = underData(
  z.looseObject({
    /** False when nobody was signed in, and after a no. */
    signedOut: z.boolean(),
    account: z.nullable(z.string()),
    /** Null when Google was not asked. */
    revoked: z.nullable(z.boolean()),
    clientRemoved: z.boolean(),
  }),
);

export const AuthListObject = underData(
  z.looseObject({
    profiles: z.array(
      z.looseObject({
        name: z.string(),
        /** The one this command line is about. */
        current: z.boolean(),
        account: z.nullable(z.string()),
        signedIn: z.boolean(),
        /** Its `config.json`, which need not be there. */
        path: z.string(),
      }),
    ),
  }),
);
