import * as z from 'zod/mini';
import { atTopLevel } from './common.ts';

/** Of `upload` and `download`. */
export const TransferObject = atTopLevel({
  files: z.array(
    z.looseObject({
      /** `-` for standard input and output. */
      local: z.string(),
      remote: z.string(),
      bytes: z.int(),
      /** Null when nothing was compared. */
      sha256: z.nullable(z.string()),
    }),
  ),
  bytes: z.int(),
  /** Bytes that did not have to move. */
  resumed: z.int(),
  folders: z.int(),
  links: z.int(),
  /** Milliseconds. */
  elapsed: z.number(),
});

export const FilesListObject = atTopLevel({
  listings: z.array(
    z.looseObject({
      path: z.string(),
      folder: z.boolean(),
      entries: z.array(
        z.looseObject({
          name: z.string(),
          path: z.string(),
          kind: z.enum(['file', 'folder', 'link', 'special']),
          size: z.int(),
          /** As in `drwxr-xr-x`. */
          mode: z.string(),
          /** Milliseconds since 1970. */
          modified: z.number(),
          links: z.int(),
          owner: z.string(),
          group: z.string(),
          target: z.nullable(z.string()),
        }),
      ),
    }),
  ),
});

/** Of `files cat`: as text where the bytes are UTF-8. */
export const FilesCatObject = atTopLevel({
  text: z.optional(z.string()),
  base64: z.optional(z.string()),
  bytes: z.int(),
});

export const FilesPathsObject = atTopLevel({ paths: z.array(z.string()) });

export const FilesMoveObject = atTopLevel({ moved: z.array(z.looseObject({ from: z.string(), to: z.string() })) });
