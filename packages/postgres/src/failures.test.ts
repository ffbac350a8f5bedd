import { describe, expect, it } from 'vitest';
import { classify, explain, losesConnection } from './failures.ts';

/** As `pg` throws what a server answers. */
const answer = (code: string, message = 'says the server'): Error =>
  Object.assign(new Error(message), { code });

describe('failures of the driver', () => {
  it.each([
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['57P01', 'transient'],
    ['57P03', 'transient'],
    ['08006', 'transient'],
    ['23503', 'transient'],
    ['40001', 'transient'],
    ['40P01', 'transient'],
    ['53300', 'transient'],
    ['28P01', 'permanent'],
    ['3D000', 'permanent'],
    ['42501', 'permanent'],
    ['23505', 'permanent'],
    ['53100', 'permanent'],
  ])('%s is %s', (code, failure) => {
    expect(classify(answer(code))).toBe(failure);
  });

  it('takes a driver without an answer for a lost connection', () => {
    for (const message of ['Connection terminated unexpectedly', 'Query read timeout', 'timeout expired']) {
      expect([classify(new Error(message)), losesConnection(new Error(message))]).toEqual([
        'transient',
        true,
      ]);
    }
  });

  it('tries no password twice', () => {
    const message = 'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string';
    expect(classify(new Error(message))).toBe('permanent');
    expect(explain(new Error(message), 'h:1/d').message).toMatch(/wants a password.*PGPASSWORD/);
    expect(classify(new Error('The server does not support SSL connections'))).toBe('permanent');
  });

  it('keeps the connection after a statement that the server refused', () => {
    expect(['23505', '40001', '42501'].map((code) => losesConnection(answer(code)))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['57P01', '08006', 'ECONNRESET'].map((code) => losesConnection(answer(code)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('says what happened where, what to do, and for how long it was tried', () => {
    const error = answer('ECONNREFUSED', '');
    const explained = explain(error, 'db.example:5432/studies', 61_000);
    expect(explained.message).toBe(
      'postgres: cannot reach PostgreSQL at db.example:5432/studies; is the server running, and are host and port right? (ECONNREFUSED, tried for 61 s)',
    );
    expect([explained.code, explained.cause]).toEqual(['storage', error]);
    expect(explain(answer('XX000'), 'h:1/d').message).toBe(
      'postgres: the database at h:1/d refused a statement (says the server)',
    );
  });
});
