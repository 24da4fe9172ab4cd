/** A name for a line on the screen: one with line ends or escape sequences must neither break it nor steer the terminal. */
export function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is replaced
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, character =>
    JSON.stringify(character)
      .slice(1, -1)
      .replace(/[\u007f-\u009f]/, '?'),
  );
}
