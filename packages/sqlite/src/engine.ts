import type { SqlValue } from '@tunable/rdb';

/** An open SQLite file: what differs between the libraries that bring SQLite to Node. All calls block. */
export interface Engine {
  /**
   * Runs one statement to its end.
   *
   * @param parameters bound in order to the `?` of the statement.
   * @returns one list of column values per row.
   * @throws {unknown} an error of which {@link codeOf} knows the code.
   */
  query(sql: string, parameters: readonly SqlValue[]): readonly (readonly SqlValue[])[];
  /** Runs one statement that has no parameters, returns nothing and is not worth keeping prepared. */
  execute(sql: string): void;
  /** Closes the file. */
  close(): void;
}

/** A library that brings SQLite. */
export interface SqliteLibrary {
  /** Opens a file, which is created if it does not exist; `:memory:` for a database in memory. */
  open(path: string): Engine;
  /** SQLite's name for what went wrong, `SQLITE_BUSY` say; undefined for other errors. */
  codeOf(error: unknown): string | undefined;
}

/** Prepared statements by their text; those that were not used for longest make room for new ones. */
export class StatementCache<Statement> {
  readonly #statements = new Map<string, Statement>();
  readonly #prepare: (sql: string) => Statement;

  constructor(prepare: (sql: string) => Statement) {
    this.#prepare = prepare;
  }

  get(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) statement = this.#prepare(sql);
    else this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > MOST_STATEMENTS)
      this.#statements.delete(this.#statements.keys().next().value as string);
    return statement;
  }

  clear(): void {
    this.#statements.clear();
  }
}

/** A study uses some thirty, and variants of a few of them for lists of other lengths. */
const MOST_STATEMENTS = 200;
