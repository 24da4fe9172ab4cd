import * as z from 'zod/mini';
import { underData } from './common.ts';

export const EXPORTED_FILE = {
  /** As it was given. */
  input: z.string(),
  format: z.enum(['html', 'md', 'py', 'pdf']),
  /** Whole path. */
  output: z.string(),
  bytes: z.int(),
  /** Files beside a page. */
  images: z.int(),
  /** Who made it: this program, or an nbconvert here or on the runtime. */
  by: z.enum(['lecoder-cgpu', 'local', 'runtime']),
};

export const NotebookExportObject = underData(z.looseObject({ files: z.array(z.looseObject(EXPORTED_FILE)) }));
