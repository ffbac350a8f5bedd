import { describe, expect, it } from 'vitest';

import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { coordinatesOf } from './coordinates.ts';
import { warmStartFrom } from './warm-start.ts';

const plane = space({ x: float(0, 1), y: float(0, 1) });

function historyOf(points: readonly (readonly [number, number, number])[]): TrialTable {
  const history = new TrialTable(plane, ['minimize']);
  for (const [number, [x, y, value]] of points.entries()) {
    history.upsert({ number, row: Float64Array.of(x, y), state: 'complete', values: [value], attempt: 1 });
  }
  return history;
}

describe('warmStartFrom', () => {
  it('has the mean and covariance of the best tenth, and 0.1 around each', () => {
    const random = createRandom(1);
    const bad = Array.from({ length: 36 }, (): [number, number, number] => [
      random.uniform(),
      random.uniform(),
      9,
    ]);
    const history = historyOf([...bad, [0.2, 0.3, 1], [0.4, 0.5, 2], [0.6, 0.7, 3], [0.8, 0.9, 4]]);
    const { mean, sigma, matrix, promising } = warmStartFrom(
      history,
      history.finished,
      coordinatesOf(plane),
    )!;
    expect(promising).toEqual([36, 37, 38, 39]);
    expect([...mean]).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.6, 12)]);
    expect([...matrix].map((entry) => entry * sigma ** 2)).toEqual(
      [0.06, 0.05, 0.05, 0.06].map((x) => expect.closeTo(x, 12)),
    );
    expect(matrix[0]! * matrix[3]! - matrix[1]! * matrix[2]!).toBeCloseTo(1, 12);
  });

  it('needs ten complete trials', () => {
    const points = Array.from({ length: 10 }, (_, i): [number, number, number] => [i / 20 + 0.2, 0.5, i]);
    const history = historyOf(points);
    expect(warmStartFrom(history, history.finished.slice(1), coordinatesOf(plane))).toBeUndefined();
    const { mean, sigma } = warmStartFrom(history, history.finished, coordinatesOf(plane))!;
    expect([...mean]).toEqual([expect.closeTo(0.2, 12), 0.5]);
    expect(sigma).toBeCloseTo(0.1, 12);
  });
});
