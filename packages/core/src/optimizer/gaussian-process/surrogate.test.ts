import { describe, expect, test } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { hypervolumeImprovement } from './hypervolume-improvement.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters } from './likelihood.ts';
import { Posterior } from './posterior.ts';
import { Surrogate } from './surrogate.ts';
import { constrained, expectedImprovement, type Utility } from './utility.ts';

const kernel: Kernel = {
  features: 2,
  groups: 2,
  groupOf: Int32Array.of(0, 1),
  isAdditive: true,
  typicalScale: 0.6,
};

const random = createRandom(1);
const pointsOf = (count: number): Float64Array =>
  Float64Array.from({ length: 2 * count }, () => random.uniform());

/** Models of as many random functions, all known at the same ten points. */
function modelsOf(outputs: number): Posterior[] {
  const points = pointsOf(10);
  return Array.from({ length: outputs }, () => {
    const targets = Float64Array.from({ length: 10 }, () => random.normal());
    return new Posterior(kernel, initialParameters(kernel), points, targets, 0);
  });
}

const front = Float64Array.of(-1, 0.5, 0, 0, 0.5, -1);
const volume = hypervolumeImprovement(front, Float64Array.of(1, 1));

describe.each<[string, number, Utility]>([
  ['expected improvement', 1, expectedImprovement(-0.5)],
  ['expected hypervolume improvement', 2, volume],
  ['three objectives', 3, hypervolumeImprovement(Float64Array.of(0, 0, 0), Float64Array.of(1, 1, 1))],
  ['expected improvement under constraints', 3, constrained(expectedImprovement(-0.5), 1, [0.8, -0.5])],
  ['hypervolume under a constraint', 3, constrained(volume, 2, [0.5])],
  ['feasibility alone', 2, constrained(null, 1, [0.3])],
])('%s', (_, outputs, utility) => {
  test('a glimpse is never below the utility', () => {
    for (let repetition = 0; repetition < 5; repetition++) {
      const surrogate = new Surrogate(modelsOf(outputs), utility);
      const points = pointsOf(200);
      for (let i = 0; i < 200; i++) {
        const value = surrogate.evaluate(points, 2 * i, false);
        expect(surrogate.glimpse(points, 2 * i)).toBeGreaterThanOrEqual(value - 1e-9 * (1 + Math.abs(value)));
      }
    }
  });

  test('a survey scores exactly those of the highest glimpses', () => {
    const surrogate = new Surrogate(modelsOf(outputs), utility);
    const points = pointsOf(60);
    const scores = surrogate.survey(points, 60, 20);
    const glimpses = scores.map((_score, i) => surrogate.glimpse(points, 2 * i));
    const scored = scores.reduce<number[]>((list, score, i) => (score > -Infinity ? [...list, i] : list), []);
    expect(scored).toHaveLength(20);
    for (const i of scored) expect(scores[i]).toBeCloseTo(surrogate.evaluate(points, 2 * i, false), 9);
    const others = glimpses.filter((_glimpse, i) => !scored.includes(i));
    const lowest = Math.min(...scored.map((i) => glimpses[i]!));
    expect(lowest).toBeGreaterThanOrEqual(Math.max(...others) - 1e-9);
  });
});

test('of points that are predicted to be feasible, a survey scores those that are so most surely', () => {
  const known = Float64Array.of(0, 0.5, 1, 0.5);
  const model = new Posterior(kernel, initialParameters(kernel), known, Float64Array.of(0, -1), 0);
  const surrogate = new Surrogate([model, model], constrained(null, 1, [0.2]));
  const points = Float64Array.from({ length: 2 * 40 }, (_, i) => (i % 2 === 0 ? i / 80 : 0.5));
  const utilities = Array.from({ length: 40 }, (_, i) => surrogate.evaluate(points, 2 * i, false));
  const best = utilities.indexOf(Math.max(...utilities));
  expect(best).toBeGreaterThan(5);
  expect(surrogate.survey(points, 40, 5)[best]).toBeCloseTo(utilities[best]!, 12);
});
