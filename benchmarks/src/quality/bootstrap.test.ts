import { createRandom } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { bootstrapDifference, bootstrapPaired, describeDifference } from './bootstrap.ts';

describe('the bootstrap interval of a difference', () => {
  test('has no width when nothing varies', () => {
    const result = bootstrapDifference([[0.1, 0.1], [0.1]], [[0.3], [0.3, 0.3, 0.3]], createRandom(1));
    expect(result.mean).toBeCloseTo(-0.2, 12);
    expect(result.low).toBeCloseTo(-0.2, 12);
    expect(result.high).toBeCloseTo(-0.2, 12);
  });

  test('has the width that the normal approximation gives for many seeds of one task', () => {
    const random = createRandom(2);
    const draw = (count: number, shift: number) => [
      Array.from({ length: count }, () => shift + random.normal()),
    ];
    const result = bootstrapDifference(draw(400, 1), draw(400, 0), createRandom(3), 4000);
    const halfWidth = 1.96 * Math.sqrt(2 / 400);
    expect(result.high - result.mean).toBeGreaterThan(0.85 * halfWidth);
    expect(result.high - result.mean).toBeLessThan(1.15 * halfWidth);
    expect(result.low).toBeLessThan(result.mean);
  });

  test('varies with the tasks even when seeds agree', () => {
    const { low, mean, high } = bootstrapDifference(
      [[0], [1], [2], [3]],
      [[0], [0], [0], [0]],
      createRandom(4),
    );
    expect(mean).toBe(1.5);
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(2);
  });

  test('in pairs, what both have in common does not widen it', () => {
    const a = [
      [0.1, 0.9],
      [0.3, 0.5],
    ];
    const b = a.map((seeds) => seeds.map((value) => value - 0.05));
    const alone = bootstrapDifference(a, b, createRandom(5));
    const paired = bootstrapPaired(a, b, createRandom(5));
    expect(alone.high - alone.low).toBeGreaterThan(0.3);
    expect(describeDifference(paired)).toBe('+0.050 [+0.050, +0.050]');
    expect(bootstrapPaired([[1, 0]], [[0, 0]], createRandom(5))).toMatchObject({
      mean: 0.5,
      low: 0,
      high: 1,
    });
    expect(describeDifference(bootstrapPaired([[Number.NaN]], [[0]], createRandom(5)))).toBe('–');
  });
});
