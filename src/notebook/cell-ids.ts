import { createHash } from 'node:crypto';

const ID = /^[\w-]{1,64}$/;

/**
 * Gives each cell an id, as nbformat 4.5 has them: those there are, where they are good and not taken; else one made from
 * what the cell holds, so that a file without ids gets the same ones each time it is read.
 */
export class CellIds {
  readonly #taken = new Set<string>();

  take(wanted: unknown, content: string): string {
    if (typeof wanted === 'string' && ID.test(wanted) && !this.#taken.has(wanted)) return this.#keep(wanted);
    for (let copy = 0; ; copy += 1) {
      const id = createHash('sha256').update(`${copy}\n${content}`).digest('hex').slice(0, 8);
      if (!this.#taken.has(id)) return this.#keep(id);
    }
  }

  #keep(id: string): string {
    this.#taken.add(id);
    return id;
  }
}
