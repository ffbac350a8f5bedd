import { describe, expect, test } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { isActive } from '../../space/leaf.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { Pool } from './candidates.ts';
import { Encoding } from './encoding.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters } from './likelihood.ts';
import { maximizeUtility } from './maximize.ts';
import { Posterior } from './posterior.ts';
import { Surrogate } from './surrogate.ts';
import { constrained, expectedImprovement, type Utility } from './utility.ts';

const KNOWN = 14;
/** As many candidates as are screened at least. */
const POOL = 256;

const mixed = space({ x: float(0, 1), n: int(1, 9), kind: categorical(['a', 'b', 'c']) });
const conditional = space({
  n: int(1, 25),
  model: choice({ line: { slope: float(-1, 1) }, tree: { depth: int(1, 6) } }),
});

/** A surrogate made of noisy observations of waves along random directions, one per output. */
function problem(space: SearchSpace, utility: Utility, outputs: number, seed: number) {
  const random = createRandom(seed);
  const encoding = new Encoding(space);
  const { featureCount, groupCount, groupOf } = encoding;
  const kernel: Kernel = {
    features: featureCount,
    groups: groupCount,
    groupOf,
    isAdditive: true,
    typicalScale: 0.6,
  };
  const rows = Array.from({ length: KNOWN }, () => space.sampleRow(random).slice());
  const points = new Float64Array(KNOWN * featureCount);
  for (const [i, row] of rows.entries()) encoding.encode(row, points, i * featureCount);
  const targets = Array.from({ length: outputs }, () => {
    const direction = Float64Array.from({ length: featureCount }, () => 2 * random.normal());
    return Float64Array.from({ length: KNOWN }, (_, i) => {
      const phase = direction.reduce((sum, w, f) => sum + w * points[i * featureCount + f]!, 0);
      return 1.4 * Math.sin(phase) + 0.1 * random.normal();
    });
  });
  const models = targets.map((y) => new Posterior(kernel, initialParameters(kernel), points, y, 0));
  const best = rows[targets[0]!.indexOf(Math.min(...targets[0]!))]!;
  return { random, encoding, surrogate: new Surrogate(models, utility), best };
}

/** The greatest utility on a grid: every value of discrete leaves, 151 of continuous ones. */
function gridMaximum(surrogate: Surrogate, encoding: Encoding): number {
  const { leaves } = encoding.space;
  const features = new Float64Array(encoding.featureCount);
  let greatest = -Infinity;
  const visit = (row: Float64Array, leaf: number): void => {
    if (leaf === leaves.length) {
      encoding.encode(row, features);
      greatest = Math.max(greatest, surrogate.evaluate(features, 0, false));
      return;
    }
    const { parameter } = leaves[leaf]!;
    if (!isActive(leaves[leaf]!, row)) {
      row[leaf] = Number.NaN;
      visit(row, leaf + 1);
      return;
    }
    const count = Math.min(151, parameter.cardinality);
    for (let k = 0; k < count; k++) {
      if (parameter.isNominal) row[leaf] = k;
      else row[leaf] = parameter.fromUnit(parameter.cardinality < 151 ? (k + 0.5) / count : k / (count - 1));
      visit(row, leaf + 1);
    }
  };
  visit(new Float64Array(leaves.length), 0);
  return greatest;
}

describe.each<[string, Utility, number]>([
  ['expected improvement', expectedImprovement(-1), 1],
  ['expected improvement under a constraint', constrained(expectedImprovement(-1), 1, [0]), 2],
  ['feasibility alone', constrained(null, 1, [-2.5]), 2],
])('maximizeUtility reaches the greatest value of a dense grid: %s', (_, utility, outputs) => {
  test.each<[string, SearchSpace]>([
    ['mixed leaves', mixed],
    ['branches', conditional],
  ])('%s', (_name, space) => {
    let gained = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const { random, encoding, surrogate, best } = problem(space, utility, outputs, seed);
      const pool = new Pool(encoding, POOL, () => true);
      for (let i = 0; i < POOL; i++) {
        pool.draft.set(space.drawRow(random));
        pool.commit();
      }
      const fill = Float64Array.from(space.leaves, ({ parameter }) =>
        parameter.fromUnit(parameter.isNominal ? 0 : 0.5),
      );
      const found = maximizeUtility(surrogate, pool, { incumbents: [best], fill, random });
      const features = new Float64Array(encoding.featureCount);
      encoding.encode(found[0]!.row, features);
      expect(surrogate.evaluate(features, 0, false)).toBeCloseTo(found[0]!.value, 9);
      expect(found[0]!.value).toBeGreaterThan(gridMaximum(surrogate, encoding) - 2e-3);
      let screened = -Infinity;
      for (let i = 0; i < pool.size; i++) {
        screened = Math.max(screened, surrogate.evaluate(pool.features, i * encoding.featureCount, false));
      }
      gained += found[0]!.value - screened;
    }
    // Screening alone does not get there.
    expect(gained).toBeGreaterThan(0.01);
  });
});
