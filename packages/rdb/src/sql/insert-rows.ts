import type { Connection, SqlValue } from '../database.ts';

/** Parameters per statement; SQLite takes 32,766 and PostgreSQL 65,535. */
const MOST_PARAMETERS = 30_000;

/** A column of an insertion: its name, and if the value is computed, an expression with one `?`. */
export type Column = string | { readonly name: string; readonly value: string };

/**
 * Inserts rows, as many per statement as databases take.
 *
 * @param ending what follows the values: `ON CONFLICT ...`, `RETURNING ...`.
 * @returns what the statements return.
 */
export async function insertRows<Row extends readonly SqlValue[]>(
  connection: Connection,
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly SqlValue[])[],
  ending = '',
): Promise<Row[]> {
  const returned: Row[] = [];
  for (const { sql, parameters } of insertions(table, columns, rows, ending))
    returned.push(...(await connection.query<Row>(sql, parameters)));
  return returned;
}

/** Inserts rows, without waiting for it. */
export function sendRows(
  connection: Connection,
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly SqlValue[])[],
  ending = '',
): void {
  for (const { sql, parameters } of insertions(table, columns, rows, ending))
    connection.send(sql, parameters);
}

function* insertions(
  table: string,
  columns: readonly Column[],
  rows: readonly (readonly SqlValue[])[],
  ending: string,
): Generator<{ readonly sql: string; readonly parameters: SqlValue[] }> {
  const names = columns.map((column) => (typeof column === 'string' ? column : column.name)).join(', ');
  const places = `(${columns.map((column) => (typeof column === 'string' ? '?' : column.value)).join(', ')})`;
  const most = Math.floor(MOST_PARAMETERS / columns.length);
  for (let start = 0; start < rows.length; start += most) {
    const some = rows.slice(start, start + most);
    const values = some.map(() => places).join(', ');
    yield { sql: `INSERT INTO ${table} (${names}) VALUES ${values} ${ending}`, parameters: some.flat() };
  }
}
