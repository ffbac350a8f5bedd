/** Most entries of a list in a statement. */
const MOST_ENTRIES = 1024;

/**
 * Lists of at most some thousand entries, filled up to a power of two by repeating the last: for `IN`, where that changes
 * nothing, so that there are few different statements to prepare.
 */
export function inLists(ids: readonly number[]): number[][] {
  const lists: number[][] = [];
  for (let start = 0; start < ids.length; start += MOST_ENTRIES) {
    const list = ids.slice(start, start + MOST_ENTRIES);
    const last = list.at(-1) as number;
    while ((list.length & (list.length - 1)) !== 0) list.push(last);
    lists.push(list);
  }
  return lists;
}

/** `(?, ?, ?)`, for a list. */
export function placeholders(list: readonly unknown[]): string {
  return `(${list.map(() => '?').join(', ')})`;
}
