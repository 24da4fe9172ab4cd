import { GOOGLE } from '../core/google-hosts.ts';

/** The three Google hosts of Colab's control plane; each gets the account's bearer token. */
export interface Planes {
  /** Assignments, keep-alive, credentials: what every account may use. */
  readonly session: URL;
  /** Google's private API: answers only some OAuth clients. */
  readonly privateApi: URL;
  /** The public API, in beta: answers only accounts on a list. */
  readonly publicApi: URL;
}

/** With an emulator all three are that one origin, and nothing goes anywhere else. */
export function planesOf(emulator: URL | null): Planes {
  if (emulator !== null) return { session: emulator, privateApi: emulator, publicApi: emulator };
  return {
    session: new URL(GOOGLE.colab),
    privateApi: new URL(GOOGLE.colabPrivate),
    publicApi: new URL(GOOGLE.colabPublic),
  };
}
