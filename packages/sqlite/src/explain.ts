import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { StorageError } from '@tunable/core';

/**
 * The error for what SQLite reports: which file, what happened, what to do.
 *
 * @param code SQLite's name of what happened, if it has one.
 * @param error SQLite's error, the cause.
 */
export function explain(path: string, code: string | undefined, error: unknown): StorageError {
  const sentence = sentenceFor(path, code) ?? `failed: ${(error as Error).message}`;
  return new StorageError(`sqlite: '${path}' ${sentence}`, { cause: error });
}

function sentenceFor(path: string, code: string | undefined): string | undefined {
  if (code === 'SQLITE_NOTADB')
    return 'is not a database of SQLite, or it is encrypted; nothing was changed. Give another path';
  if (code === 'SQLITE_CORRUPT')
    return 'is damaged: SQLite cannot read what it says of itself. Restore it from a backup, or rescue what can be read with: sqlite3 FILE .recover';
  if (code === 'SQLITE_FULL')
    return 'cannot grow: the disk is full. This call has written nothing, and everything that was kept before is safe; free space and go on';
  if (code === 'SQLITE_READONLY')
    return 'is read-only, or its directory is, where SQLite keeps a log beside the file: studies in it cannot go on, nor perhaps be opened. Copy the file to a place where you may write';
  if (code === 'SQLITE_CANTOPEN') return whyNotOpened(path);
  if (code === 'SQLITE_IOERR')
    return 'cannot be read or written: the disk is full or fails, a limit on file sizes was met, or the file system does not support locks (SQLite needs a local disk, not one of the network). This call has written nothing';
  return undefined;
}

function whyNotOpened(path: string): string {
  const directory = dirname(resolve(path));
  if (!existsSync(directory))
    return `cannot be opened: there is no directory '${directory}'; create it first`;
  if (existsSync(path) && statSync(path).isDirectory())
    return 'cannot be opened: it is a directory; give the path of a file';
  try {
    accessSync(existsSync(path) ? path : directory, constants.R_OK);
    accessSync(directory, constants.W_OK);
  } catch {
    return `cannot be opened: you may not read the file or write to the directory '${directory}', where SQLite keeps its log beside the file`;
  }
  return 'cannot be opened; see the cause';
}

/** The error for a file that others have kept locked for too long. */
export function locked(path: string, busyTimeoutMs: number, cause: unknown): StorageError {
  return new StorageError(
    `sqlite: '${path}' was locked by another program for ${busyTimeoutMs / 1000} s, which has a transaction open. End it (a database browser?), or raise busyTimeoutMs`,
    { cause },
  );
}
