import { describe, expect, test } from 'vitest';

import { learningRateAt, scheduleNames, type Schedule } from './schedule.ts';

const rates = (schedule: Schedule['schedule'], warmup: number, total: number): number[] =>
  Array.from({ length: total }, (_, step) =>
    learningRateAt({ learningRate: 0.8, schedule, warmup }, step, total),
  );

describe('the learning rate', () => {
  test('follows the schedules by hand', () => {
    expect(rates('constant', 0, 3)).toEqual([0.8, 0.8, 0.8]);
    expect(rates('linear', 0, 4)).toEqual(
      [0.8, 0.8 * 0.75, 0.4, 0.2].map((rate) => expect.closeTo(rate, 12)),
    );
    // (1 + cos(π t / T)) / 2, as torch's CosineAnnealingLR with eta_min = 0 has it.
    expect(rates('cosine', 0, 4)).toEqual(
      [0.8, 0.4 * (1 + Math.SQRT1_2), 0.4, 0.4 * (1 - Math.SQRT1_2)].map((rate) => expect.closeTo(rate, 12)),
    );
    expect(rates('step', 0, 8)).toEqual(
      [0.8, 0.8, 0.8, 0.8, 0.08, 0.08, 0.008, 0.008].map((rate) => expect.closeTo(rate, 12)),
    );
  });

  test.each(scheduleNames)('%s rises in equal steps first, and never above its value', (schedule) => {
    const all = rates(schedule, 0.3, 10);
    expect(all.slice(0, 3)).toEqual([0.2, 0.4, 0.6].map((rate) => expect.closeTo(rate, 12)));
    expect(all[3]).toBeCloseTo(0.8, 12);
    for (const rate of all) {
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(0.8 + 1e-12);
    }
  });
});
