import { categorical } from '../hyperparameter/categorical.ts';
import { float } from '../hyperparameter/float.ts';
import type { Hyperparameter } from '../hyperparameter/hyperparameter.ts';
import { int } from '../hyperparameter/int.ts';
import type { Dataset, FeatureRows, Features, Label } from '../learner/dataset.ts';
import type { FitContext, Learner, Model, OutOfBag } from '../learner/learner.ts';
import { packFeatures } from '../learner/pack-features.ts';
import { createRandom } from '../math/random.ts';
import { space } from '../space/search-space.ts';

/** Small real learners for the tests of evaluation and `tune`: k nearest neighbours, and a line fitted by gradient descent. */

type NeighboursShape = {
  readonly neighbours: Hyperparameter<number>;
  readonly weights: Hyperparameter<'uniform' | 'distance'>;
};

interface NeighboursModel extends Model {
  readonly classes: readonly Label[];
  predict(rows: FeatureRows): Label[];
  predictProbability(rows: FeatureRows): Float64Array;
  outOfBag(): OutOfBag;
}

/** Classifies by the vote of the nearest training rows; among equals the first class wins. */
export function nearestNeighbours(): Learner<NeighboursShape, NeighboursModel> {
  return {
    specificationVersion: 1,
    name: 'nearest-neighbours',
    task: 'classification',
    capabilities: ['probability', 'outOfBag'],
    space: space({
      neighbours: int(1, 30, { default: 5 }),
      weights: categorical(['uniform', 'distance'], { default: 'uniform' }),
    }),
    fit: ({ neighbours, weights }, data) => neighboursModel(data, neighbours, weights === 'distance'),
    describe: () => ({ module: import.meta.url, export: 'nearestNeighbours', arguments: [] }),
  };
}

function neighboursModel(data: Dataset, neighbours: number, byDistance: boolean): NeighboursModel {
  const { classes, featureNames, rowCount } = data;
  const vote = (rows: Features, row: number, excluded: number): Float64Array => {
    const distances = Float64Array.from({ length: rowCount }, (_, other) =>
      other === excluded ? Infinity : distance(rows, row, data, other),
    );
    const order = Uint32Array.from(distances, (_, i) => i).toSorted(
      (a, b) => (distances[a] as number) - (distances[b] as number),
    );
    const votes = new Float64Array(classes.length);
    for (const other of order.subarray(0, neighbours)) {
      const label = data.target[other] as number;
      votes[label] =
        (votes[label] as number) + (byDistance ? 1 / Math.max(distances[other] as number, 1e-12) : 1);
    }
    const total = votes.reduce((sum, v) => sum + v, 0);
    return votes.map((v) => v / total);
  };
  const probabilities = (rows: Features, exclude: boolean): Float64Array => {
    const all = new Float64Array(rows.rowCount * classes.length);
    for (let row = 0; row < rows.rowCount; row++)
      all.set(vote(rows, row, exclude ? row : -1), row * classes.length);
    return all;
  };
  const labels = (all: Float64Array): Label[] =>
    Array.from({ length: all.length / classes.length }, (_, row) => {
      const own = all.subarray(row * classes.length, (row + 1) * classes.length);
      return classes[own.indexOf(Math.max(...own))] as Label;
    });
  return {
    classes,
    predict: (rows) => labels(probabilities(packFeatures(rows, featureNames), false)),
    predictProbability: (rows) => probabilities(packFeatures(rows, featureNames), false),
    outOfBag() {
      const all = probabilities(data, true);
      return {
        rows: Int32Array.from(data.target, (_, row) => row),
        predictions: labels(all),
        probabilities: all,
      };
    },
    save: () => new TextEncoder().encode(JSON.stringify({ neighbours, byDistance })),
    dispose() {},
  };
}

function distance(a: Features, row: number, b: Features, other: number): number {
  let squares = 0;
  for (let column = 0; column < a.columnCount; column++) {
    squares +=
      ((a.features[row * a.columnCount + column] as number) -
        (b.features[other * b.columnCount + column] as number)) **
      2;
  }
  return Math.sqrt(squares);
}

type LineShape = {
  readonly learningRate: Hyperparameter<number>;
  readonly epochs: Hyperparameter<number>;
};

interface LineModel extends Model {
  readonly weights: Float64Array;
  predict(rows: FeatureRows): Float64Array;
}

/** Linear least squares by gradient descent, from small random weights; reports after every epoch. */
export function gradientRegression(): Learner<LineShape, LineModel> {
  return {
    specificationVersion: 1,
    name: 'gradient-regression',
    task: 'regression',
    capabilities: ['steps'],
    space: space({
      learningRate: float(1e-4, 1, { scale: 'log', default: 0.01 }),
      epochs: int(1, 200, { default: 20 }),
    }),
    fit: ({ learningRate, epochs }, data, context) => descend(data, learningRate, epochs, context),
    describe: () => ({ module: import.meta.url, export: 'gradientRegression', arguments: [] }),
  };
}

async function descend(
  data: Dataset,
  learningRate: number,
  epochs: number,
  context: FitContext,
): Promise<LineModel> {
  const { columnCount, rowCount, featureNames } = data;
  const random = createRandom(context.seed);
  const weights = Float64Array.from({ length: columnCount + 1 }, () => 0.01 * random.normal());
  const model: LineModel = {
    weights,
    predict(rows) {
      const packed = packFeatures(rows, featureNames);
      return Float64Array.from({ length: packed.rowCount }, (_, row) => predictRow(packed, row, weights));
    },
    save: () => new TextEncoder().encode(JSON.stringify([...weights])),
    dispose() {},
  };
  const gradient = new Float64Array(columnCount + 1);
  for (let epoch = 0; epoch < epochs; epoch++) {
    gradient.fill(0);
    for (let row = 0; row < rowCount; row++) {
      const error = predictRow(data, row, weights) - (data.target[row] as number);
      for (let column = 0; column <= columnCount; column++) {
        const x = column === columnCount ? 1 : (data.features[row * columnCount + column] as number);
        gradient[column] = (gradient[column] as number) + (2 * error * x) / rowCount;
      }
    }
    for (let i = 0; i < weights.length; i++)
      weights[i] = (weights[i] as number) - learningRate * (gradient[i] as number);
    await context.report(epoch, model);
  }
  return model;
}

function predictRow({ features, columnCount }: Features, row: number, weights: Float64Array): number {
  let sum = weights[columnCount] as number;
  for (let column = 0; column < columnCount; column++) {
    sum += (weights[column] as number) * (features[row * columnCount + column] as number);
  }
  return sum;
}
