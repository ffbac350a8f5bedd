import { expect, test } from 'vitest';
import { formatDuration, toMilliseconds } from './duration.ts';

test.each([
  [250, 250],
  ['500ms', 500],
  ['30s', 30_000],
  ['10m', 600_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
] as const)('%s is %d ms', (duration, ms) => {
  expect(toMilliseconds('timeout', duration)).toBe(ms);
});

test.each([0, -1, Number.NaN, Infinity, 'soon', '10', '10 m', null])('refuses %s', (duration) => {
  expect(() => toMilliseconds('optimize: timeout', duration as never)).toThrow(
    /optimize: timeout must be .*'10m'/,
  );
});

test.each([
  [420, '0.4 s'],
  [12_000, '12 s'],
  [187_000, '3:07'],
  [3_729_000, '1:02:09'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
