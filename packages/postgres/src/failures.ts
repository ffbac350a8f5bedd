import { StorageError } from '@tunable/core';

/** Codes of the operating system for what may be otherwise in a moment. */
const NETWORK = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * PostgreSQL's codes (its manual, appendix A) for what may be otherwise in a moment: serialization failure, deadlock, too many
 * connections, a lock waited for too long, a transaction idle for too long, a server that shuts down or starts, and a row gone
 * that another refers to (a study that somebody deletes: what is begun again finds it there or not).
 */
const TRANSIENT = new Set([
  '23503',
  '40001',
  '40P01',
  '53300',
  '55P03',
  '25P03',
  '57P01',
  '57P02',
  '57P03',
  '57P05',
]);

/** What tells one failure of the driver from another. */
export type Failure =
  /** The server, as long as it has not been reached before, may not exist. */
  | 'unreachable'
  /** Trying again may help. */
  | 'transient'
  | 'permanent';

/** @param error what `pg` threw. */
export function classify(error: unknown): Failure {
  const code = codeOf(error);
  // A server answers with a code of five characters; all else that a driver throws without one is a lost connection, but
  // for what it has against the way in which it was asked to connect.
  if (code === undefined) return isAboutConnecting(error) ? 'permanent' : 'transient';
  if (NETWORK.has(code)) return 'unreachable';
  if (TRANSIENT.has(code) || code.startsWith('08')) return 'transient';
  // Somebody has changed a table under a prepared statement; a new connection prepares it anew.
  if (code === '0A000' && messageOf(error).includes('cached plan')) return 'transient';
  return 'permanent';
}

/** Whether the connection has to be given up after this. */
export function losesConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|57P|25P03|0A000)/.test(code);
}

/**
 * Says what failed, and what to do.
 *
 * @param place host, port and database.
 * @param tried for how long, in milliseconds, if it was tried more than once.
 */
export function explain(error: unknown, place: string, tried = 0): StorageError {
  const code = codeOf(error);
  const message = messageOf(error);
  const said = message === '' ? (code ?? 'no message') : message;
  const duration = tried < 1000 ? '' : `, tried for ${Math.round(tried / 1000)} s`;
  return new StorageError(`postgres: ${advise(code, message, place)} (${said}${duration})`, { cause: error });
}

function advise(code: string | undefined, message: string, place: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `no address is known for the host of ${place}; check the URL`;
    case '28P01':
    case '28000':
      return `the server at ${place} does not let this user in; check the user and the password in the URL (a % in it is written as %25), and the server's pg_hba.conf`;
    case '3D000':
      return `there is no database at ${place}; create it (CREATE DATABASE), or check the URL`;
    case '42501':
      return `this user lacks a right at ${place}; it needs CREATE on the schema to make the tables of a study, and SELECT, INSERT, UPDATE, DELETE on them (GRANT)`;
    case '25006':
      return `the database at ${place} is read-only; write to the primary server, not to a standby`;
    case '23503':
      return `a study at ${place} is written to while it is deleted; end its workers first, then delete it`;
    case '53100':
      return `the disk of the server at ${place} is full; what was acknowledged is kept; free some space`;
    case '53300':
      return `the server at ${place} has no connections left; use fewer workers, a smaller maxConnections, or a larger max_connections on the server`;
    case '57P03':
      return `the server at ${place} is starting up or shutting down`;
    case '22021':
    case '22P05':
      return `PostgreSQL cannot keep the character NUL in a text; remove it from the name`;
    default:
  }
  if (code !== undefined && NETWORK.has(code)) {
    return `cannot reach PostgreSQL at ${place}; is the server running, and are host and port right?`;
  }
  if (message.includes('password must be a string')) {
    return `the server at ${place} wants a password; give one in the URL, in PGPASSWORD or in ~/.pgpass`;
  }
  if (isAboutTLS(message, code)) {
    return `no agreement about encryption with the server at ${place}; see the option ssl`;
  }
  if (classify({ code, message }) === 'transient') return `the connection to PostgreSQL at ${place} was lost`;
  return `the database at ${place} refused a statement`;
}

function isAboutConnecting(error: unknown): boolean {
  const message = messageOf(error);
  return isAboutTLS(message, undefined) || message.includes('SASL') || /password/i.test(message);
}

function isAboutTLS(message: string, code: string | undefined): boolean {
  return (
    /\bSSL\b|\bTLS\b|certificate/i.test(message) ||
    /^(?:ERR_TLS|DEPTH_|SELF_SIGNED|CERT_|UNABLE_TO_)/.test(code ?? '')
  );
}

function codeOf(error: unknown): string | undefined {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : cause === undefined ? undefined : codeOf(cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? error.message
    : String((error as { message?: unknown } | null)?.message ?? error);
}
