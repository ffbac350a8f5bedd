import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  choice,
  constant,
  createStudy,
  float,
  InvalidArgumentError,
  int,
  list,
  loadStudy,
  memory,
  noPruning,
  openStudy,
  space,
  StudyError,
  TrialPruned,
  type Storage,
  type StudyJSON,
  type TrialJSON,
} from '@tunable/core';
import { parsePythonJson } from '@tunable/rdb/optuna';
import { findPython, inPythonsWords, nameOf, type DescribedStudy } from '@tunable/rdb/testing';
import { afterEach, describe, expect, test } from 'vitest';

import { exportOptunaJournal, importOptunaJournal } from './index.ts';

const python = findPython();
const folders: string[] = [];
const temporary = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tunable-journal-'));
  folders.push(folder);
  return join(folder, 'journal.log');
};
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function textOf(from: Storage, studies?: readonly string[]): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of exportOptunaJournal({ from, ...(studies && { studies }) })) pieces.push(piece);
  return pieces.join('');
}

/** A study that uses all that a study of ours may hold. */
async function eventful(storage: Storage): Promise<void> {
  const study = await createStudy({
    name: 'eventful "ünï"',
    storage,
    seed: 7,
    pruner: noPruning(),
    attributes: { note: 'NaN, "quotes"', list: [1, null, { a: true }] },
    space: space({
      rate: float(1e-5, 1, { scale: 'log' }),
      version: constant('v1'),
      optimizer: choice({ adam: { beta: float(0, 1) }, sgd: {} }),
      layers: list({ units: int(8, 64, { step: 8 }) }, { min: 0, max: 3 }),
    }),
  });
  await study.enqueue({ rate: 0.5 });
  await study.optimize(
    async (params, trial) => {
      if (trial.number === 3) throw new RangeError('broken');
      await trial.report(2, 1e-7).catch(() => {});
      await trial.report(1, Infinity).catch(() => {});
      if (trial.number === 4) throw new TrialPruned();
      return {
        value: trial.number === 5 ? -Infinity : params.rate,
        metrics: { accuracy: 0.5, loss: Infinity },
        constraints: [-1, trial.number],
        attributes: { squares: trial.number ** 2 },
        cost: 3,
      };
    },
    { trials: 8, concurrency: 3 },
  );
  await study.enqueue({ optimizer: { type: 'adam' } });
  await study.enqueue({ layers: [] });
  await study.ask();
}

describe('a study of ours', () => {
  test('comes back from a journal whole', async () => {
    const [from, to] = [memory(), memory()];
    await eventful(from);
    const name = 'eventful "ünï"';
    expect(await importOptunaJournal({ from: await textOf(from), to })).toEqual([{ name, trials: 10 }]);
    const [before, after] = [
      await openStudy({ name, storage: from }),
      await openStudy({ name, storage: to }),
    ];
    const { trials, ...rest } = before.toJSON();
    const { trials: trialsAfter, ...restAfter } = after.toJSON();
    expect(restAfter).toEqual(rest);
    expect(trialsAfter.slice(0, 8)).toEqual(trials.slice(0, 8));
    // What was running waits to be run again.
    const [running, waiting] = trials.slice(8) as [TrialJSON, TrialJSON];
    const { number, attempt } = running;
    expect(trialsAfter.slice(8)).toMatchObject([{ number, attempt, state: 'waiting' }, waiting]);
    await after.ask();
    expect((await before.ask())?.params).toEqual((await after.ask())?.params);
  });

  test('is found among others by its name', async () => {
    const from = memory();
    for (const name of ['a', 'b', 'c'])
      await createStudy({ name, storage: from, space: space({ x: float(0, 1) }) });
    const to = memory();
    await importOptunaJournal({ from: await textOf(from, ['c', 'a']), to });
    expect((await to.list()).map(({ name }) => name)).toEqual(['c', 'a']);
    const again = memory();
    await importOptunaJournal({ from: await textOf(from), to: again, studies: ['b'] });
    expect((await again.list()).map(({ name }) => name)).toEqual(['b']);
  });
});

describe('a journal of Optuna', () => {
  const read = (file: string): string => readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8');

  /** What Optuna 4 and older would have written: times without an offset, and constraints as one list. */
  const asWrittenByOptuna4 = (journal: string): string =>
    journal
      .replaceAll(
        /"([-\d]+T[:\d]+\.)(\d{3})(\d{3})\+00:00"/g,
        (_, whole: string, ms: string, rest: string) => {
          const time = new Date(`${whole}${ms}Z`);
          const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString();
          return `"${local.slice(0, -1)}${rest}"`;
        },
      )
      .replaceAll(/"system_attr":\{"constraints:size":([^}]*)\}/g, '"system_attr":{"constraints":[$1,0.0]}')
      .replaceAll(/^.*"constraints:a".*\n/gm, '');

  // Made by packages/rdb/src/testing/python/optuna_side.py with Optuna 5.0.0: "make" and "describe".
  test.each(['5', '4'])('%s is read with every value', async (version) => {
    const text = version === '5' ? read('optuna-5.journal') : asWrittenByOptuna4(read('optuna-5.journal'));
    const described = parsePythonJson(read('optuna-5.json')) as unknown as DescribedStudy[];
    const to = memory();
    await importOptunaJournal({ from: text, to });
    expect((await to.list()).map(({ name }) => name)).toEqual(described.map(({ name }) => name));
    for (const pythons of described) {
      // Imported, a running trial waits to be run again.
      const trials = pythons.trials.map((trial) =>
        trial.state === 'RUNNING' ? { ...trial, state: 'WAITING', fixed: trial.params, start: null } : trial,
      );
      const words = inPythonsWords(await openStudy({ name: pythons.name, storage: to }), {
        ...pythons,
        trials,
      });
      expect(words.ours).toEqual(words.pythons);
    }
  });

  test('with Windows line ends and a torn last line is read alike', async () => {
    const text = read('optuna-5.journal');
    const to = memory();
    await importOptunaJournal({ from: `${text.replaceAll('\n', '\r\n')}{"op_code":4,"study_`, to });
    const same = memory();
    await importOptunaJournal({ from: [text], to: same });
    const jsonOf = async (storage: Storage) => (await openStudy({ name: 'single', storage })).toJSON().trials;
    expect(await jsonOf(to)).toEqual(await jsonOf(same));
  });

  test('whose program failed before it had chosen everything goes to JSON and back', async () => {
    const entry = (op_code: number, fields: object): string =>
      `${JSON.stringify({ op_code, worker_id: 'w', ...fields })}\n`;
    const set = (trial_id: number, param_name: string): string =>
      entry(5, {
        trial_id,
        param_name,
        param_value_internal: 0.5,
        distribution: '{"type":"float","low":0,"high":1}',
      });
    const to = memory();
    await importOptunaJournal({
      from: [
        entry(0, { study_name: 'a', directions: [1] }),
        ...[0, 1].map(() => entry(4, { study_id: 0, datetime_start: null })),
        set(0, 'x'),
        set(0, 'y'),
        set(1, 'x'),
        ...[0, 1].map((trial_id) =>
          entry(6, { trial_id, state: [1, 3][trial_id], values: trial_id === 0 ? [1] : null }),
        ),
      ],
      to,
    });
    const study = await openStudy({ name: 'a', storage: to });
    const again = await loadStudy(JSON.parse(JSON.stringify(study)) as StudyJSON);
    expect(again.trials.map(({ params }) => params)).toEqual([{ x: 0.5, y: 0.5 }, { x: 0.5 }]);
    await again.optimize(() => 1, { trials: 12 });
    expect(again.trials).toHaveLength(12);
  });

  test('goes into a storage whose place the first study makes', async () => {
    // As a file of SQLite's does.
    let isThere = false;
    const inner = memory();
    const to: Storage = {
      ...inner,
      create: async (...given) => {
        isThere = true;
        return inner.create(...given);
      },
      list: async () => {
        if (isThere) return inner.list();
        throw new StudyError('study_not_found', 'there is no file');
      },
    };
    const imported = await importOptunaJournal({ from: read('optuna-5.journal'), to });
    expect((await to.list()).map(({ name }) => name)).toEqual(imported.map(({ name }) => name));
  });

  test('goes on here', async () => {
    const to = memory();
    await importOptunaJournal({ from: read('optuna-5.journal'), to });
    const study = await openStudy({ name: 'single', storage: to });
    expect(study.history.size).toBeGreaterThan(15);
    await study.optimize((params) => (params as unknown as { lr: number }).lr, { trials: 25 });
    expect(study.best.value).toBe(Infinity);
  });
});

describe.skipIf(typeof python === 'string')(`journals and Python (${nameOf(python)})`, () => {
  const { run } = python as Exclude<typeof python, string>;

  test('reads a journal of ours with every value', async () => {
    const from = memory();
    await eventful(from);
    const path = await temporary();
    await writeFile(path, exportOptunaJournal({ from }));
    const [described] = (await run('describe', path)) as unknown as [DescribedStudy];
    const to = memory();
    await importOptunaJournal({ from: createReadStream(path), to });
    const words = inPythonsWords(await openStudy({ name: described.name, storage: to }), described);
    expect(words.ours).toEqual(words.pythons);
    expect(described.trials.map(({ state }) => state).join(' ')).toBe(
      'COMPLETE COMPLETE COMPLETE FAIL PRUNED COMPLETE COMPLETE COMPLETE WAITING WAITING',
    );
  });

  test('and this library take turns with one journal', async () => {
    const from = memory();
    const study = await createStudy({
      name: 'turns',
      storage: from,
      space: space({ x: float(-5, 5), y: int(1, 8), kind: choice({ a: {}, b: {} }) }),
    });
    await study.optimize(({ x, y, kind }) => (x - 1) ** 2 + y + Number(kind.type === 'b'), { trials: 10 });
    const path = await temporary();
    await writeFile(path, exportOptunaJournal({ from }));
    expect(await run('optimize', path, 'turns', '20')).toEqual({ complete: 20 });
    const to = memory();
    await importOptunaJournal({ from: await readFile(path), to });
    const again = await openStudy({ name: 'turns', storage: to });
    expect(again.trials.slice(0, 10).map(({ params }) => params)).toEqual(
      study.trials.map(({ params }) => params),
    );
    expect(again.trials[15]?.attributes).toEqual({ by: 'python' });
    await again.optimize(() => 100, { trials: 22 });
    expect(again.trials).toHaveLength(22);
  });
});

describe('nothing is imported', () => {
  const text =
    '{"op_code":0,"worker_id":"w","study_name":"a","directions":[1]}\n{"op_code":0,"worker_id":"w","study_name":"b","directions":[1]}\n';

  test('when a name is taken', async () => {
    const to = memory();
    await createStudy({ name: 'b', storage: to, space: space({}) });
    await expect(importOptunaJournal({ from: text, to })).rejects.toThrow(StudyError);
    await expect(importOptunaJournal({ from: text, to })).rejects.toThrow("a study 'b' already");
    expect(await to.list()).toHaveLength(1);
    expect(await importOptunaJournal({ from: text, to, studies: ['a'] })).toEqual([{ name: 'a', trials: 0 }]);
  });

  test('when a name is unknown', async () => {
    await expect(importOptunaJournal({ from: text, to: memory(), studies: ['c'] })).rejects.toThrow(
      "has no study 'c'; its studies are: 'a', 'b'",
    );
    await expect(textOf(memory(), ['c'])).rejects.toThrow(StudyError);
  });

  test('from or to what is no storage', async () => {
    await expect(importOptunaJournal({ from: text, to: 'study.db' as never })).rejects.toThrow(
      InvalidArgumentError,
    );
    await expect(importOptunaJournal('py.log' as never)).rejects.toThrow(/options must be an object/);
    await expect(importOptunaJournal({ from: text, to: memory(), name: 'a' } as never)).rejects.toThrow(
      "unknown option 'name'; the options are from, to, studies",
    );
    await expect(importOptunaJournal({ from: text, to: memory(), studies: 'a' as never })).rejects.toThrow(
      /studies must be a list of names.*not "a"/,
    );
  });

  test('from the path of a journal', async () => {
    await expect(importOptunaJournal({ from: 'py.log', to: memory() })).rejects.toThrow(InvalidArgumentError);
  });

  test('and nothing exported, not even an empty file, from what is no storage', () => {
    for (const wrong of ['study.db', { from: 'study.db' }, { from: undefined }, undefined]) {
      expect(() => exportOptunaJournal(wrong as never)).toThrow(InvalidArgumentError);
    }
    expect(() => exportOptunaJournal({ from: 'study.db' as never })).toThrow(
      `exportOptunaJournal: from must be a storage such as sqlite('study.db'), not "study.db"`,
    );
    expect(() => exportOptunaJournal({ from: memory(), studies: 'a' as never })).toThrow(/list of names/);
  });
});
