import { createHash } from 'node:crypto';

/** A statement in PostgreSQL's own form. */
export interface Statement {
  /** With placeholders `$1`, `$2`, ... */
  readonly text: string;
  /** Under which a connection prepares it; undefined where statements are not prepared. */
  readonly name: string | undefined;
}

/**
 * Translates statements with `?` placeholders, each once.
 *
 * @param isPrepared whether connections keep them prepared. The name tells the text and the schema, so that those who share
 *   connections (through a pool) never use one name for two texts, nor for the types of two schemas.
 */
export function statements(isPrepared: boolean, schema = ''): (sql: string) => Statement {
  const known = new Map<string, Statement>();
  return (sql) => {
    let statement = known.get(sql);
    if (statement === undefined) {
      let count = 0;
      const text = sql.replaceAll('?', () => `$${++count}`);
      const hash = (): string =>
        createHash('sha256').update(`${schema}\0${text}`).digest('base64url').slice(0, 20);
      statement = { text, name: isPrepared ? `tunable_${hash()}` : undefined };
      known.set(sql, statement);
    }
    return statement;
  };
}
