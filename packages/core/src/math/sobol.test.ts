import { describe, expect, test } from 'vitest';

import { createSobol } from './sobol.ts';

/** By dimension: the first 16 points, times 2^16, of SciPy 1.x's `qmc.Sobol(256, scramble=False)`. */
const SCIPY_FIRST: Readonly<Record<number, readonly number[]>> = {
  0: [
    0, 32768, 49152, 16384, 24576, 57344, 40960, 8192, 12288, 45056, 61440, 28672, 20480, 53248, 36864, 4096,
  ],
  1: [
    0, 32768, 16384, 49152, 24576, 57344, 8192, 40960, 20480, 53248, 4096, 36864, 12288, 45056, 28672, 61440,
  ],
  2: [
    0, 32768, 16384, 49152, 40960, 8192, 57344, 24576, 61440, 28672, 45056, 12288, 20480, 53248, 4096, 36864,
  ],
  3: [
    0, 32768, 16384, 49152, 57344, 24576, 40960, 8192, 28672, 61440, 12288, 45056, 36864, 4096, 53248, 20480,
  ],
  10: [
    0, 32768, 49152, 16384, 57344, 24576, 8192, 40960, 45056, 12288, 28672, 61440, 20480, 53248, 36864, 4096,
  ],
  36: [
    0, 32768, 16384, 49152, 40960, 8192, 57344, 24576, 12288, 45056, 28672, 61440, 36864, 4096, 53248, 20480,
  ],
  100: [
    0, 32768, 16384, 49152, 40960, 8192, 57344, 24576, 4096, 36864, 20480, 53248, 45056, 12288, 61440, 28672,
  ],
  255: [
    0, 32768, 49152, 16384, 24576, 57344, 40960, 8192, 28672, 61440, 45056, 12288, 4096, 36864, 53248, 20480,
  ],
};

/** Point 12345 of the same, times 2^30. */
const SCIPY_12345: Readonly<Record<number, number>> = {
  0: 688193536,
  1: 873398272,
  2: 172163072,
  3: 565641216,
  10: 79757312,
  36: 2818048,
  100: 579272704,
  255: 631439360,
};

/** How many of `numbers` in [0, 1) lie in each of `cells` intervals of equal length. */
function counts(numbers: readonly number[], cells: number): number[] {
  const result = Array.from({ length: cells }, () => 0);
  for (const x of numbers) result[Math.floor(x * cells)] = (result[Math.floor(x * cells)] as number) + 1;
  return result;
}

describe('the plain sequence', () => {
  test("begins like SciPy's", () => {
    const sequence = createSobol(256);
    for (const [d, expected] of Object.entries(SCIPY_FIRST)) {
      expect(
        Array.from({ length: 16 }, (_, n) => (sequence.point(n)[Number(d)] as number) * 2 ** 16),
      ).toEqual(expected);
    }
  });

  test('reaches any point at once', () => {
    const point = createSobol(256).point(12345);
    for (const [d, expected] of Object.entries(SCIPY_12345))
      expect((point[Number(d)] as number) * 2 ** 30).toBe(expected);
  });

  test("has SciPy's numbers in all 256 dimensions", () => {
    const sequence = createSobol(256);
    let checksum = 0;
    for (let n = 0; n < 1024; n++) {
      for (const x of sequence.point(n)) checksum = (checksum * 31 + x * 2 ** 30) % (2 ** 31 - 1);
    }
    // The same sum over the 1024 x 256 numbers of qmc.Sobol(256, scramble=False, bits=30).
    expect(checksum).toBe(1_547_838_764);
  });

  test('does not depend on the number of dimensions', () => {
    expect([...createSobol(3).point(77)]).toEqual([...createSobol(256).point(77).subarray(0, 3)]);
    expect(createSobol(0).point(5)).toHaveLength(0);
  });

  test('ends with the table', () => {
    expect(() => createSobol(257)).toThrow(/at most 256/);
  });
});

describe('the scrambled sequence', () => {
  const dimensions = 600;

  test('is the same for the same seed and index, in any order of asking', () => {
    const forwards = createSobol(8, 3);
    const points = Array.from({ length: 50 }, (_, n) => [...forwards.point(n)]);
    const backwards = createSobol(8, 3);
    for (let n = 49; n >= 0; n--) expect([...backwards.point(n)]).toEqual(points[n]);
    expect([...createSobol(8, 4).point(0)]).not.toEqual(points[0]);
  });

  test.each([1, 2, 1234567])(
    'has one of every aligned 2^k points in each interval of length 2^-k (seed %i)',
    (seed) => {
      const sequence = createSobol(dimensions, seed);
      for (const [first, length] of [
        [0, 2],
        [0, 64],
        [0, 256],
        [192, 64],
        [2 ** 20, 128],
      ] as const) {
        const points = Array.from({ length }, (_, n) => sequence.point(first + n));
        for (let d = 0; d < dimensions; d++) {
          const inEach = counts(
            points.map((point) => point[d] as number),
            length,
          );
          expect(inEach.every((n) => n === 1)).toBe(true);
        }
      }
    },
  );

  test('fills the squares of the first two dimensions evenly, a (0, m, 2)-net', () => {
    const sequence = createSobol(2, 9);
    const points = Array.from({ length: 256 }, (_, n) => sequence.point(n));
    for (let k = 0; k <= 8; k++) {
      const columns = 2 ** k;
      const rows = 2 ** (8 - k);
      const cells = points.map(
        ([x, y]) => (Math.floor((x as number) * columns) * rows + Math.floor((y as number) * rows)) / 256,
      );
      expect(counts(cells, 256).every((n) => n === 1)).toBe(true);
    }
  });

  test('lies strictly inside the unit cube', () => {
    const sequence = createSobol(20, 1);
    for (let n = 0; n < 5000; n++) expect(sequence.point(n).every((x) => x > 0 && x < 1)).toBe(true);
    expect(sequence.point(2 ** 32 - 1).every((x) => x > 0 && x < 1)).toBe(true);
  });

  test('puts each point anywhere over the seeds, and dimensions independently of each other', () => {
    const runs = 640;
    for (const n of [0, 5]) {
      for (const [a, b] of [
        [0, 1],
        [3, 4],
        [7, 7 + 256],
      ] as const) {
        const pairs = Array.from({ length: runs }, (_, seed) =>
          createSobol(Math.max(a, b) + 1, seed).point(n),
        );
        const inEach = counts(
          pairs.map((p) => (Math.floor((p[a] as number) * 8) * 8 + Math.floor((p[b] as number) * 8)) / 64),
          64,
        );
        const chiSquared = inEach.reduce((sum, m) => sum + (m - runs / 64) ** 2 / (runs / 64), 0);
        // 99.9 % quantile of chi squared with 63 degrees of freedom.
        expect(chiSquared).toBeLessThan(103.4);
      }
    }
  });

  test('integrates a smooth function much better than random points, across blocks of dimensions too', () => {
    for (const dims of [
      [0, 1, 2, 3, 4],
      [0, 100, 255, 256, 300],
      [5, 261, 517, 550, 599],
    ]) {
      let squared = 0;
      for (let seed = 0; seed < 10; seed++) {
        const sequence = createSobol(dimensions, seed);
        let sum = 0;
        for (let n = 0; n < 512; n++) {
          const point = sequence.point(n);
          sum += dims.reduce((product, d) => product * (1 + ((point[d] as number) - 0.5) / 2), 1);
        }
        squared += (sum / 512 - 1) ** 2 / 10;
      }
      const randomError = Math.sqrt(((1 + 1 / 48) ** 5 - 1) / 512);
      expect(Math.sqrt(squared)).toBeLessThan(randomError / 2);
    }
  });
});
