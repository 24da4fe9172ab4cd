import * as z from 'zod/mini';
import { SHELLS } from '../shells.ts';
import { underData } from './common.ts';

export const CompletionObject = underData(z.looseObject({ shell: z.enum(SHELLS), script: z.string() }));
