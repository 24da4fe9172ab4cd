import * as z from 'zod/mini';
import { LooseNumber } from './body.ts';

/** The way into one machine, as Colab hands it out. Holds a secret: never print it. */
export interface ProxyInfo {
  readonly token: string;
  /** Exactly as given; nothing in it may be guessed. */
  readonly url: string;
  /** How long the token is good for. */
  readonly seconds: number;
  /** When it ends, where that was said as a time; it then counts instead of `seconds`. */
  readonly until?: Date;
}

/** What the token is good for where the answer does not say so in a way we understand. */
const USUAL_SECONDS = 3600;

/** Both spellings: `tokenExpiresInSeconds: 3600`, and Google's durations, `tokenTtl: "3600s"`. */
export const ProxyAnswer = z.pipe(
  z.looseObject({
    token: z.string(),
    url: z.string().check(z.refine(text => URL.canParse(text))),
    tokenExpiresInSeconds: LooseNumber,
    tokenTtl: z.optional(z.unknown()),
  }),
  z.transform(
    ({ token, url, tokenExpiresInSeconds, tokenTtl }): ProxyInfo => ({
      token,
      url,
      seconds: positive(tokenExpiresInSeconds) ?? positive(duration(tokenTtl)) ?? USUAL_SECONDS,
    }),
  ),
);

function duration(value: unknown): number | null {
  const found = typeof value === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(value) : null;
  return found === null ? null : Number(found[1]);
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
