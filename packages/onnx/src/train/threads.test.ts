import { dataset, fitContext, holdout, noPruning, random, tune } from '@tunable/core';
// As users import it: worker threads load the built package.
import { onnxClassifier, onnxRegressor } from '@tunable/onnx';
import { expect, test } from 'vitest';

const features = Array.from({ length: 90 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 60]);
const classes = dataset({ features, target: features.map(([a, b]) => a! * b! > 0) });
const numbers = dataset({ features, target: features.map(([a, b]) => a! * b!) });

const options = {
  resampling: holdout({ testSize: 0.3 }),
  trials: 6,
  seed: 1,
  // So that what is tried does not depend on what has ended before.
  optimizer: random(),
  pruner: noPruning(),
  ordered: true,
  refit: false,
  progress: false,
  handleInterrupt: false,
} as const;

test.each([
  ['classifier', onnxClassifier({ epochs: 4 }), classes],
  ['regressor', onnxRegressor({ epochs: 4 }), numbers],
] as const)('the %s finds the same on two worker threads as on this one', async (_, learner, data) => {
  const here = await tune(learner, data, options);
  const there = await tune(learner, data, { ...options, threads: 2 });
  const values = ({ study }: typeof here): unknown[] =>
    study.trials.map(({ state, values: found }) => [state, found]);
  expect(values(there)).toEqual(values(here));
  expect(here.study.trials).toHaveLength(6);
  expect(here.baseline).toBeDefined();
});

test('tuning ends with a model that was trained on all rows', async () => {
  const result = await tune(onnxClassifier({ epochs: 5 }), classes, { ...options, refit: true, trials: 3 });
  const alone = await onnxClassifier({ epochs: 5 }).fit(result.best.params, classes, fitContext());
  expect(result.model.classes).toEqual(alone.classes);
  expect(await result.model.predict(classes)).toHaveLength(90);
  await result.model.dispose();
  await alone.dispose();
});
