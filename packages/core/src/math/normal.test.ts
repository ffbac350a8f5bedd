import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  erfcx,
  logNormalCdf,
  logNormalMass,
  logNormalPdf,
  normalCdf,
  normalPdf,
  normalQuantile,
} from './normal.ts';

// All reference values were computed with mpmath at 50 digits or more and rounded to doubles.

const relativeError = (actual: number, expected: number): number =>
  expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);

test.each([
  [-5, 144009798674.66104],
  [-1, 5.008980080762283],
  [-0.25, 1.358642370104722],
  [0, 1],
  [0.1, 0.8964569799691267],
  [0.5, 0.6156903441929259],
  [1, 0.427583576155807],
  [2, 0.25539567631050575],
  [3.75, 0.14558972127503855],
  [7.5, 0.07457369306287669],
  [20, 0.02817434874105132],
  [100, 0.005641613782989433],
  [1e5, 5.6418958351954685e-6],
  [1e10, 5.641895835477563e-11],
])('erfcx(%d)', (x, expected) => expect(relativeError(erfcx(x), expected)).toBeLessThan(2e-15));

test.each([
  [-37, 5.725571222524577e-300],
  [-10, 7.619853024160525e-24],
  [-5, 2.866515718791939e-7],
  [-2, 0.02275013194817921],
  [-1, 0.15865525393145705],
  [-0.5, 0.3085375387259869],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1, 0.8413447460685429],
  [2, 0.9772498680518208],
  [5, 0.9999997133484281],
  [8, 0.9999999999999993],
])('normalCdf(%d)', (z, expected) =>
  expect(relativeError(normalCdf(z), expected)).toBeLessThan(z < -5 ? 1e-13 : 2e-15),
);

test.each([
  [-1e8, -5000000000000019],
  [-1000, -500007.82669481216],
  [-40, -804.6084420137538],
  [-37, -689.0305855768906],
  [-10, -53.23128515051247],
  [-5, -15.064998393988725],
  [-2, -3.783184333682032],
  [-1, -1.8410216450092636],
  [-0.5, -1.1759117615936185],
  [0, -Math.LN2],
  [0.5, -0.3689464152886564],
  [1, -0.17275377902344988],
  [2, -0.02301290932896349],
  [5, -2.866516129637636e-7],
  [8, -6.220960574271786e-16],
])('logNormalCdf(%d)', (z, expected) => expect(relativeError(logNormalCdf(z), expected)).toBeLessThan(2e-15));

describe('logNormalMass', () => {
  test.each([
    [-1, 1, -0.38171514630212605],
    [-0.5, 3, -0.37090055956203255],
    [0, 1e-9, -21.642204370151084],
    [3, 3.000001, -19.234450591168738],
    [3, 3.01, -10.039087761156859],
    [-40, -39, -765.0831565643775],
    [39, 40, -765.0831565643775],
    [39, 39.0000001, -777.5370361341623],
    [-100, 0.1, -0.6165050101150263],
    [10, 20, -53.23128515051247],
    [5, 1000, -15.064998393988725],
    [-8, -7.99, -37.48385906748789],
    [1, 1.02, -5.341011203806205],
    [-2, -1.97, -6.395498680323255],
    [-0.001, 0.001, -7.13354679829352],
    [0.001, 0.5, -1.655149345697407],
  ])('of [%d, %d]', (a, b, expected) =>
    expect(relativeError(logNormalMass(a, b), expected)).toBeLessThan(1e-9),
  );

  test('is -Infinity for an empty interval', () => {
    expect(logNormalMass(1, 1)).toBe(Number.NEGATIVE_INFINITY);
    expect(logNormalMass(2, 1)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('is symmetric, and the masses of two halves add up', () => {
    const bound = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(bound, bound, bound, (x, y, z) => {
        const [a, b, c] = [x, y, z].toSorted((p, q) => p - q) as [number, number, number];
        fc.pre(a < b && b < c);
        expect(relativeError(logNormalMass(-c, -a), logNormalMass(a, c))).toBeLessThan(1e-12);
        const left = logNormalMass(a, b);
        const right = logNormalMass(b, c);
        const whole = Math.max(left, right) + Math.log1p(Math.exp(-Math.abs(left - right)));
        expect(Math.abs(whole - logNormalMass(a, c))).toBeLessThan(1e-7);
      }),
    );
  });
});

describe('normalQuantile', () => {
  test.each([
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-20, -9.262340089798407],
    [1e-5, -4.264890793922825],
    [0.001, -3.0902323061678136],
    [0.025, -1.9599639845400543],
    [0.1, -1.2815515655446004],
    [0.3, -0.5244005127080408],
    [0.7, 0.5244005127080408],
    [0.975, 1.9599639845400543],
  ])('of %d', (p, expected) => expect(relativeError(normalQuantile(p), expected)).toBeLessThan(1e-14));

  test('of one half is 0, and the ends are infinite', () => {
    expect(normalQuantile(0.5)).toBeCloseTo(0, 15);
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(-0.1)).toBeNaN();
    expect(normalQuantile(1.1)).toBeNaN();
    expect(normalQuantile(Number.NaN)).toBeNaN();
  });

  test('undoes normalCdf', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (z) => {
        expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9);
      }),
    );
  });
});

test('the density is the derivative of the distribution function', () => {
  for (const z of [-6, -2, -0.3, 0, 1, 4]) {
    expect(relativeError(normalPdf(z), Math.exp(logNormalPdf(z)))).toBeLessThan(1e-15);
    expect(relativeError((normalCdf(z + 1e-5) - normalCdf(z - 1e-5)) / 2e-5, normalPdf(z))).toBeLessThan(
      1e-5,
    );
  }
});
