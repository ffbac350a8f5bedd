/**
 * What a relational database must be able to do to keep studies: the whole contract between the SQL of this package
 * and a driver. Statements are written once, in the SQL that SQLite and PostgreSQL share; where the two differ, the
 * difference is a named role of {@link Dialect} (the habit of kysely).
 */
export interface Database {
  /** The name of the storage as users know it: 'sqlite', 'postgres'. */
  readonly name: string;

  /** Where it is, for messages: the path of the file, or host, port and database. Never a password. */
  readonly place: string;

  readonly dialect: Dialect;

  /**
   * Runs `work` in one transaction, and commits when it resolves, or rolls back when it throws and throws the same
   * error. Transactions of one `Database` may be asked for at once; each sees a connection of its own, or they wait
   * for one another.
   *
   * What is transient (a busy file, a deadlock, a lost connection) is retried up to a bound: `work` then runs again from its
   * beginning, also when a commit was sent and its answer was lost. `work` allows for that; it awaits nothing but queries.
   *
   * The first transaction opens the database; a `Database` costs nothing until then, and throws there what is wrong
   * with its place.
   *
   * @throws {StorageError} when the database is unreachable, unreadable or full, saying what to do; the cause is the
   *   driver's own error.
   */
  transaction<T>(mode: TransactionMode, work: (connection: Connection) => Promise<T>): Promise<T>;

  /**
   * Why there can be no study, and what to do, if the place does not exist yet and the first transaction would make it: "there
   * is no file 'study.db'; ...". Undefined if it exists. A database that must have been made before does without this method.
   */
  absence?(): string | undefined;

  /** Messages between the processes that share the database, where it has them. They only save waiting. */
  readonly signals?: Signals;

  /** Releases connections and files. Waits for transactions that run. A later transaction opens the database again. */
  close(): Promise<void>;
}

/**
 * `read`: sees one state of the database throughout (a snapshot) and writes nothing. `write`: excludes other writers
 * where the database has but one (SQLite: BEGIN IMMEDIATE), elsewhere locks rows as it reads them
 * ({@link Dialect.forUpdate}) under READ COMMITTED; survives a power failure once it resolves. `ask`: like `write`, but
 * may survive a power failure only once a later `write` has resolved, as the trial that it starts would die with this machine
 * anyway. A database on another machine than its clients treats it as `write`.
 */
export type TransactionMode = 'read' | 'write' | 'ask';

/** The inside of a transaction. */
export interface Connection {
  /**
   * Runs one statement. The same text is prepared once and used again.
   *
   * @param sql one statement with a `?` for each parameter, and no other question mark; drivers whose placeholders look
   *   otherwise rewrite it.
   * @param parameters bound in order, never spliced. Numbers are bound such that a column of whole numbers and a column of
   *   doubles take them alike; NaN and infinities are never given.
   * @returns one list of column values per row; empty where the statement returns none. Whole numbers and doubles are
   *   numbers (no bigint, no string: statements cast what the database would give otherwise), timestamps are read
   *   as text, by a cast in the statement.
   */
  query<Row extends readonly SqlValue[]>(
    sql: string,
    parameters?: readonly SqlValue[],
  ): Promise<readonly Row[]>;

  /**
   * Runs one statement whose rows nobody needs, in its turn, without an end to wait for: if it fails, so does the transaction.
   * What is sent last travels together with the COMMIT.
   */
  send(sql: string, parameters?: readonly SqlValue[]): void;
}

/** What goes into a database and comes out of it. */
export type SqlValue = string | number | null;

/** Where the SQL of databases differs. Everything here is constant text, spliced into statements. */
export interface Dialect {
  /** Ends a `SELECT` to lock its rows until the end of the transaction; empty where a writer is alone anyway. */
  readonly forUpdate: '' | ' FOR UPDATE';

  /**
   * A `SELECT` with a parameter, the id of a study: until the end of this transaction, no other that runs it for that study goes on.
   * Empty where a writer is alone anyway.
   */
  readonly lockFinishing: string;

  /** An expression: the database's clock at the moment it is evaluated, in milliseconds since 1970 UTC, as a double. */
  readonly nowMs: string;

  /** A `SELECT` that reserves the id of a row to be inserted into `trials`: larger than all ids there. */
  readonly newTrialId: string;

  /** A `SELECT` whose rows are the names of the tables that unqualified names mean, one column. */
  readonly tableNames: string;

  /** Whether tables of other programs may stand in the same database; a file, on the contrary, belongs to one program. */
  readonly sharesTables: boolean;

  /** Statements by which one process at a time creates or changes tables; run first in a `write` transaction. */
  readonly lockSchema: readonly string[];

  /** The types of columns, as Optuna's tables have them. */
  readonly types: {
    /** A primary key that numbers itself upwards: 'INTEGER NOT NULL', 'SERIAL NOT NULL'. */
    readonly identity: string;
    /** A double: 'FLOAT', 'FLOAT(53)'. */
    readonly double: string;
    /** A time without zone: 'DATETIME', 'TIMESTAMP WITHOUT TIME ZONE'. Given and cast as 'YYYY-MM-DD HH:MM:SS.ffffff'. */
    readonly datetime: string;
    /** One of some words: 'VARCHAR(8)' (as long as the longest), or the name of a type that {@link Dialect.createEnum} made. */
    enumeration(name: string, members: readonly string[]): string;
  };

  /** Statements that create the type of an enumeration, if it is one and does not exist yet. */
  createEnum(name: string, members: readonly string[]): readonly string[];

  /**
   * Statements that make the rows of `table` go when the row of `parent` goes to which its column `key` refers, whoever
   * deletes it: a trigger where foreign keys are not enforced; none where `ON DELETE CASCADE` of the table's own
   * foreign key does it.
   */
  cascade(table: string, parent: string, key: string): readonly string[];
}

/** PostgreSQL's LISTEN and NOTIFY, say. A message that is lost must not matter. */
export interface Signals {
  /** Tells the others, once this transaction commits, that something has changed under `topic` (a short plain word). */
  send(connection: Connection, topic: string): Promise<void>;

  /** Calls `heard` whenever somebody sends to `topic`. @returns a function that ends it. */
  listen(topic: string, heard: () => void): Promise<() => Promise<void>>;
}
