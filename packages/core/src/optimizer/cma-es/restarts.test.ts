import { describe, expect, it } from 'vitest';

import { RestartSchedule } from './restarts.ts';

describe('RestartSchedule', () => {
  it('begins with the given population and step', () => {
    const schedule = new RestartSchedule('none', 10, 0.2, 1);
    expect(schedule.current).toEqual({ index: 0, populationSize: 10, sigma: 0.2, maxTrials: Infinity });
    expect(schedule.hasNext).toBe(false);
  });

  it('doubles the population with IPOP, up to a limit', () => {
    const schedule = new RestartSchedule('ipop', 10, 0.2, 1);
    const sizes = Array.from({ length: 12 }, () => schedule.next(500).populationSize);
    expect(sizes.slice(0, 4)).toEqual([20, 40, 80, 160]);
    expect(sizes.at(-1)).toBe(5120);
  });

  it('gives small and large runs the same number of trials with BIPOP', () => {
    const schedule = new RestartSchedule('bipop', 10, 0.2, 7);
    const runs = [{ ...schedule.next(1000), trials: 0 }];
    for (let i = 0; i < 400; i++) {
      const run = runs.at(-1)!;
      run.trials = Math.min(run.maxTrials, 100 * run.populationSize);
      runs.push({ ...schedule.next(run.trials), trials: 0 });
    }
    const large = runs.filter(({ maxTrials }) => maxTrials === Infinity);
    const small = runs.filter(({ maxTrials }) => maxTrials < Infinity);
    const sizes = large.map(({ populationSize }) => populationSize);
    expect(sizes.slice(0, 9)).toEqual([20, 40, 80, 160, 320, 640, 1280, 2560, 5120]);
    expect(large.every(({ sigma }) => sigma === 0.2)).toBe(true);
    expect(small.every(({ sigma }) => sigma >= 0.002 && sigma <= 0.2)).toBe(true);
    expect(small.every(({ populationSize }) => populationSize >= 10 && populationSize <= 2560)).toBe(true);
    const total = (kind: typeof runs): number => kind.reduce((sum, { trials }) => sum + trials, 0);
    expect(total(small) / total(large)).toBeGreaterThan(0.8);
    expect(total(small) / total(large)).toBeLessThan(1.25);
  });
});
