import { execFileSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  copyStudy,
  createStudy,
  deleteStudy,
  float,
  listStudies,
  memory,
  openStudy,
  random,
  space,
  StorageError,
  type Study,
} from '@tunable/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ask, change, lock } from './fixtures/raw.ts';
import { nodeEngine } from './node-engine.ts';
import { sqlite } from './sqlite.ts';

const SPACE = space({ x: float(0, 1) });

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newPath = (): string => join(folder, `${count++}.db`);

async function makeStudy(path: string): Promise<Study<{ x: number }>> {
  return createStudy({ space: SPACE, storage: sqlite(path), name: 's', optimizer: random(), seed: 1 });
}

/** The message with which a storage error refuses to create a study there. */
async function refusal(path: string): Promise<string> {
  const error: unknown = await makeStudy(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StorageError) return error.message;
  throw new Error(`expected a StorageError, got ${String(error)}`);
}

describe('a path that is no database', () => {
  it('in a directory that does not exist: says which', async () => {
    expect(await refusal(join(folder, 'none', 's.db'))).toMatch(
      /there is no directory '.*none'; create it first/,
    );
  });

  it('but a directory: says so', async () => {
    expect(await refusal(folder)).toMatch(/it is a directory; give the path of a file/);
  });

  it('but a text: says so, and leaves it as it is', async () => {
    const path = newPath();
    await writeFile(path, 'trial,value\n0,1.5\n'.repeat(100));
    expect(await refusal(path)).toMatch(/is not a database of SQLite.*nothing was changed/);
    expect(await readFile(path, 'utf8')).toBe('trial,value\n0,1.5\n'.repeat(100));
  });

  it('but the database of another program: names its tables, and leaves it as it is', async () => {
    const path = newPath();
    change(path, 'CREATE TABLE customers (name)', 'CREATE TABLE orders (customer)');
    const before = await readFile(path);
    expect(await refusal(path)).toMatch(/database of another program \(its tables: customers, orders\)/);
    expect(Buffer.compare(await readFile(path), before)).toBe(0);
  });

  it('but a damaged database: says how to rescue it', async () => {
    const path = newPath();
    const study = await makeStudy(path);
    await study.optimize(({ x }) => x, { trials: 30 });
    await study.close();
    const { size } = await stat(path);
    await truncate(path, Math.floor(size / 2));
    const attempt = openStudy({ name: 's', storage: sqlite(path), space: SPACE });
    await expect(attempt).rejects.toThrow(StorageError);
    await expect(attempt).rejects.toThrow(/is damaged.*\.recover/);
  });

  it('becomes usable once it is put right, with the same storage object', async () => {
    const directory = join(folder, 'later');
    const storage = sqlite(join(directory, 's.db'));
    const make = async (): Promise<unknown> => createStudy({ name: 's', space: SPACE, storage });
    await expect(make()).rejects.toThrow(/no directory/);
    await mkdir(directory);
    await make();
    expect((await storage.list()).map(({ name }) => name)).toEqual(['s']);
  });
});

describe.each(['libsql', 'node'] as const)('a file that does not exist (%s)', (engine) => {
  const isAbsent = engine === 'node' && nodeEngine() === undefined;

  it.skipIf(isAbsent)('is not made by a study that is opened, listed or deleted', async () => {
    const [path, beyond] = [newPath(), join(folder, 'none', 's.db')];
    for (const missing of [path, beyond]) {
      const storage = sqlite(missing, { engine });
      const calls = [
        openStudy({ name: 's', storage }),
        listStudies(storage),
        deleteStudy(storage, 's'),
        copyStudy({ from: storage, to: memory(), name: 's' }),
      ];
      for (const call of calls) {
        await expect(call).rejects.toMatchObject({
          name: 'StudyError',
          code: 'study_not_found',
          message: `sqlite: there is no file '${missing}'; check the path (createStudy makes the file)`,
        });
      }
    }
    const isLeft = (await readdir(folder)).filter((name) => path.endsWith(name));
    expect(isLeft).toEqual([]);
  });

  it.skipIf(isAbsent)('is made by a study that is created, copied or opened if it exists', async () => {
    const from = memory();
    await createStudy({ name: 's', space: SPACE, storage: from });
    const copied = sqlite(newPath(), { engine });
    await copyStudy({ from, to: copied, name: 's' });
    const made = sqlite(newPath(), { engine });
    const study = await createStudy({ name: 's', space: SPACE, storage: made, openIfExists: true });
    for (const storage of [copied, made]) expect(await listStudies(storage)).toHaveLength(1);
    await study.close();
    await deleteStudy(made, 's');
    expect(await listStudies(made)).toEqual([]);
  });

  it.skipIf(isAbsent)('is no matter in memory', async () => {
    const storage = sqlite(':memory:', { engine });
    expect(await listStudies(storage)).toEqual([]);
    await expect(openStudy({ name: 's', storage })).rejects.toThrow(/no study 's'/);
  });
});

describe('a file that others use', () => {
  it('is waited for while it is locked', async () => {
    const path = newPath();
    const study = await makeStudy(path);
    const unlock = lock(path);
    let isAsked = false;
    const asked = study.ask().finally(() => {
      isAsked = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAsked).toBe(false);
    unlock();
    expect((await asked).number).toBe(0);
    await study.close();
  });

  it('and that stays locked is given up on with what to do; nothing is lost', async () => {
    const path = newPath();
    const study = await createStudy({
      space: SPACE,
      storage: sqlite(path, { busyTimeoutMs: 30 }),
      name: 's',
    });
    const unlock = lock(path);
    await expect(study.ask()).rejects.toThrow(/was locked by another program for 0\.03 s.*busyTimeoutMs/);
    unlock();
    expect((await study.ask()).number).toBe(0);
    await study.close();
  });

  it('is readable for others while a study is open, and whole without its log when the last one is closed', async () => {
    const path = newPath();
    const study = await makeStudy(path);
    await study.optimize(({ x }) => x, { trials: 3 });
    expect(ask(path, "SELECT COUNT(*) FROM trials WHERE state = 'COMPLETE'")).toEqual([[3]]);
    await study.close();
    const copy = newPath();
    await copyFile(path, copy);
    expect(ask(copy, "SELECT COUNT(*) FROM trials WHERE state = 'COMPLETE'")).toEqual([[3]]);
  });
});

/** Runs a program with the built package, as somebody who may not write everywhere. */
function runAsNobody(program: string, ...args: readonly string[]): string {
  const isRoot = process.getuid?.() === 0;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
}

const canBeNobody = ((): boolean => {
  try {
    return process.platform !== 'win32' && runAsNobody('await import("@tunable/sqlite")') === '';
  } catch {
    return false;
  }
})();

describe.skipIf(!canBeNobody)(
  `a file that may not be written${canBeNobody ? '' : ' (skipped: no program can be run here as somebody else)'}`,
  () => {
    const lookAndGoOn = `
      import { openStudy } from '@tunable/core';
      import { sqlite } from '@tunable/sqlite';
      try {
        const study = await openStudy({ name: 's', storage: sqlite(process.argv[1]) });
        console.log(study.trials.length);
        await study.ask();
      } catch (error) {
        console.log(error.name, error.message);
      }`;

    async function makeReadOnly(journal: 'WAL' | 'DELETE'): Promise<string> {
      const directory = join(folder, `read-only-${journal}`);
      await mkdir(directory);
      const path = join(directory, 's.db');
      const original = newPath();
      const study = await makeStudy(original);
      await study.optimize(({ x }) => x, { trials: 3 });
      await study.close();
      await copyFile(original, path);
      change(path, `PRAGMA journal_mode = ${journal}`);
      await chmod(path, 0o444);
      await chmod(folder, 0o755);
      await chmod(directory, 0o555);
      return path;
    }

    it('can be looked at, and says why it cannot go on', async () => {
      const [trials, error] = runAsNobody(lookAndGoOn, await makeReadOnly('DELETE')).split('\n');
      expect(trials).toBe('3');
      expect(error).toMatch(/^StorageError sqlite: '.*s\.db' is read-only.*cannot go on.*Copy the file/);
    });

    it('and needs a file beside it even to be read says so', async () => {
      const said = runAsNobody(lookAndGoOn, await makeReadOnly('WAL'));
      expect(said).toMatch(
        /^StorageError sqlite: '.*s\.db' is read-only, or its directory is, where SQLite keeps a log/,
      );
    });
  },
);

describe('a file that several have open', () => {
  it('keeps the attributes that each of them sets', async () => {
    const path = join(folder, 'attributes.db');
    const first = await createStudy({ name: 's', storage: sqlite(path), space: space({ x: float(0, 1) }) });
    const second = await openStudy({ name: 's', storage: sqlite(path) });
    await first.setAttribute('a', 1);
    await second.setAttribute('b', 2);
    await first.setAttribute('a', 3);
    await first.refresh();
    expect(first.attributes).toEqual({ a: 3, b: 2 });
    await Promise.all([first.close(), second.close()]);
  });

  it('enqueues once what all of them enqueue unless it is there', async () => {
    const path = join(folder, 'enqueued.db');
    const first = await createStudy({ name: 's', storage: sqlite(path), space: space({ x: float(0, 1) }) });
    const second = await openStudy<{ x: ReturnType<typeof float> }>({ name: 's', storage: sqlite(path) });
    await first.enqueue({ x: 0.5 }, { skipIfExists: true });
    await second.enqueue({ x: 0.5 }, { skipIfExists: true });
    expect(second.waitingCount).toBe(1);
    await Promise.all([first.close(), second.close()]);
  });

  it('is made anew when it was deleted while nobody had it open', async () => {
    const path = join(folder, 'anew.db');
    const storage = sqlite(path);
    await (await createStudy({ name: 's', storage, space: space({ x: float(0, 1) }) })).close();
    await rm(path);
    await (await createStudy({ name: 't', storage, space: space({ x: float(0, 1) }) })).close();
    expect((await storage.list()).map(({ name }) => name)).toEqual(['t']);
  });
});
