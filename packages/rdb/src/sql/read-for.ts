import type { Connection, SqlValue } from '../database.ts';
import { inLists, placeholders } from './in-list.ts';

/**
 * The rows of a table that belong to some trials.
 *
 * @param select `SELECT ... FROM ...`, of a table with the column `trial_id`.
 * @param order the column by which rows of one trial are sorted.
 */
export async function readFor<Row extends readonly SqlValue[]>(
  connection: Connection,
  select: string,
  ids: readonly number[],
  order: string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const list of inLists(ids)) {
    const sql = `${select} WHERE trial_id IN ${placeholders(list)} ORDER BY trial_id, ${order}`;
    for (const row of await connection.query<Row>(sql, list)) rows.push(row);
  }
  return rows;
}
