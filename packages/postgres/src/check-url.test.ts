import { InvalidArgumentError } from '@tunable/core';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { checkURL } from './check-url.ts';

/** Where `pg` would look for the server. */
function hostOf(url: string): string {
  try {
    return new Client(checkURL(url)).host;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return 'refused';
    throw error;
  }
}

describe('the URL of a server', () => {
  it.each([
    'postgres://localhost',
    'postgresql://me@db.example:5432/tuning?sslmode=verify-full',
    'postgres://me:secret@/tuning',
    'postgres://%2Fvar%2Frun%2Fpostgresql/tuning',
    'postgres://[::1]:5432/tuning',
    'postgres://me:a%40%3A%2F%3F%23%25b@localhost/tuning?options=-csearch_path%3Dname',
  ])('%s is taken as it is', (url) => {
    expect(checkURL(url)).toBe(url);
  });

  it.each([
    'postgres://postgres:se@cr#t@localhost:5432/db',
    'postgres://postgres:se@cr@localhost:5432/db',
    'postgres://postgres:12/se@cr@localhost:5432/db',
    'postgres://postgres:12?secret@localhost:5432/db',
    'postgres://postgres:12#secret@localhost:5432/db',
    'postgres://postgres:secret#@localhost:5432/db',
    'postgres://postgres:100%secret@localhost:5432/db',
    'postgres://postgres:100%E4@localhost:5432/db',
    'postgres://postgres:se/cret@localhost/db',
    'postgres://localhost/db#secret',
  ])('%s is refused without a word of it', (url) => {
    expect(() => checkURL(url)).toThrow(InvalidArgumentError);
    expect(() => checkURL(url)).toThrow(
      'postgres: the URL is ill-formed; write @ : / ? # % in a user or a password as %40 %3A %2F %3F %23 %25 (encodeURIComponent does)',
    );
  });

  it('of SQLAlchemy is told what to drop', () => {
    expect(() => checkURL('postgresql+psycopg2://me:secret@localhost/db')).toThrow(
      /drop \+psycopg2 from the URL/,
    );
    expect(() => checkURL('postgresql+psycopg2://me:secret@localhost/db')).not.toThrow(/secret|localhost/);
  });

  it('means to pg what was encoded, and never takes a part of a password for a host', () => {
    const text = fc.string({
      unit: fc.constantFrom('@', ':', '/', '?', '#', '%', '4', 'a', 'ü'),
      minLength: 1,
    });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const encoded = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost:5432/db`;
        expect(new Client(checkURL(encoded))).toMatchObject({ user, password, host: 'localhost' });
        expect(['localhost', 'refused']).toContain(hostOf(`postgres://me:${password}@localhost:5432/db`));
      }),
    );
  });
});
