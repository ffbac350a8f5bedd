/** The text of a journal file: whole, or in pieces as a file stream gives them. */
export type JournalSource =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>;

/**
 * The complete lines of a journal, some at a time. What stands behind the last line break is a line that somebody was
 * writing when the file was read, or the machine died; Optuna does not count it either.
 */
export async function* journalLines(source: JournalSource): AsyncGenerator<string[]> {
  const pieces = typeof source === 'string' || source instanceof Uint8Array ? [source] : source;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      rest += text;
      continue;
    }
    yield (rest + text.slice(0, end)).split('\n');
    rest = text.slice(end + 1);
  }
}
