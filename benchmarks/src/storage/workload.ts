import {
  createRandom,
  float,
  memory,
  noPruning,
  openStudy,
  random,
  space,
  tpe,
  type Storage,
  type Study,
  type TrialRecord,
} from '@tunable/core';
import { postgres } from '@tunable/postgres';
import { sqlite } from '@tunable/sqlite';

/** Ten floats, as Optuna's figures have it. */
const TEN_FLOATS = space(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, float(0, 1)])));

type Params = Record<string, number>;

const loss = (params: Params): number => Object.values(params).reduce((sum, x) => sum + (x - 0.3) ** 2, 0);

/** The storage behind a URL. */
export function storageOf(url: string): Storage {
  if (url === 'memory:') return memory();
  return url.startsWith('sqlite:///') ? sqlite(url.slice('sqlite:///'.length)) : postgres(url);
}

/** Creates a study of `history` random trials. */
export async function createFilled(storage: Storage, name: string, history: number): Promise<void> {
  const draw = createRandom(1);
  const records = Array.from({ length: history }, (_, number): TrialRecord => {
    const row = TEN_FLOATS.sampleRow(draw);
    const at = 1.7e12 + 1000 * number;
    return {
      number,
      state: 'complete',
      row,
      values: [loss(TEN_FLOATS.decode(row))],
      by: 'random',
      attempt: 1,
      startedAt: at,
      finishedAt: at + 500,
    };
  });
  const header = { name, space: TEN_FLOATS.toJSON(), directions: ['minimize' as const], seed: 1 };
  const store = await storage.create({ ...header, createdAt: 1.7e12, attributes: {} }, records);
  await store.close();
}

/** Opens a study for a worker. */
export function openFor(storage: Storage, name: string, optimizer: 'random' | 'tpe'): Promise<Study<Params>> {
  return openStudy({
    name,
    storage,
    space: TEN_FLOATS,
    optimizer: optimizer === 'tpe' ? tpe() : random(),
    pruner: noPruning(),
  });
}

/** One ask + tell; the milliseconds of asking. */
export async function runTrial(study: Study<Params>): Promise<number> {
  const start = performance.now();
  const trial = await study.ask();
  const asked = performance.now();
  if (trial === null) throw new Error('there is nothing left to ask for');
  await study.tell(trial, loss(trial.params));
  return asked - start;
}
