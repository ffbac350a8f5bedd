import {
  createRandom,
  dataset,
  type Dataset,
  type FitContext,
  type Label,
  type Learner,
  type Model,
  type SearchSpace,
  type Task,
} from '@tunable/core';
import { ensure, ensureEqual, type Check } from './check.ts';

/** What a learner's checks may take into account. */
export interface LearnerSupport {
  /** How many random configurations of the recommended space are fitted. Default 4. */
  readonly samples?: number;
  /** Rows of the datasets that are made up for the checks. Default 60. */
  readonly rows?: number;
}

/** Any learner: `fit` takes `never` here because it is contravariant; the checks decode params from its own space. */
export type AnyLearner = Pick<Learner, 'name' | 'task' | 'capabilities' | 'describe'> & {
  /** The recommended space, which the checked configurations are drawn from. */
  readonly space: SearchSpace;
  /** Trains a model, as `Learner.fit` does. */
  fit(params: never, data: Dataset, context: FitContext): Model | Promise<Model>;
};

/**
 * Checks that a learner keeps the contract of `Learner`, on small made-up data.
 *
 * @param make makes the learner, with the options to be checked.
 * @param support what to take into account.
 */
export function learnerChecks(make: () => AnyLearner, support: LearnerSupport = {}): readonly Check[] {
  const { samples = 4, rows = 60 } = support;
  const checks: Check[] = [];
  const add = (name: string, run: (learner: AnyLearner, data: Dataset) => Promise<void>): void =>
    void checks.push({
      name,
      run: async () => {
        const learner = make();
        await run(learner, exampleData(learner.task, rows));
      },
    });

  add('declares a default for every parameter', async ({ space }) => {
    ensure(space.hasDefaults, () => 'the recommended space lacks defaults, so there is no untuned baseline');
  });

  add(
    'fits its default and random configurations, and predicts a label or number for each row',
    async (learner, data) => {
      const random = createRandom(1);
      for (let i = 0; i <= samples; i++) {
        const row = i === 0 ? learner.space.defaultRow() : learner.space.sampleRow(random);
        const model = await fit(learner, data, { row });
        checkPredictions(await model.predict(data), data);
        await model.dispose();
      }
    },
  );

  add('predicts packed rows, lists of numbers, and records alike', async (learner, data) => {
    const model = await fit(learner, data);
    const lists = Array.from({ length: data.rowCount }, (_, row) =>
      Array.from(
        { length: data.columnCount },
        (__, c) => data.features[row * data.columnCount + c] as number,
      ),
    );
    const records = lists.map((list) => Object.fromEntries(list.map((x, c) => [data.featureNames[c], x])));
    const expected = Array.from(await model.predict(data));
    ensureEqual(Array.from(await model.predict(lists)), expected, 'the predictions for lists of numbers');
    ensureEqual(Array.from(await model.predict(records)), expected, 'the predictions for records');
    await model.dispose();
  });

  add('an equal seed gives an equal model, and the data stay as they are', async (learner, data) => {
    const before = data.features.slice();
    const [one, two] = [await fit(learner, data, { seed: 7 }), await fit(learner, data, { seed: 7 })];
    ensureEqual(Array.from(await one.predict(data)), Array.from(await two.predict(data)), 'the second model');
    ensureEqual(data.features, before, 'the features');
    await one.dispose();
    await two.dispose();
  });

  add('learns something: better than a constant guess on its training rows', async (learner, data) => {
    const model = await fit(learner, data);
    const [loss, guess] = lossAndGuess(Array.from(await model.predict(data)), data);
    ensure(loss < guess, () => `the loss ${loss} is not below that of a constant guess, ${guess}`);
    await model.dispose();
  });

  add('saves to bytes, and may be disposed of twice', async (learner, data) => {
    const model = await fit(learner, data);
    const bytes = await model.save();
    ensure(bytes instanceof Uint8Array && bytes.length > 0, () => 'save() gave no bytes');
    await model.dispose();
    await model.dispose();
  });

  add('what it describes is an equal learner', async (learner, data) => {
    const description = learner.describe?.();
    if (description === undefined) return;
    ensureEqual(JSON.parse(JSON.stringify(description)), description, 'the description as JSON');
    const module = (await import(description.module)) as {
      [name: string]: (...args: unknown[]) => AnyLearner;
    };
    const factory = module[description.export];
    ensure(
      typeof factory === 'function',
      () => `${description.module} exports no function ${description.export}`,
    );
    const copy = factory(...description.arguments);
    const [one, two] = [await fit(learner, data), await fit(copy, data)];
    ensureEqual(copy.space.toJSON(), learner.space.toJSON(), 'the space of the copy');
    ensureEqual(
      Array.from(await two.predict(data)),
      Array.from(await one.predict(data)),
      'the predictions of the copy',
    );
    await one.dispose();
    await two.dispose();
  });

  const { task, capabilities } = make();
  if (task === 'classification') {
    add('bears training rows that lack a class', async (learner, data) => {
      const kept = Array.from(data.target.keys()).filter((row) => data.target[row] !== 0);
      const model = await fit(learner, data.rows(kept));
      checkPredictions(await model.predict(data), data);
      if (capabilities.includes('probability')) await checkProbabilities(model, data);
      await model.dispose();
    });
  }

  if (capabilities.includes('probability')) {
    add('gives class probabilities that sum to 1 and agree with its predictions', async (learner, data) => {
      const model = await fit(learner, data);
      await checkProbabilities(model, data);
      await model.dispose();
    });
  }

  if (capabilities.includes('outOfBag')) {
    add('predicts training rows out of bag', async (learner, data) => {
      const model = await fit(learner, data, { outOfBag: true });
      ensure(model.outOfBag !== undefined, () => 'the model has no outOfBag()');
      const { rows: indices, predictions } = await model.outOfBag();
      ensure(
        indices.length > 0 && indices.length === predictions.length,
        () => 'rows and predictions differ in length',
      );
      ensure(
        indices.every((row, i) => i === 0 || row > (indices[i - 1] as number)),
        () => 'the rows are not ascending',
      );
      checkPredictions(predictions, data.rows(indices));
      await model.dispose();
    });
  }

  if (capabilities.includes('steps')) {
    add('reports ascending steps, and lets a pruning pass', async (learner, data) => {
      const steps: number[] = [];
      const model = await fit(learner, data, { validation: data, onReport: (step) => void steps.push(step) });
      await model.dispose();
      ensure(steps.length > 0, () => 'nothing was reported');
      ensure(
        steps.every((step, i) => i === 0 || step > (steps[i - 1] as number)),
        () => `steps ${steps.join(', ')}`,
      );
      const stop = new Error('stop here');
      const stopped = await Promise.resolve()
        .then(() =>
          fit(learner, data, {
            validation: data,
            onReport: () => {
              throw stop;
            },
          }),
        )
        .catch((error: unknown) => error);
      ensure(stopped === stop, () => 'an error thrown by report did not reach the caller');
    });
  }
  return checks;
}

/** Rows on a spiral-like pattern with two informative columns and one of noise. */
function exampleData(task: Task, rows: number): Dataset {
  const random = createRandom(11);
  const features = Array.from({ length: rows }, () => [
    random.normal(),
    random.normal() * 3,
    random.uniform(),
  ]);
  const score = features.map(([a, b]) => (a as number) + (b as number) / 3);
  const target: (number | string)[] =
    task === 'regression' ? score : score.map((s) => (s < -0.5 ? 'low' : s < 0.5 ? 'middle' : 'high'));
  return dataset({ features, target, task, featureNames: ['a', 'b', 'noise'] });
}

async function fit(
  learner: AnyLearner,
  data: Dataset,
  options: {
    row?: Float64Array;
    seed?: number;
    outOfBag?: boolean;
    validation?: Dataset;
    onReport?: (step: number) => void;
  } = {},
): Promise<Model> {
  const { row = learner.space.defaultRow(), seed = 3, outOfBag = false, validation, onReport } = options;
  return learner.fit(learner.space.decode(row) as never, data, {
    seed,
    signal: new AbortController().signal,
    metric: '',
    outOfBag,
    ...(validation === undefined ? {} : { validation }),
    report: async (step) => onReport?.(step),
  });
}

function checkPredictions(predictions: ArrayLike<Label>, data: Dataset): void {
  ensure(
    predictions.length === data.rowCount,
    () => `${predictions.length} predictions for ${data.rowCount} rows`,
  );
  for (const prediction of Array.from(predictions)) {
    const isValid =
      data.task === 'regression'
        ? typeof prediction === 'number' && Number.isFinite(prediction)
        : data.classes.includes(prediction);
    ensure(isValid, () => `${JSON.stringify(prediction)} is no valid prediction`);
  }
}

async function checkProbabilities(model: Model, data: Dataset): Promise<void> {
  const probabilities = await model.predictProbability?.(data);
  ensure(probabilities !== undefined, () => 'the model has no predictProbability()');
  const count = data.classes.length;
  ensureEqual(probabilities.length, data.rowCount * count, 'the number of probabilities');
  const predictions = await model.predict(data);
  for (let row = 0; row < data.rowCount; row++) {
    const ofRow = probabilities.slice(row * count, (row + 1) * count);
    const sum = ofRow.reduce((total, p) => total + p, 0);
    ensure(
      Math.abs(sum - 1) < 1e-6 && ofRow.every((p) => p >= 0),
      () => `row ${row} has the probabilities ${ofRow.join(', ')}`,
    );
    const ofPredicted = ofRow[data.classes.indexOf(predictions[row] as Label)] as number;
    ensure(
      ofPredicted >= Math.max(...ofRow) - 1e-9,
      () => `row ${row}: the predicted class is not the most probable`,
    );
  }
}

/** The error rate or mean squared error, and that of the best constant prediction. */
function lossAndGuess(predictions: readonly Label[], data: Dataset): [number, number] {
  const target = Array.from(data.target);
  const n = target.length;
  if (data.task === 'classification') {
    const counts = data.classes.map((_, k) => target.filter((t) => t === k).length);
    const wrong = predictions.filter((label, i) => data.classes[target[i] as number] !== label).length;
    return [wrong / n, 1 - Math.max(...counts) / n];
  }
  const mean = target.reduce((sum, t) => sum + t, 0) / n;
  const square = (f: (t: number, i: number) => number): number =>
    target.reduce((sum, t, i) => sum + f(t, i) ** 2, 0) / n;
  return [square((t, i) => t - (predictions[i] as number)), square((t) => t - mean)];
}
