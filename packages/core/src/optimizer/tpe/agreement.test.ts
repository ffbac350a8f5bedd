import { expect, test } from 'vitest';
import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import type { EarlierStudy, SuggestContext } from '../optimizer.ts';
import { agreement, PRIOR_AGREEMENT } from './agreement.ts';
import { withPseudoObservations } from './pseudo-observations.ts';

const s = space({ x: float(0, 1), kind: categorical(['a', 'b']), extra: float(0, 1) });
const f = (x: number, kind: number) => (x - 0.3) ** 2 + kind;

/** A study that knew `x` and `kind`. */
function earlierStudy(sign: number): EarlierStudy {
  const rows = Array.from({ length: 60 }, (_, i) => Float64Array.of(i / 60, i % 2, Number.NaN));
  const losses = Float64Array.from(rows, (row) => sign * f(row[0]!, row[1]!));
  return { name: 'earlier', knows: [true, true, false], rows, losses };
}

function contextOf(
  finished: number,
  earlier: EarlierStudy[],
  direction: 'minimize' | 'maximize' = 'minimize',
) {
  const history = new TrialTable(s, [direction]);
  for (let number = 0; number < finished; number++) {
    const row = s.sampleRow(createRandom(1, number));
    const loss = f(row[0]!, row[1]!);
    const values = [direction === 'minimize' ? loss : -loss];
    history.upsert({ number, state: 'complete', row, values, attempt: 1 });
  }
  history.upsert({ number: finished, state: 'running', row: s.sampleRow(createRandom(9)), attempt: 1 });
  const context: SuggestContext = {
    number: finished + 1,
    space: s,
    directions: [direction],
    history,
    seed: 1,
    random: createRandom(1, finished),
    accepts: () => true,
    earlier,
  };
  return context;
}

test('agreement is expected at first, and then seen', () => {
  expect(agreement(earlierStudy(1), contextOf(0, []))).toBe(PRIOR_AGREEMENT);
  expect(agreement(earlierStudy(1), contextOf(20, []))).toBeGreaterThan(0.85);
  expect(agreement(earlierStudy(1), contextOf(20, [], 'maximize'))).toBeGreaterThan(0.85);
  expect(agreement(earlierStudy(-1), contextOf(20, []))).toBe(0);
});

test('what agrees stands in front of the trials of the study itself', () => {
  for (const direction of ['minimize', 'maximize'] as const) {
    const context = contextOf(6, [earlierStudy(1)], direction);
    const { history, number } = withPseudoObservations(context);
    const added = history.size - context.history.size;
    expect(added).toBe(24);
    expect(number).toBe(context.number + added);
    expect(history.running).toEqual([6 + added]);
    expect(history.finished.slice(added)).toEqual([0, 1, 2, 3, 4, 5].map((trial) => trial + added));
    expect(history.losses(0).slice(added, added + 6)).toEqual(context.history.losses(0).slice(0, 6));
    // Each is as good, among the trials seen, as it was among those of its study.
    const seen = context.history.losses(0).slice(0, 6).toSorted();
    expect(history.losses(0)[0]).toBe(seen[0]);
    expect(history.losses(0)[added - 1]).toBe(seen[5]);
    for (let trial = 0; trial < history.size; trial++) expect(history.column(2)[trial]).not.toBeNaN();
  }
});

test('nothing is added where it contradicts, and in the end', () => {
  for (const context of [contextOf(10, [earlierStudy(-1)]), contextOf(5, [])]) {
    expect(withPseudoObservations(context).history.size).toBe(context.history.size);
  }
  const late = contextOf(30, [earlierStudy(1)]);
  expect(withPseudoObservations(late)).toBe(late);
});
