import { InvalidArgumentError } from '@tunable/core';

/**
 * The URL of a server, if it can be read in one way only. In another, a part of the password would be taken for the host, and
 * appear in messages.
 *
 * @throws {InvalidArgumentError} without a word of what was given, which may hold a password.
 */
export function checkURL(url: unknown): string {
  if (typeof url !== 'string')
    throw new InvalidArgumentError(
      `postgres: expected a URL such as postgres://user:password@host:5432/database or a Pool of pg, not ${url === null ? 'null' : typeof url}`,
    );
  const [, driver] = /^postgres(?:ql)?(\+\w+):\/\//.exec(url) ?? [];
  if (driver !== undefined)
    throw new InvalidArgumentError(
      `postgres: drop ${driver} from the URL, which names a driver of Python: postgres://user:password@host:5432/database`,
    );
  if (!/^postgres(?:ql)?:\/\//.test(url))
    throw new InvalidArgumentError(
      'postgres: the URL must begin with postgres:// (postgres://user:password@host:5432/database)',
    );
  if (!isUnambiguous(url))
    throw new InvalidArgumentError(
      'postgres: the URL is ill-formed; write @ : / ? # % in a user or a password as %40 %3A %2F %3F %23 %25 (encodeURIComponent does)',
    );
  return url;
}

function isUnambiguous(url: string): boolean {
  const [, beforePath = '', rest = ''] = /^\w+:\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  // An @ this late may well end a password that holds one of / ? #, and nothing of a URL of PostgreSQL comes after a #.
  if (rest.includes('@') || rest.includes('#')) return false;
  if (beforePath.indexOf('@') !== beforePath.lastIndexOf('@')) return false;
  try {
    // Where a % means itself, `pg` guesses.
    decodeURIComponent(url);
  } catch {
    return false;
  }
  return URL.canParse(url) || URL.canParse(url.replace('@/', '@host/'));
}
