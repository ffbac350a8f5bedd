import { describe, expect, it } from 'vitest';

import { DiagonalCovariance, FullCovariance, type Covariance } from './covariance.ts';
import { Distribution } from './distribution.ts';
import { createStrategy } from './strategy.ts';

const n = 5;
const lambda = 8;

/** The steps of a generation, best first: spread around the mean, but for the third, which is far off to one side. */
function stepsOf(generation: number): Float64Array {
  const offsets = [2, 1.6, 1.8, 0.6, 1.8];
  return Float64Array.from({ length: lambda * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    const wave = Math.sin(7 * generation + 3 * i + 5 * j + i * j + 1);
    return generation === 2 ? 0.6 * wave + offsets[j]! : 1.2 * wave;
  });
}

const start = (covariance: Covariance, isSeparable: boolean): Distribution =>
  new Distribution(
    Float64Array.from({ length: n }, (_, j) => 0.1 * j),
    0.3,
    covariance,
    createStrategy(n, lambda, isSeparable),
  );

const correlated = (): FullCovariance =>
  new FullCovariance(
    n,
    Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return 0.5 ** Math.abs(i - j) * (1 + 0.25 * Math.min(i, j));
    }),
  );

/** The lower triangle of C by rows, as draws have it: the sum of the squares of what unit vectors become. */
function triangleOf(covariance: Covariance): number[] {
  const columns = Array.from({ length: n }, (_, k) => {
    const column = new Float64Array(n);
    covariance.shape(
      Float64Array.from({ length: n }, (__, j) => (j === k ? 1 : 0)),
      column,
    );
    return column;
  });
  const entry = (i: number, j: number): number =>
    columns.reduce((sum, column) => sum + column[i]! * column[j]!, 0);
  return Array.from({ length: n }, (_, i) => Array.from({ length: i + 1 }, (__, j) => entry(i, j))).flat();
}

const near = (numbers: readonly number[]): unknown[] => numbers.map((x) => expect.closeTo(x, 8));

interface Learnt {
  readonly sigma: number;
  readonly mean: readonly number[];
  /** The lower triangle by rows, or the diagonal of a diagonal matrix. */
  readonly covariance: readonly number[];
}

// Four generations of the steps above in `CMA` of the Python package cmaes 0.13.1, with the learning rate c_mu and the
// weights of the tutorial's revision of 2023 (equations 53 and 58), and generations counted from 0 as in the tutorial.
// In the third the path of sigma is long, so that h_sigma is 0.
const full: readonly Learnt[] = [
  {
    sigma: 0.2613197972,
    mean: [0.1083494951, 0.03046429632, 0.03403427406, 0.2660013486, 0.5517643403],
    covariance: [
      1.047127645, 0.5160205848, 1.133040933, 0.2107281527, 0.5569815841, 1.369926179, 0.1056963936,
      0.2578607521, 0.6090735176, 1.446095307, 0.1016950475, 0.06311231408, 0.145421104, 0.7014778268,
      1.899571723,
    ],
  },
  {
    sigma: 0.2461701087,
    mean: [0.2150301253, 0.04990775849, -0.1414323048, 0.04467426126, 0.5049501747],
    covariance: [
      1.024604755, 0.5899002094, 1.11449803, 0.2048442711, 0.5679947416, 1.419945719, 0.09833921307,
      0.2940455349, 0.7007988765, 1.425041729, 0.1951586581, 0.1116835362, 0.1088407687, 0.5428538459,
      1.729855471,
    ],
  },
  {
    sigma: 0.3018179777,
    mean: [0.7386804574, 0.4861179488, 0.24515128, 0.04913986387, 0.8525427437],
    covariance: [
      1.074757691, 0.631989872, 1.17053233, 0.1867779996, 0.5840081154, 1.452513724, 0.01977305485,
      0.2509800685, 0.685783356, 1.466594844, 0.08850349025, 0.02537324146, -0.01032842815, 0.466899371,
      1.546802074,
    ],
  },
  {
    sigma: 0.3292645814,
    mean: [0.7312298589, 0.6201976201, 0.2388297774, -0.2248210923, 0.5534693229],
    covariance: [
      0.9078218954, 0.4631325815, 1.021199755, 0.1068796402, 0.4959450313, 1.314375641, -0.03254371401,
      0.1503042068, 0.6372349015, 1.535423988, 0.06617734308, -0.0502802826, 0.05402870061, 0.6775180373,
      1.605725821,
    ],
  },
];

// The same with `SepCMA`, with the strategy parameters of `createStrategy`.
const diagonal: readonly Learnt[] = [
  {
    sigma: 0.2568324542,
    mean: [0.1083494951, 0.03046429632, 0.03403427406, 0.2660013486, 0.5517643403],
    covariance: [0.9026382294, 1.029787789, 1.337223633, 1.374657468, 1.680033073],
  },
  {
    sigma: 0.2425169313,
    mean: [0.213198222, 0.04957387837, -0.1384192199, 0.04847485569, 0.5057540603],
    covariance: [0.9340156358, 0.8754249373, 1.320205166, 1.320606562, 1.349038882],
  },
  {
    sigma: 0.3250976203,
    mean: [0.7290775556, 0.4793106865, 0.2424274441, 0.05287418852, 0.8481883372],
    covariance: [1.345213148, 1.124076184, 1.469413262, 1.179247491, 1.379049466],
  },
  {
    sigma: 0.374211239,
    mean: [0.7210522821, 0.6237321103, 0.2356183552, -0.2422177592, 0.5260469654],
    covariance: [1.055180537, 1.007071534, 1.227485167, 1.292035439, 1.3775622],
  },
];

describe('Distribution', () => {
  it('learns as cmaes does: mean, paths, step size and covariance over four generations', () => {
    const distribution = start(correlated(), false);
    for (const [generation, { sigma, mean, covariance }] of full.entries()) {
      distribution.learn(stepsOf(generation), lambda);
      expect([...distribution.mean]).toEqual(near(mean));
      expect(distribution.sigma).toBeCloseTo(sigma, 8);
      expect(triangleOf(distribution.covariance)).toEqual(near(covariance));
    }
  });

  it('learns as cmaes does where the covariance is diagonal', () => {
    const variances = Float64Array.from({ length: n }, (_, j) => 1 + 0.25 * j);
    const distribution = start(new DiagonalCovariance(n, variances), true);
    for (const [generation, { sigma, mean, covariance }] of diagonal.entries()) {
      distribution.learn(stepsOf(generation), lambda);
      expect([...distribution.mean]).toEqual(near(mean));
      expect(distribution.sigma).toBeCloseTo(sigma, 8);
      const learnt = Array.from({ length: n }, (_, j) => distribution.covariance.deviation(j) ** 2);
      expect(learnt).toEqual(near(covariance));
    }
  });

  it('moves the mean by the members that have results, their weights summing to 1', () => {
    const distribution = start(correlated(), false);
    const steps = stepsOf(0);
    const [first, second] = createStrategy(n, lambda, false).weights as unknown as [number, number];
    distribution.learn(steps.slice(), 2);
    const expected = Array.from(
      { length: n },
      (_, j) => 0.1 * j + (0.3 * (first * steps[j]! + second * steps[n + j]!)) / (first + second),
    );
    expect([...distribution.mean]).toEqual(near(expected));
  });

  it('learns nothing from a generation without results', () => {
    const distribution = start(correlated(), false);
    distribution.learn(stepsOf(0), 0);
    expect([...distribution.mean]).toEqual(near([0, 0.1, 0.2, 0.3, 0.4]));
    expect(distribution.sigma).toBe(0.3);
  });

  it('counts a step that is improbably long as one of length sqrt(n) + 3 in the same direction', () => {
    const steps = stepsOf(0);
    const limit = (Math.sqrt(n) + 3) / Math.sqrt(correlated().squaredLength(steps, 0));
    const after = (factor: number): Distribution => {
      const distribution = start(correlated(), false);
      distribution.learn(
        steps.map((x, at) => (at < n ? factor * x : x)),
        lambda,
      );
      return distribution;
    };
    const [shorter, longest, long] = [after(0.99 * limit), after(limit), after(1e6)];
    expect([...long.mean]).toEqual(near([...longest.mean]));
    expect(long.sigma).toBeCloseTo(longest.sigma, 10);
    expect(triangleOf(long.covariance)).toEqual(near(triangleOf(longest.covariance)));
    expect(shorter.mean[0]).not.toBeCloseTo(longest.mean[0]!, 4);
  });

  it('stalls the path of C from the first generation on while the mean moves fast', () => {
    const { c1, cMu, cc, muEff, chiN, weights } = createStrategy(n, lambda, false);
    // Over its usual length, the path of sigma is sqrt(muEff) times the step after one generation.
    const threshold = ((1.4 + 2 / (n + 1)) * chiN) / Math.sqrt(muEff);
    const total = weights.reduce((a, b) => a + b);
    for (const [length, stalled] of [
      [0.99 * threshold, 0],
      [1.01 * threshold, 1],
    ] as const) {
      const distribution = start(new FullCovariance(n), false);
      distribution.learn(
        Float64Array.from({ length: lambda * n }, (_, at) => (at % n === 0 ? length : 0)),
        lambda,
      );
      const keep = 1 + stalled * c1 * cc * (2 - cc) - c1 - cMu * total;
      expect(distribution.deviation(1) / distribution.sigma).toBeCloseTo(Math.sqrt(keep), 12);
    }
  });
});
