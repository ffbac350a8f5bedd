import { InvalidArgumentError } from '@tunable/core';

/** The text of a journal file: whole, or in pieces as a file stream gives them. */
export type JournalSource =
  | string
  | Uint8Array
  | Iterable<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>;

/**
 * The complete lines of a journal, some at a time. What stands behind the last line break is a line that somebody was
 * writing when the file was read, or the machine died; Optuna does not count it either.
 *
 * @throws {InvalidArgumentError} what is no text, and a text without a complete line, such as the path of a file. (An empty
 *   one is the journal of nobody yet.)
 */
export async function* journalLines(source: JournalSource): AsyncGenerator<string[]> {
  const isWhole = typeof source === 'string' || source instanceof Uint8Array;
  if (!isWhole && !isIterable(source)) {
    throw new InvalidArgumentError(`importOptunaJournal: from must be ${WANTED}, not ${typeof source}`);
  }
  const pieces = isWhole ? [source] : source;
  const decoder = new TextDecoder();
  let rest = '';
  let hasLines = false;
  for await (const piece of pieces) {
    const text = typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      rest += text;
      continue;
    }
    yield (rest + text.slice(0, end)).split('\n');
    hasLines = true;
    rest = text.slice(end + 1);
  }
  if (hasLines || rest === '') return;
  const shown = JSON.stringify(rest.length > 60 ? `${rest.slice(0, 60)}...` : rest);
  throw new InvalidArgumentError(
    `importOptunaJournal: from holds no complete line (it is ${shown}), but must be ${WANTED}`,
  );
}

const WANTED = 'the text of a journal, or a stream of it: createReadStream(path) for a file';

function isIterable(source: unknown): boolean {
  return (
    typeof source === 'object' &&
    source !== null &&
    (Symbol.iterator in source || Symbol.asyncIterator in source)
  );
}
