import { expect, test } from 'vitest';

import { grid } from '../optimizer/grid/grid.ts';
import { int } from '../hyperparameter/int.ts';
import { space } from '../space/search-space.ts';
import { nearestNeighbours } from '../testing/learners.ts';
import { dataset } from './create-dataset.ts';
import { tuneSummary } from './tune-summary.ts';
import { tune } from './tune.ts';

const fold = { test: {}, fitMs: 1, scoreMs: 1 };
const best = {
  number: 17,
  params: { trees: 123_456, features: 1 / 3, optimizer: { type: 'adam' } },
  value: 0.973333,
  std: 0.02119,
  metrics: {},
  folds: [fold, fold],
};
const params = '{"trees":123456,"features":0.3333,"optimizer":{"type":"adam"}}';

test('a line says how good the best configuration is, how good the untuned one, and what it is', () => {
  const baseline = { ...best, number: 0, value: 0.95 };
  expect(tuneSummary({ metric: 'accuracy', best, baseline })).toBe(
    `accuracy 0.9733 ± 0.021 (#17), untuned 0.95: ${params}`,
  );
  expect(tuneSummary({ metric: 'accuracy', best, baseline: best })).toBe(
    `accuracy 0.9733 ± 0.021 (#17), which is the untuned one: ${params}`,
  );
  expect(tuneSummary({ metric: 'r2', best: { ...best, folds: [fold] }, baseline: undefined })).toBe(
    `r2 0.9733 (#17): ${params}`,
  );
});

test('tune writes it where it shows progress, and nothing otherwise', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(i)]);
  const data = dataset({ features: rows, target: rows.map(([a = 0]) => a > 0) });
  const said = async (progress: boolean | 'auto'): Promise<string> => {
    const { write } = process.stderr;
    let text = '';
    process.stderr.write = (chunk: string | Uint8Array) => {
      text += String(chunk);
      return true;
    };
    try {
      await tune(nearestNeighbours(), data, {
        space: space({ neighbours: int(3, 5, { default: 5 }) }),
        optimizer: grid(),
        progress,
      });
    } finally {
      process.stderr.write = write;
    }
    return text;
  };
  expect(await said(true)).toMatch(
    / 3\/50 trials .*\naccuracy [\d.]+ ± [\d.]+ \(#\d\), .*: \{"neighbours":\d\}\n$/,
  );
  expect(await said(false)).toBe('');
  expect(await said('auto')).toBe('');
});
