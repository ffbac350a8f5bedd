/** SQLite's names by their numbers, of what can be told apart in a sentence. https://sqlite.org/rescode.html */
const NAMES: { readonly [number: number]: string } = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** SQLite's name for a number, whose lowest byte is the kind; the others say more about it. */
export function resultName(code: number): string {
  return NAMES[code & 0xff] ?? `SQLITE_${code}`;
}
