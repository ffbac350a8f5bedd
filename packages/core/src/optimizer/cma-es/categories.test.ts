import { describe, expect, it } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { Categories } from './categories.ts';

const nominal = space({
  a: categorical(['p', 'q', 'r', 's']),
  branch: choice({ x: { b: categorical(['u', 'v']) }, y: { c: float(0, 1) } }),
});

function historyOf(rows: readonly (readonly number[])[]): TrialTable {
  const history = new TrialTable(nominal, ['minimize']);
  for (const [number, row] of rows.entries()) {
    history.upsert({ number, row: Float64Array.from(row), state: 'complete', values: [0], attempt: 1 });
  }
  return history;
}

// Leaves: a, branch, b, c.
const history = historyOf([
  [2, 0, 1, Number.NaN],
  [2, 1, Number.NaN, 0.5],
  [0, 1, Number.NaN, 0.5],
]);

describe('Categories', () => {
  it('moves towards the members by their weights', () => {
    const categories = new Categories(nominal);
    categories.learn(history, [0, 1, 2], Float64Array.of(0.5, 0.3, 0.2), 0.4);
    const kept = 0.6 * 0.25;
    expect([...categories.sharesOf(0)!]).toEqual(
      [kept + 0.4 * 0.2, kept, kept + 0.4 * 0.8, kept].map((x) => expect.closeTo(x, 12)),
    );
    // Only the first member has a say about b: it moves by its weight alone.
    expect([...categories.sharesOf(2)!]).toEqual(
      [0.8 * 0.5, 0.8 * 0.5 + 0.2].map((x) => expect.closeTo(x, 12)),
    );
  });

  it('keeps every category possible', () => {
    const categories = new Categories(nominal);
    for (let i = 0; i < 200; i++) categories.learn(history, [0], Float64Array.of(1), 0.5);
    const margin = (1 - 0.73 ** (1 / 3)) / 3;
    const shares = [...categories.sharesOf(0)!];
    expect(shares).toEqual([margin, margin, 1 - 3 * margin, margin].map((x) => expect.closeTo(x, 12)));
    const likeliest = [0, 1, 2].map((leaf) => Math.max(...categories.sharesOf(leaf)!));
    expect(likeliest.reduce((a, b) => a * b)).toBeCloseTo(0.73, 10);
  });

  it('draws categories as often as they are probable', () => {
    const categories = new Categories(nominal);
    categories.adopt(history, [0, 1, 2], 1);
    expect([...categories.sharesOf(0)!]).toEqual(
      [1.25, 0.25, 2.25, 0.25].map((x) => expect.closeTo(x / 4, 12)),
    );
    const random = createRandom(1);
    const counts = new Float64Array(4);
    const row = new Float64Array(4);
    for (let draw = 0; draw < 20_000; draw++) {
      categories.draw(random, row);
      counts[row[0]!]! += 1 / 20_000;
    }
    for (const [k, share] of categories.sharesOf(0)!.entries()) expect(counts[k]).toBeCloseTo(share, 1);
    categories.reset();
    expect([...categories.sharesOf(0)!]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});
