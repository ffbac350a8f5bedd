import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { parsePythonJson, type PythonJson } from '../optuna/python-json.ts';

/** Python with Optuna, as the interoperability tests use it. */
export interface Python {
  /** Optuna's version. */
  readonly optuna: string;
  /** Whether it can reach PostgreSQL. */
  readonly hasPostgres: boolean;
  /**
   * Runs a command of `optuna_side.py`.
   *
   * @param storage a URL of SQLAlchemy's, or the path of a journal file.
   * @returns what it printed as JSON; null if it printed nothing.
   */
  run(command: string, storage: string, ...args: readonly string[]): Promise<PythonJson>;
}

const PROBE = `
import importlib.util, optuna
print(optuna.__version__, importlib.util.find_spec('psycopg2') is not None)
`;

const SCRIPT = fileURLToPath(new URL('../../src/testing/python/optuna_side.py', import.meta.url));

/**
 * Python with Optuna: the command in the environment variable `TUNABLE_PYTHON`, else `python3`.
 *
 * @returns what is missing, as text, where there is none: tests are skipped then, and say so.
 */
export function findPython(): Python | string {
  const command = process.env['TUNABLE_PYTHON'] ?? 'python3';
  const { stdout, status } = spawnSync(command, ['-c', PROBE], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) return `${command} with Optuna is not available`;
  const [version = '', hasPostgres] = stdout.trim().split(' ');
  return {
    optuna: version,
    hasPostgres: hasPostgres === 'True',
    run: (...args) =>
      new Promise((resolve, reject) => {
        const options = { maxBuffer: 2 ** 28, timeout: 240_000 };
        execFile(command, [SCRIPT, ...args], options, (error, out, errors) => {
          if (error !== null) reject(new Error(`${args.join(' ')} failed:\n${errors}`, { cause: error }));
          else resolve(out.trim() === '' ? null : parsePythonJson(out));
        });
      }),
  };
}

/** What was found, for the name of a test: Optuna's version, or what is missing. */
export function nameOf(python: Python | string): string {
  return typeof python === 'string' ? python : `Optuna ${python.optuna}`;
}
