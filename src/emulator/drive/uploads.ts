import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { Answer } from '../answer.ts';

/** What is to become of the content once it is whole. */
export interface UploadPlan {
  readonly account: Account;
  readonly finish: (content: Buffer) => Answer;
}

interface Upload extends UploadPlan {
  received: Buffer;
  /** The answer to the last piece, given again to whoever lost it. */
  answer: Answer | null;
}

/** Resumable uploads: one request begins them, others bring the content, and ask how much of it is there. */
export class Uploads {
  readonly #begun = new Map<string, Upload>();

  /** The id that the address of the upload carries. */
  begin(plan: UploadPlan): string {
    const id = randomBytes(24).toString('base64url');
    this.#begun.set(id, { ...plan, received: Buffer.alloc(0), answer: null });
    return id;
  }

  /** `range` is the request's Content-Range, null for all at once. Null where there is no such upload. */
  take(account: Account, id: string, range: string | null, body: Buffer): Answer | null {
    const upload = this.#begun.get(id);
    if (upload === undefined || upload.account !== account) return null;
    if (upload.answer !== null) return upload.answer;
    const [, from, last, total] = /^bytes (?:\*|(\d+)-(\d+))\/(\d+)$/.exec(range ?? '') ?? [];
    if (range === null || Number(from) === upload.received.length)
      upload.received = Buffer.concat([upload.received, body]);
    const whole = range === null || (last !== undefined && upload.received.length === Number(total));
    if (whole) {
      upload.answer = upload.finish(upload.received);
      return upload.answer;
    }
    const { length } = upload.received;
    return { status: 308, headers: length === 0 ? {} : { range: `bytes=0-${length - 1}` } };
  }
}
