import { expect, test } from 'vitest';

import { scheduleNames, toSchedule } from './schedule.ts';

const at = (name: string, step: number): number =>
  toSchedule(name)!({ epoch: 0, epochs: 4, step, steps: 100 });

test.each(scheduleNames)('%s begins at 1 and never rises', (name) => {
  const values = Array.from({ length: 100 }, (_, step) => at(name, step));
  expect(values[0]).toBe(1);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
});

test('half way', () => {
  expect(at('constant', 50)).toBe(1);
  expect(at('linear', 50)).toBe(0.5);
  expect(at('cosine', 50)).toBeCloseTo(0.5, 12);
  expect(at('exponential', 50)).toBeCloseTo(0.1, 12);
});

test('a function is itself, anything else is none', () => {
  const mine = (): number => 0.5;
  expect(toSchedule(mine)).toBe(mine);
  expect(toSchedule('toString')).toBeUndefined();
  expect(toSchedule(3)).toBeUndefined();
});
