import { expect, test } from 'vitest';
import { categorical } from '../hyperparameter/categorical.ts';
import { float } from '../hyperparameter/float.ts';
import { choice } from '../space/choice.ts';
import { space } from '../space/search-space.ts';
import type { TrialState } from '../storage/trial-record.ts';
import { TrialTable } from './history.ts';

test('a finished trial of another program that lacks numbers has defaults for optimizers, and gaps for readers', () => {
  const searched = space({
    rate: float(0, 1, { default: 0.1 }),
    momentum: float(0, 1),
    activation: categorical(['relu', 'tanh']),
    optimizer: choice({ sgd: { decay: float(0, 1) }, adam: {} }),
  });
  const table = new TrialTable(searched, ['minimize']);
  const gap = Number.NaN;
  const row = Float64Array.of(gap, 0.25, gap, gap, gap);
  const upsert = (number: number, state: TrialState): void =>
    table.upsert({ number, state, row, attempt: 1 });
  upsert(0, 'waiting');
  upsert(1, 'failed');
  upsert(2, 'running');
  const seen = (trial: number) => searched.leaves.map(({ index }) => table.column(index)[trial]);
  expect(seen(0)).toEqual([...row]);
  expect(seen(1)).toEqual([0.1, 0.25, 0, 0, 0.5]);
  expect(table.record(1).row).toEqual(row);
  expect(seen(2)).toEqual([...row]);
  upsert(2, 'complete');
  expect(seen(2)).toEqual(seen(1));
});
