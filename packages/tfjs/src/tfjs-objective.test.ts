import {
  createStudy,
  float,
  InvalidArgumentError,
  median,
  space,
  TrialPruned,
  type Objective,
  type Study,
} from '@tunable/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { expectNoTensorsLeft } from './testing/no-tensors-left.ts';
import { tfjsObjective, type TrainingLoop } from './tfjs-objective.ts';

expectNoTensorsLeft();

interface Params {
  readonly learningRate: number;
}

/** Two networks that are trained against each other's errors, which `fit` could not do. */
const train: TrainingLoop<Params> = async ({ learningRate }, { seeded, track, batches, report }) => {
  const rows = Float32Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const model = track(
    seeded(() =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: 8, inputShape: [1], activation: 'tanh' }),
          tf.layers.dropout({ rate: 0.2 }),
          tf.layers.dense({ units: 1 }),
        ],
      }),
    ),
  );
  const optimizer = track(tf.train.momentum(learningRate, 0.5));
  let mean = 0;
  for (let epoch = 0; epoch < 4; epoch++) {
    mean = 0;
    for (const indices of batches(60, 16, epoch)) {
      const loss = seeded(() =>
        tf.tidy(() => {
          const x = tf.tensor2d(Array.from(indices, (row) => [rows[row]!]));
          const y = tf.tensor2d(Array.from(indices, (row) => [2 * rows[row]!]));
          const cost = optimizer.minimize(
            () => tf.losses.huberLoss(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
            true,
          )!;
          return cost.dataSync()[0]!;
        }),
      );
      mean += (loss * indices.length) / 60;
    }
    await report(epoch, mean);
  }
  return mean;
};

function makeStudy(seed = 1): Promise<Study<Params>> {
  return createStudy({
    space: space({ learningRate: float(1e-3, 0.3, { scale: 'log' }) }),
    pruner: median({ startupTrials: 2 }),
    seed,
  });
}

/** A trial that was run by hand. */
async function run(
  loop: TrainingLoop<Params>,
  options?: Parameters<typeof tfjsObjective>[1],
): Promise<unknown> {
  const study = await makeStudy();
  const objective: Objective<Params> = tfjsObjective(loop, options);
  const trial = await study.ask();
  return objective(trial.params, trial);
}

test('a loop is tuned, pruned and freed, and repeats itself', async () => {
  const once = async (): Promise<unknown> => {
    const study = await makeStudy();
    await study.optimize(tfjsObjective(train), { trials: 12 });
    expect(study.trials.filter(({ state }) => state === 'pruned').length).toBeGreaterThan(0);
    expect(study.best.value).toBeLessThan(0.2);
    return study.trials.map(({ params, value, reports }) => [params, value, reports]);
  };
  expect(await once()).toEqual(await once());
});

test('batches hold every row once, in orders that differ between epochs', async () => {
  await run((_, { batches }) => {
    const [first, second] = [batches(50, 16, 0), batches(50, 16, 1)];
    expect(first.map((batch) => batch.length)).toEqual([16, 16, 16, 2]);
    const rows = first.flatMap((batch) => Array.from(batch));
    expect(rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (__, i) => i));
    expect(batches(50, 16, 0)).toEqual(first);
    expect(second).not.toEqual(first);
    return 0;
  });
});

test('what is tracked is freed in the reverse order, however the trial ends', async () => {
  const freed: string[] = [];
  const resource = (name: string) => ({ dispose: () => void freed.push(name) });
  const error = new Error('mine');
  const failing = run((_, { track }) => {
    track(resource('first'));
    track(resource('second'));
    throw error;
  });
  await expect(failing).rejects.toBe(error);
  expect(freed).toEqual(['second', 'first']);
});

test('a step that fails leaves nothing behind', async () => {
  const failing = run((_, { seeded, track }) => {
    const x = track(tf.tidy(() => tf.variable(tf.ones([3]))));
    seeded(() =>
      tf.tidy(() =>
        tf.variableGrads(() => {
          tf.sum(tf.exp(tf.square(x)));
          throw new RangeError('Array buffer allocation failed');
        }, [x]),
      ),
    );
    return 0;
  });
  await expect(failing).rejects.toThrow(
    /RangeError: Array buffer allocation failed\. That is more memory than there is/,
  );
});

test('NaN and infinities, reported or returned, fail or prune', async () => {
  await expect(run((_, { report }) => report(0, Number.NaN).then(() => 0))).rejects.toThrow(
    /diverged: NaN was reported at step 0/,
  );
  await expect(run(() => Infinity)).rejects.toThrow(/diverged: Infinity was returned/);
  await expect(run(() => ({ value: Number.NaN }))).rejects.toThrow(/diverged/);
  await expect(run(() => [1, Number.NaN])).rejects.toThrow(/diverged/);
  await expect(run(() => -Infinity, { onDivergence: 'prune' })).rejects.toThrow(TrialPruned);
});

test('what the loop has freed itself does not lose the result, nor what is freed after it', async () => {
  const result = await run((_, { seeded, track }) => {
    track(seeded(() => tf.zeros([3])));
    const layers = (): tf.LayersModel =>
      tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    track(seeded(layers)).dispose();
    return 0.5;
  });
  expect(result).toBe(0.5);
});

test('the backend is the one asked for', async () => {
  const seen: string[] = [];
  for (const backend of ['cpu', 'wasm']) {
    await run(
      (_, { backend: given, seeded }) => {
        seen.push(
          given,
          seeded(() => tf.getBackend()),
        );
        return 0;
      },
      { backend },
    );
  }
  expect(seen).toEqual(['cpu', 'cpu', 'wasm', 'wasm']);
});

test('ill-formed arguments are refused', () => {
  expect(() => tfjsObjective('train' as never)).toThrow(InvalidArgumentError);
  expect(() => tfjsObjective(train, { epochs: 3 } as never)).toThrow(/unknown option 'epochs'/);
  expect(() => tfjsObjective(train, { onDivergence: 'stop' as never })).toThrow(/onDivergence must be/);
});
