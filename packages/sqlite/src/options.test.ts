import { InvalidArgumentError } from '@tunable/core';
import { describe, expect, it } from 'vitest';

import { sqlite, type SqliteOptions } from './sqlite.ts';

describe('sqlite', () => {
  it('touches no file before a study is created or opened', () => {
    expect(sqlite('/nowhere/at/all.db').name).toBe('sqlite');
  });

  it.each([
    [undefined, /expected the path of a file/],
    ['', /expected the path of a file/],
    ['file:study.db', /not the URL "file:study\.db"/],
    ['https://example.com/study.db', /not the URL/],
    ['a\0b', /not the URL/],
    ['sqlite:///s.db', /give the path alone, without sqlite:\/\/\/: sqlite\('s\.db'\)/],
    ['sqlite:////var/s.db', /: sqlite\('\/var\/s\.db'\)/],
    ['sqlite+pysqlite:///s.db', /without sqlite\+pysqlite:\/\/\/: sqlite\('s\.db'\)/],
    ['sqlite://', /: sqlite\(':memory:'\)/],
    ['sqlite:s.db', /without sqlite:: sqlite\('s\.db'\)/],
  ])('refuses the path %j', (path, message) => {
    expect(() => sqlite(path as string)).toThrow(InvalidArgumentError);
    expect(() => sqlite(path as string)).toThrow(message);
  });

  it.each([
    [null, /options must be an object, not null/],
    [{ bussyTimeoutMs: 1 }, /unknown option 'bussyTimeoutMs'; the options are engine, busyTimeoutMs/],
    [{ engine: 'better-sqlite3' }, /engine must be 'libsql' or 'node', not "better-sqlite3"/],
    [{ busyTimeoutMs: -1 }, /busyTimeoutMs must be a whole number from 0/],
    [{ heartbeatMs: 0 }, /heartbeatMs must be a whole number from 1/],
    [{ heartbeatMs: 1000, leaseMs: 1999 }, /leaseMs must be at least twice heartbeatMs \(1000\), not 1999/],
    [
      { leaseMs: 5000 },
      /leaseMs must be at least twice heartbeatMs \(15000\), not 5000; raise it, or lower heartbeatMs too/,
    ],
    [{ maxAttempts: 1.5 }, /maxAttempts must be a whole number from 1/],
    [{ leaseMs: Number.NaN }, /leaseMs must be a whole number/],
  ])('refuses the options %j', (options, message) => {
    expect(() => sqlite('s.db', options as SqliteOptions)).toThrow(InvalidArgumentError);
    expect(() => sqlite('s.db', options as SqliteOptions)).toThrow(message);
  });
});
