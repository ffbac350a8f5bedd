import { readFileSync } from 'node:fs';

import { categorical, createRandom, float, int, space, type Infer } from '@tunable/core';

import { loadProblem } from '../problem/load.ts';
import type { ProblemData } from '../problem/problem.ts';
import { toConfig, toSpace } from '../problem/problem-space.ts';
import { encode, predictNetworks } from '../problem/surrogate.ts';
import { trainNetwork, type Samples } from './network.ts';
import { classes, halves, numbers, oneHot, standardized } from './samples.ts';
import { EPOCHS, type CurveTask } from './task.ts';

const networkSpace = space({
  learningRate: float(1e-4, 1, { scale: 'log' }),
  batchSize: int(8, 128, { scale: 'log' }),
  width: int(2, 32, { scale: 'log' }),
  layers: int(1, 2),
  weightDecay: float(1e-6, 1e-1, { scale: 'log' }),
  momentum: float(0, 0.98),
  activation: categorical(['tanh', 'relu']),
});

/** Small networks that are trained while the benchmark runs, each on other data. */
export function trainedTasks(): CurveTask[] {
  return [
    networkTask('trained-spirals', 'sgd', spirals(240)),
    networkTask('trained-friedman', 'sgd', friedman(240)),
    networkTask('trained-penguins', 'sgd', penguins()),
    digitsTask(),
  ];
}

/** As {@link trainedTasks}, not looked at before the method was chosen: other data, and another way of training. */
export function heldOutTrainedTasks(): CurveTask[] {
  return [
    networkTask('held-out-rings', 'adam', rings(240)),
    networkTask('held-out-waves', 'adam', waves(240)),
    networkTask('held-out-penguins', 'adam', penguins()),
  ];
}

function networkTask(name: string, method: 'sgd' | 'adam', data: Samples): CurveTask {
  const [train, validation] = halves(data);
  return {
    name,
    kind: 'trained',
    space: networkSpace,
    curve: (params: Infer<typeof networkSpace>) =>
      trainNetwork(train, validation, { ...params, method, seed: 1 }, EPOCHS),
  };
}

/** The stored problem whose curves were fitted to networks trained on handwritten digits. */
function digitsTask(): CurveTask {
  const { parameters, data } = loadProblem('hpo-mlp_digits');
  const how = data.eval as Extract<ProblemData['eval'], { kind: 'mlp' }>;
  return {
    name: 'trained-digits',
    kind: 'trained',
    space: toSpace(parameters),
    curve: (params: unknown) =>
      predictNetworks(how.model, encode(parameters, toConfig(parameters, params))).map((score, i) => {
        const y = score * how.sd[i]! + how.mu[i]!;
        return Math.min(how.clip[1], Math.max(how.clip[0], how.log ? Math.exp(y) : y));
      }),
  };
}

/** Two interleaved spirals with noise. */
function spirals(count: number): Samples {
  return classes(count, 2, (random, label) => {
    const angle = 1 + 4 * random.uniform();
    const turn = angle + Math.PI * label;
    return [angle * Math.cos(turn) + 0.3 * random.normal(), angle * Math.sin(turn) + 0.3 * random.normal()];
  });
}

/** Three rings around each other, in four dimensions of which two say nothing. */
function rings(count: number): Samples {
  return classes(count, 3, (random, label) => {
    const angle = 2 * Math.PI * random.uniform();
    const radius = 1 + label + 0.3 * random.normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle), random.normal(), random.normal()];
  });
}

/** Friedman's first function (J. H. Friedman, "Multivariate adaptive regression splines", 1991), with noise. */
function friedman(count: number): Samples {
  return numbers(count, 8, (x, random) => {
    const [a, b, c, d, e] = x.map((v) => (v + 1) / 2) as [number, number, number, number, number];
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.normal();
  });
}

/** A sum of waves of rising frequency. */
function waves(count: number): Samples {
  return numbers(
    count,
    4,
    (x, random) => x.reduce((sum, v, i) => sum + Math.sin((i + 1) * 2 * v), 0) + 0.2 * random.normal(),
  );
}

const MEASUREMENTS = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)'];

/** The species of penguins by four measurements. */
function penguins(): Samples {
  const file = new URL('../../../examples/penguins/data/penguins.json', import.meta.url);
  const birds = JSON.parse(readFileSync(file, 'utf8')) as { readonly [column: string]: unknown }[];
  const measured = birds.filter((bird) => MEASUREMENTS.every((name) => bird[name] !== null));
  createRandom(1).shuffle(measured);
  const species = [...new Set(measured.map((bird) => bird.Species))];
  return {
    inputs: standardized(measured.map((bird) => MEASUREMENTS.map((name) => bird[name] as number))),
    outputs: measured.map((bird) => oneHot(species.indexOf(bird.Species), species.length)),
    isClassification: true,
  };
}
