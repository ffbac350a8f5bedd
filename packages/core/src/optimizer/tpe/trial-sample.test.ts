import { expect, it } from 'vitest';

import { createRandom } from '../../math/random.ts';
import { Components } from './components.ts';
import { TrialSample } from './trial-sample.ts';

function sampleOf(trials: readonly number[], leftOut: readonly number[] = []): Components {
  const sample = new TrialSample();
  for (const trial of trials) sample.add(trial);
  const components = new Components();
  sample.select(components, (trial) => leftOut.includes(trial), leftOut.length);
  return components;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const trialsOf = ({ trials, count }: Components): number[] => [...trials.subarray(0, count)];
const weightsOf = ({ weights, count }: Components): number[] => [...weights.subarray(0, count)];

it('holds all of 256 trials, each for itself', () => {
  const sample = sampleOf(upTo(256));
  expect(trialsOf(sample)).toEqual(upTo(256));
  expect(new Set(weightsOf(sample))).toEqual(new Set([1]));
});

it('holds 256 of more, which stand for all; the newest for themselves', () => {
  const sample = sampleOf(upTo(5000));
  expect(sample.count).toBe(256);
  expect(trialsOf(sample).slice(-100)).toEqual(upTo(5000).slice(-100));
  expect(weightsOf(sample).reduce((sum, w) => sum + w, 0)).toBeCloseTo(5000, 8);
  // The older ones come from all times.
  const older = trialsOf(sample).slice(0, 156);
  expect(older.reduce((sum, trial) => sum + trial, 0) / 156 / 4900).toBeCloseTo(0.5, 1);
});

it('leaves trials out, and nobody stands for them', () => {
  const sample = sampleOf(upTo(1000), [3, 500, 999]);
  expect(trialsOf(sample)).not.toContain(999);
  expect(weightsOf(sample).reduce((sum, w) => sum + w, 0)).toBeCloseTo(997, 8);
});

it('is the same whatever the order in which the trials finished', () => {
  const inOrder = sampleOf(upTo(1000));
  for (const seed of [1, 2, 3]) {
    const shuffled = sampleOf(createRandom(seed).shuffle(upTo(1000)));
    expect(trialsOf(shuffled)).toEqual(trialsOf(inOrder));
    expect(weightsOf(shuffled)).toEqual(weightsOf(inOrder));
  }
});
