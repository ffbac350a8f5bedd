import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseTimestamp, printIsoTimestamp, printTimestamp } from './timestamp.ts';

test('a time comes back, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
      expect(parseTimestamp(printTimestamp(ms))).toBe(ms);
      expect(parseTimestamp(printIsoTimestamp(ms), 'local')).toBe(ms);
    }),
  );
});

test('times look as Optuna writes them', () => {
  const ms = Date.UTC(2026, 10, 23, 10, 2, 41, 951);
  expect(printTimestamp(ms)).toBe('2026-11-23 10:02:41.951000');
  expect(printIsoTimestamp(ms)).toBe('2026-11-23T10:02:41.951000+00:00');
});

describe('parseTimestamp', () => {
  const ms = Date.UTC(2026, 10, 23, 10, 2, 41, 951);
  test.each([
    '2026-11-23 10:02:41.951149',
    '2026-11-23T10:02:41.951',
    '2026-11-23T12:02:41.951149+02:00',
    '2026-11-23T09:32:41.951-0030',
  ])('reads %s', (text) => expect(parseTimestamp(text)).toBe(ms));

  test('reads times without a fraction, or with half of one', () => {
    expect(parseTimestamp('2026-11-23 10:02:41')).toBe(ms - 951);
    expect(parseTimestamp('2026-11-23 10:02:41.5')).toBe(ms - 451);
  });

  test('takes a time without offset as local where old journals meant that', () => {
    expect(parseTimestamp('2026-11-23T10:02:41.951149', 'local')).toBe(
      new Date(2026, 10, 23, 10, 2, 41, 951).getTime(),
    );
  });

  test.each(['', 'yesterday', '2026-11-23', '2026-13-45 10:02:41'])('gives NaN for %j', (text) =>
    expect(parseTimestamp(text)).toBeNaN(),
  );
});
