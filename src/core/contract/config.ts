import * as z from 'zod/mini';
import { SETTING_ORIGINS } from '../config.ts';
import { underData } from './common.ts';

const Setting = z.looseObject({
  key: z.string(),
  /** Null for nothing, for a secret, and for what cannot be used. */
  value: z.nullable(z.union([z.string(), z.number(), z.boolean()])),
  isSet: z.boolean(),
  origin: z.enum(SETTING_ORIGINS),
  /** The option, the variable or the file; null for a default. */
  from: z.nullable(z.string()),
  secret: z.boolean(),
  /** Why commands refuse what stands there. */
  fault: z.nullable(z.string()),
  /** What holds where there is no value, in words. */
  defaultText: z.optional(z.string()),
  help: z.string(),
});

export const ConfigListObject = underData(
  z.looseObject({
    profile: z.string(),
    path: z.string(),
    settings: z.array(Setting),
    /** Keys of the file that are no setting. */
    unknown: z.array(z.string()),
  }),
);

/** Of `config get` and `config set`. */
export const ConfigSettingObject = underData(Setting);

export const ConfigUnsetObject = underData(
  z.looseObject({
    key: z.string(),
    removed: z.boolean(),
    /** What holds then; null for a key that was no setting. */
    setting: z.nullable(Setting),
  }),
);

export const ConfigPathObject = underData(
  z.looseObject({
    profile: z.string(),
    path: z.string(),
    folder: z.string(),
    state: z.string(),
    login: z.string(),
    sessions: z.string(),
    history: z.string(),
    tokens: z.string(),
    logs: z.string(),
  }),
);
