import * as z from 'zod/mini';
import { INSTALL_KINDS } from '../upgrade.ts';
import { underData } from './common.ts';

export const UpgradeObject = underData(
  z.looseObject({
    current: z.string(),
    /** Null for the newest. */
    requested: z.nullable(z.string()),
    /** The version that was asked for, else the newest. */
    available: z.string(),
    /** Whether that one comes after the current. */
    newer: z.boolean(),
    install: z.looseObject({ kind: z.enum(INSTALL_KINDS), path: z.string() }),
    upgraded: z.boolean(),
    /** What to type, in order, where this program does not replace itself. */
    commands: z.array(z.string()),
  }),
);
