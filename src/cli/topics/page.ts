/** A page of facts from a catalogue: `help <topic>` prints it, and the reference page of that name is the same. */
export interface TopicPage {
  readonly title: string;
  readonly intro: string;
  readonly parts: readonly TopicPart[];
}

/** A table, with a title where the page has several. Cells are plain text with backticks. */
export interface TopicPart {
  readonly title?: string;
  readonly intro?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
