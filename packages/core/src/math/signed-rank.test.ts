import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { signedRankPValue } from './signed-rank.ts';

/** `scipy.stats.wilcoxon(differences, alternative='greater', zero_method='zsplit').pvalue` of SciPy 1.17.1. */
const SCIPY: readonly (readonly [pValue: number, differences: readonly number[]])[] = [
  [0.5, [1]],
  [0.25, [1, 2]],
  [0.5, [-1, 2]],
  [1.0, [0, 0, 0]],
  [0.25, [0, 1, 2]],
  [0.5, [0, -1, 1, 1]],
  [0.08984375, [3, 1, 4, 1, 5, -9, 2, 6]],
  [0.064453125, [0, 0, 2, 2, -2, 3, 3, -1, 0, 1, 1, 4, -1]],
  [0.5, [2.34, -2.26, 0.72, -0.27, -0.15]],
  [0.574951171875, [0.08, -1.72, 0.07, -0.57, 3.62, 0.53, -0.05, 0.02, -0.37, -0.76, -0.09, 0.78]],
  [0.27081298828125, [0.01, 1.18, 0.88, 0.39, 0.97, -2.53, 1.32, -0.66, -1.37, 0.58, 1, -0.14, -0.78, 0.33]],
  [
    0.12671805266290903,
    [
      0.2473, 1.7056, 1.0474, 0.4938, 1.4116, 0.0945, -0.6259, 0.8841, 0.8825, 0.0852, -0.4828, 0.5292,
      -2.1939, 0.9901, 0.7914, -1.3389, 0.3614, -0.6641, 1.0572, -1.7342, -0.6145, 1.0096, 1.4564, -1.858,
      -0.198, 0.628, -0.3092, 1.8906, -0.8912, 0.6545,
    ],
  ],
  [
    0.0016027103251747832,
    [
      0.1026, 1.0675, 0.4554, 2.0599, 1.0422, 1.6686, -0.7777, 0.1078, -0.5138, 1.8049, 0.9576, -0.0051,
      -0.1525, 0.7847, -0.4015, -0.6306, 0.7813, 2.7631, 0.0539, -0.2559, -0.8712, -1.035, 0.825, 1.1508,
      0.3092, 0.6326, 0.4159, 0.4387, -1.2262, -0.1581, 0.4115, -0.4832, -0.1764, -0.5191, -0.0335, 1.1531,
      -0.1066, 0.1461, 1.1137, 0.9448, 1.9952, -1.7905, 1.1569, -0.1823, 0.4347, 1.1377, 1.3833, 1.3394,
      0.4551, 1.9097,
    ],
  ],
  [
    0.04665038274159765,
    [
      -4, 4, -1, 1, 2, -3, -2, 0, -3, 5, -1, 2, -3, 6, 1, -4, -1, -1, -2, 4, 6, 3, -2, 2, 1, 3, 5, 5, 4, 3, 0,
      2, -3, 2, 1, 3, 1, -1, 1, 3, -2, 2, -1, 4, 2, 1, -4, -4, -2, 1, 1,
    ],
  ],
  [
    0.08541977234117132,
    [
      5, -3, 3, 0, 3, -3, 0, -3, -1, -2, 3, 3, -4, -1, 5, 5, 5, -3, 6, 0, -3, 3, -3, -4, 5, -3, 0, 5, -2, -1,
      0, 4, 3, -1, -3, 0, 1, 0, 3, -3, 3, 1, -4, 3, 4, -1, 0, 2, 0, 1, 2, 2, -1, -3, 5, 0, -2, 6, 1, -1,
    ],
  ],
];

describe('the signed-rank test', () => {
  test.each(SCIPY)('gives %f, as SciPy does', (pValue, differences) => {
    expect(signedRankPValue(differences)).toBeCloseTo(pValue, 12);
  });

  test('is exact with ties and zeros where SciPy approximates', () => {
    // 16 differences with ties: the share of all 2^16 choices of signs.
    const differences = [-2, -3, 2, 2, 5, 5, 4, -3, -2, 2, 2, -2, 5, 5, -2, 2];
    expect(signedRankPValue(differences)).toBeCloseTo(0.0830841064453125, 14);
  });

  test('counts the signs that give a sum of ranks as large', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }),
        (differences) => {
          const sizes = differences.map(Math.abs);
          const ranks = sizes.map(
            (x) => sizes.filter((y) => y < x).length + (sizes.filter((y) => y === x).length + 1) / 2,
          );
          const sum = (isPositive: (i: number) => boolean): number =>
            ranks.reduce(
              (total, rank, i) => total + (sizes[i] === 0 ? rank / 2 : isPositive(i) ? rank : 0),
              0,
            );
          const observed = sum((i) => (differences[i] as number) > 0);
          let asLarge = 0;
          const choices = 2 ** differences.length;
          for (let signs = 0; signs < choices; signs++) {
            if (sum((i) => ((signs >> i) & 1) === 1) >= observed) asLarge++;
          }
          expect(signedRankPValue(differences)).toBeCloseTo(asLarge / choices, 12);
        },
      ),
    );
  });
});
