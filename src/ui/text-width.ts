// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NARROWEST = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Text without escape sequences. */
export function stripAnsi(text: string): string {
  return text.includes('\u001b') ? text.replace(ANSI, '') : text;
}

/** Columns a terminal needs for the text. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segments(stripAnsi(text)))
    width += WIDE.test(segment) ? 2 : NARROWEST.test(segment) ? 0 : 1;
  return width;
}

/** Cuts at a column, marking the cut; escape sequences are lost where something is cut. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let cut = '';
  for (const { segment } of segments(stripAnsi(text))) {
    if (textWidth(cut + segment) > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

let segmenter: Intl.Segmenter | null = null;

function segments(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}
