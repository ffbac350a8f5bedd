import { describe, expect, test } from 'vitest';

import { normalCdf } from './normal.ts';
import { studentCdf } from './student.ts';

describe("Student's t", () => {
  test.each([
    // t, degrees of freedom, scipy.stats.t.cdf of SciPy 1.17.1
    [-1.5, 1, 0.18716704181099886],
    [0.3, 2, 0.6037571695799112],
    [-2.7, 3, 0.03689301892003029],
    [4, 4, 0.9919349550499538],
    [-0.01, 7, 0.49615015882181085],
    [-6, 12, 3.108369432429282e-5],
    [1.2, 37, 0.8811166066577418],
    [-3, 38, 0.002373166108516938],
  ])('at %f with %i degrees of freedom', (t, degrees, cdf) => {
    expect(studentCdf(t, degrees)).toBeCloseTo(cdf, 13);
  });

  test('goes from 0 to 1, and towards the normal distribution', () => {
    for (const degrees of [1, 2, 5, 6]) {
      expect(studentCdf(-Infinity, degrees)).toBeCloseTo(0, 14);
      expect(studentCdf(0, degrees)).toBe(0.5);
      expect(studentCdf(Infinity, degrees)).toBeCloseTo(1, 14);
    }
    expect(studentCdf(1.3, 100_000)).toBeCloseTo(normalCdf(1.3), 5);
  });
});
