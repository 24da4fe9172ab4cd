/**
 * A number as its text spells it, where JavaScript would spell it otherwise: `1.0`, integers of more than 53 bits, `1e-07`,
 * and Python's `NaN` and `Infinity`. Without it a notebook that is only read and written would not stay the same.
 */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): number | string {
    const value = Number(this.text);
    return Number.isFinite(value) ? value : this.text;
  }
}

/** The number of such a text: as JavaScript has it where that is written the same way again. */
export function numberOf(text: string): number | NumberText {
  const value = Number(text);
  return String(value) === text && Number.isFinite(value) ? value : new NumberText(text);
}
