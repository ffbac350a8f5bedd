import { describe, expect, it } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { cross } from './cross.ts';

const mixed = space({
  x: float(0, 10),
  kind: categorical(['a', 'b', 'c', 'd']),
  branch: choice({ on: { y: float(0, 1) }, off: {} }),
});
type Params = { x: number; kind: string; branch: { type: string; y?: number } };

const on = (y: number): Params['branch'] => ({ type: 'on', y });
const off = { type: 'off' };
const parents = { target: 0, best: 1, r1: 2, r2: 3 };

function historyOf(...params: Params[]): TrialTable {
  const history = new TrialTable(mixed, ['minimize']);
  for (const [number, p] of params.entries()) {
    history.upsert({ number, row: mixed.encode(p), state: 'complete', values: [0], attempt: 1 });
  }
  return history;
}

describe('cross', () => {
  it('adds differences to the target: v = t + F (best - t) + F (r1 - r2)', () => {
    const history = historyOf(
      { x: 2, kind: 'a', branch: on(0.2) },
      { x: 4, kind: 'b', branch: on(0.3) },
      { x: 7, kind: 'c', branch: on(0.9) },
      { x: 6, kind: 'c', branch: on(0.7) },
    );
    const child = mixed.decode(cross(history, parents, 0.5, 1, createRandom(1))) as Params;
    expect(child.x).toBeCloseTo(2 + 0.5 * 2 + 0.5 * 1, 12);
    expect(child.branch).toEqual({ type: 'on', y: expect.closeTo(0.2 + 0.05 + 0.1, 12) });
    expect(['a', 'b']).toContain(child.kind);
  });

  it('goes half the way to a bound it would cross', () => {
    const history = historyOf(
      { x: 2, kind: 'a', branch: off },
      { x: 1, kind: 'a', branch: off },
      { x: 0, kind: 'a', branch: off },
      { x: 9, kind: 'a', branch: off },
    );
    expect((mixed.decode(cross(history, parents, 1, 1, createRandom(1))) as Params).x).toBeCloseTo(1, 12);
  });

  it('takes one gene at least from the mutant, and the others by CR', () => {
    const history = historyOf(
      { x: 2, kind: 'a', branch: on(0.5) },
      { x: 4, kind: 'b', branch: on(0.75) },
      { x: 5, kind: 'b', branch: on(0.5) },
      { x: 5, kind: 'b', branch: on(0.5) },
    );
    const counts = new Map<number, number>();
    for (let seed = 0; seed < 400; seed++) {
      const child = mixed.decode(cross(history, parents, 1, 0, createRandom(seed))) as Params;
      const changed = [child.x !== 2, child.kind !== 'a', child.branch.y !== 0.5].filter(Boolean).length;
      counts.set(changed, (counts.get(changed) ?? 0) + 1);
    }
    // One of the four leaves is certain; the branch is the same in all parents.
    expect(new Set(counts.keys())).toEqual(new Set([0, 1]));
    expect(counts.get(1)! / 400).toBeCloseTo(3 / 4, 1);
  });

  it('fills a branch that the target lacks from the other parents', () => {
    const history = historyOf(
      { x: 2, kind: 'a', branch: off },
      { x: 4, kind: 'b', branch: on(0.75) },
      { x: 5, kind: 'b', branch: on(0.75) },
      { x: 5, kind: 'b', branch: off },
    );
    const child = mixed.decode(cross(history, parents, 1, 1, createRandom(1))) as Params;
    expect(child.branch).toEqual({ type: 'on', y: 0.75 });
  });
});
