import { expect, test } from 'vitest';
import { createRandom, hashIntegers, hashString } from './random.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const draw = (n: number, f: () => number): number[] => Array.from({ length: n }, f);

test('equal names give equal streams, different names different ones', () => {
  const first = (...parts: number[]): number => createRandom(...parts).uniform();
  expect(first(1, 2)).toBe(first(1, 2));
  const seen = new Set([
    first(1, 2),
    first(2, 1),
    first(1),
    first(1, 2, 0),
    first(2 ** 32 + 1, 2),
    first(-1, 2),
  ]);
  expect(seen.size).toBe(6);
});

test('forks are independent of how much was drawn', () => {
  const a = createRandom(7);
  const b = createRandom(7);
  b.uniform();
  expect(a.fork(3).uniform()).toBe(b.fork(3).uniform());
  expect(a.fork(3).uniform()).not.toBe(a.fork(4).uniform());
});

test('uniform numbers fill [0, 1) evenly', () => {
  const random = createRandom(1);
  const n = 100_000;
  const counts = new Float64Array(100);
  for (let i = 0; i < n; i++) counts[Math.floor(random.uniform() * 100)]!++;
  const chiSquare = counts.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0);
  // 99 degrees of freedom: the 0.01 % tails lie at 51 and 160.
  expect(chiSquare).toBeGreaterThan(51);
  expect(chiSquare).toBeLessThan(160);
});

test('the first numbers of neighbouring streams are uncorrelated', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => createRandom(3, i).uniform() - 0.5);
  const products = values.slice(1).map((v, i) => v * values[i]!);
  expect(Math.abs(mean(values))).toBeLessThan(5 * Math.sqrt(1 / 12 / 20_000));
  expect(Math.abs(mean(products))).toBeLessThan((5 / 12) * Math.sqrt(1 / 20_000));
});

test('integers are unbiased, also for bounds that do not divide 2^32', () => {
  const random = createRandom(2);
  const counts = new Float64Array(3);
  for (let i = 0; i < 30_000; i++) counts[random.integer(3)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (2 / 9)));
  expect(draw(50, () => random.integer(1))).toEqual(draw(50, () => 0));
  expect(Math.max(...draw(1000, () => random.integer(2 ** 32)))).toBeGreaterThan(2 ** 31);
});

test('normal numbers have the moments of the normal distribution', () => {
  const random = createRandom(4);
  const n = 100_000;
  const values = draw(n, () => random.normal());
  expect(Math.abs(mean(values))).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(mean(values.map((v) => v ** 2)) - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  expect(Math.abs(mean(values.map((v) => v ** 4)) - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
});

test('shuffles are permutations, each equally likely', () => {
  const random = createRandom(5);
  const counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const key = random.shuffle([0, 1, 2]).join('');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
});

test('hashes are 32-bit and stable', () => {
  expect(hashIntegers([1, 2, 3])).toBe(hashIntegers([1, 2, 3]));
  expect(hashIntegers([1, 2])).not.toBe(hashIntegers([2, 1]));
  expect(hashString('ab')).not.toBe(hashString('ba'));
  expect(hashString('')).toBeGreaterThanOrEqual(0);
});
