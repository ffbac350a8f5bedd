import type { Connection, SqlValue } from '@tunable/rdb';
import { types, type PoolClient, type QueryArrayConfig, type QueryArrayResult } from 'pg';
import { losesConnection } from './failures.ts';
import type { Statement } from './statements.ts';

/** What the driver or the server has against a statement, apart from what the work of a transaction throws itself. */
export class DriverFailure extends Error {
  /** @param cause what `pg` threw. */
  constructor(cause: unknown) {
    super('the driver failed', { cause });
  }
}

/** Without an answer for this long, a connection is taken for lost. Statements wait for one another only that long, too. */
const REPLY_MS = 120_000;

const INT8 = 20;
const NUMERIC = 1700;

/** Numbers as numbers, whatever the program has told `pg` to make of them. */
const NUMBERS = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

function ignore(): void {}

/** A connection of a pool during one transaction. */
export class Session implements Connection {
  readonly #client: PoolClient;
  readonly #translate: (sql: string) => Statement;
  #last: Promise<unknown> = Promise.resolve();
  /** The first one; what comes after it says only that the transaction is over. */
  #failure: DriverFailure | undefined;
  #isLost = false;
  #isGathering = false;

  constructor(client: PoolClient, translate: (sql: string) => Statement) {
    this.#client = client;
    this.#translate = translate;
    // The loss of a connection while no statement runs would end the program otherwise; the next statement tells of it.
    client.on('error', ignore);
  }

  /**
   * Starts the transaction. Without waiting where the connection is pipelined: the first statement is then on its way in the
   * same moment, and fails if this does.
   */
  async begin(text: string): Promise<void> {
    const begun = this.#run({ text, rowMode: 'array' });
    begun.catch(() => {});
    if (!this.#client.pipeline) await begun;
  }

  async query<Row extends readonly SqlValue[]>(
    sql: string,
    parameters: readonly SqlValue[] = [],
  ): Promise<readonly Row[]> {
    const { rows } = await this.#run(this.#prepared(sql, parameters));
    return rows as unknown as Row[];
  }

  send(sql: string, parameters: readonly SqlValue[] = []): void {
    // Its failure is that of the transaction: see `commit`.
    this.#run(this.#prepared(sql, parameters)).catch(() => {});
  }

  /**
   * Ends the transaction and returns the connection to its pool.
   *
   * @throws {DriverFailure} also when an earlier statement failed: the server then rolls back without a word.
   */
  async commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#run({ text: 'COMMIT', rowMode: 'array' });
    if (this.#failure !== undefined) throw this.#failure;
    this.#release();
  }

  /** Ends the transaction after a failure, and returns the connection to its pool, unless it is lost. */
  async abandon(): Promise<void> {
    if (!this.#isLost) await this.#run({ text: 'ROLLBACK', rowMode: 'array' }).catch(() => {});
    // What is under way on a lost connection would keep the program alive until the network gives up.
    if (this.#isLost) this.#client.connection.stream.destroy();
    this.#release();
  }

  #release(): void {
    // One that is lost may yet say so again; one that goes on is others' to listen to.
    if (!this.#isLost) this.#client.off('error', ignore);
    this.#client.release(this.#isLost);
  }

  #prepared(sql: string, parameters: readonly SqlValue[]): QueryArrayConfig {
    const { text, name } = this.#translate(sql);
    const values = parameters.map((value) => (Object.is(value, -0) ? '-0' : value));
    const config = { text, values, rowMode: 'array', types: NUMBERS } as const;
    return name === undefined ? config : { ...config, name };
  }

  async #run(config: QueryArrayConfig): Promise<QueryArrayResult> {
    this.#gather();
    const before = this.#last;
    const query = async (): Promise<QueryArrayResult> => {
      if (!this.#client.pipeline) await before;
      return this.#client.query({ ...config, query_timeout: REPLY_MS } as QueryArrayConfig);
    };
    const answer = query();
    this.#last = answer.catch(() => {});
    try {
      return await answer;
    } catch (error) {
      const failure = new DriverFailure(error);
      this.#failure ??= failure;
      this.#isLost ||= losesConnection(error);
      throw failure;
    }
  }

  /** Sends what is asked for in one go in one packet: each has its price, above all on a busy machine. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }
}
