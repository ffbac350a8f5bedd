import { createRandom, float, space, type Random } from '@tunable/core';

import { EPOCHS, type CurveTask } from './task.ts';

/** A configuration of the formulas: its coordinates in [0, 1]. */
type Point = readonly number[];

/** Curves by formula, in which early values tell much. */
export function syntheticTasks(): CurveTask[] {
  return [
    formulaTask('power-law-4', 'synthetic', 4, 1, powerLaw),
    formulaTask('power-law-8', 'synthetic', 8, 2, powerLaw),
    formulaTask('crossing-5', 'synthetic', 5, 3, crossing),
    formulaTask('noisy-5', 'synthetic', 5, 4, noisy),
  ];
}

/** Curves whose early order is wrong. */
export function hostileTasks(): CurveTask[] {
  return [
    formulaTask('hostile-reversed-4', 'hostile', 4, 5, reversed),
    formulaTask('hostile-late-5', 'hostile', 5, 6, late),
    formulaTask('hostile-random-5', 'hostile', 5, 7, unrelated),
  ];
}

/** As the others, not looked at before the method was chosen. */
export function heldOutSyntheticTasks(): CurveTask[] {
  return [
    formulaTask('held-out-plateau-6', 'synthetic', 6, 11, plateau),
    formulaTask('held-out-overfitting-5', 'synthetic', 5, 12, overfitting),
    formulaTask('held-out-exponential-3', 'synthetic', 3, 13, exponential),
    formulaTask('held-out-hostile-swapped-6', 'hostile', 6, 14, swapped),
  ];
}

/** What is random in a family: made once per task. */
type Family = (random: Random, dimensions: number) => (x: Point) => (epoch: number) => number;

function formulaTask(
  name: string,
  kind: CurveTask['kind'],
  dimensions: number,
  seed: number,
  family: Family,
): CurveTask {
  const curveOf = family(createRandom(seed), dimensions);
  return {
    name,
    kind,
    space: space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)]))),
    *curve(params: { readonly [name: string]: number }) {
      const valueAt = curveOf(Object.values(params));
      for (let epoch = 1; epoch <= EPOCHS; epoch++) yield valueAt(epoch);
    },
  };
}

/** A random smooth function with values around 0 .. 1: a rotated bowl with ripples. */
function landscape(random: Random, dimensions: number): (x: Point) => number {
  const optimum = Array.from({ length: dimensions }, () => 0.1 + 0.8 * random.uniform());
  const directions = Array.from({ length: dimensions }, () => Array.from(optimum, () => random.normal()));
  const weights = directions.map(() => 10 ** (2 * random.uniform() - 2));
  const phases = directions.map(() => 2 * Math.PI * random.uniform());
  return (x) => {
    let value = 0;
    for (const [i, direction] of directions.entries()) {
      let along = 0;
      for (let k = 0; k < dimensions; k++) along += direction[k]! * (x[k]! - optimum[k]!);
      value += weights[i]! * (along ** 2 + 0.05 * (1 - Math.cos(6 * along + phases[i]!) ** 2));
    }
    return Math.sqrt(value / dimensions);
  };
}

/** a + c t^-b, each a function of the configuration. */
const powerLaw: Family = (random, dimensions) => {
  const [end, rate, height] = [1, 2, 3].map(() => landscape(random, dimensions)) as Landscapes;
  return (x) => {
    const exponent = 0.3 + rate(x);
    return (epoch) => end(x) + (0.3 + 0.5 * height(x)) * epoch ** -exponent;
  };
};

type Landscapes = [(x: Point) => number, (x: Point) => number, (x: Point) => number];

/** What learns fast ends worse, as with the learning rate: the first coordinate is the speed. */
const crossing: Family = (random, dimensions) => {
  const end = landscape(random, dimensions);
  return (x) => {
    const speed = 0.05 * 20 ** x[0]!;
    return (epoch) => 0.7 * end(x) + 0.15 * x[0]! + 0.6 * Math.exp(-speed * epoch);
  };
};

/** A power law with noise at each epoch, the same whenever the configuration is trained. */
const noisy: Family = (random, dimensions) => {
  const curveOf = powerLaw(random, dimensions);
  return (x) => {
    const valueAt = curveOf(x);
    const errors = createRandom(...x.map((u) => Math.floor(u * 2 ** 32)));
    return (epoch) => valueAt(epoch) + 0.03 * errors.normal();
  };
};

/** The better the end, the worse the beginning, up to the last few epochs. */
const reversed: Family = (random, dimensions) => {
  const end = landscape(random, dimensions);
  return (x) => {
    const final = end(x);
    return (epoch) => {
      const share = (epoch / EPOCHS) ** 3;
      return share * final + (1 - share) * (1.5 - 0.7 * final);
    };
  };
};

/** Only the second half of the training tells; before, another landscape does, opposed in its main coordinate. */
const late: Family = (random, dimensions) => {
  const [end, start] = [1, 2].map(() => landscape(random, dimensions)) as Landscapes;
  return (x) => (epoch) => {
    const share = 1 / (1 + Math.exp(-(epoch - 18) / 2));
    return share * end(x) + (1 - share) * (1 + 0.5 * start(x) - 0.5 * end(x));
  };
};

/** The first half says nothing about the end. */
const unrelated: Family = (random, dimensions) => {
  const [end, start] = [1, 2].map(() => landscape(random, dimensions)) as Landscapes;
  return (x) => (epoch) => {
    const share = Math.max(0, (epoch - 14) / (EPOCHS - 14));
    return share * end(x) + (1 - share) * (0.5 + start(x));
  };
};

/** Nothing happens for some epochs, more of them where the end is good or bad alike; then the loss falls quickly. */
const plateau: Family = (random, dimensions) => {
  const [end, delay] = [1, 2].map(() => landscape(random, dimensions)) as Landscapes;
  return (x) => (epoch) => {
    const fallen = 1 / (1 + Math.exp(-(epoch - 8 * Math.min(1, delay(x)))));
    return end(x) + (1 - fallen) * (1 - 0.2 * end(x));
  };
};

/** The loss falls, and rises again for configurations of large capacity (the first coordinate). */
const overfitting: Family = (random, dimensions) => {
  const [end, rate] = [1, 2].map(() => landscape(random, dimensions)) as Landscapes;
  return (x) => (epoch) =>
    end(x) +
    0.8 * Math.exp(-epoch * (0.1 + 0.5 * x[0]! + 0.1 * rate(x))) +
    0.3 * x[0]! ** 2 * (epoch / EPOCHS) ** 2;
};

/** An exponential fall to an end that hardly differs, from beginnings that do. */
const exponential: Family = (random, dimensions) => {
  const [end, height] = [1, 2].map(() => landscape(random, dimensions)) as Landscapes;
  return (x) => (epoch) => 0.5 * end(x) + (0.2 + height(x)) * Math.exp(-epoch / 6);
};

/** The good third of the configurations begins as the worst. */
const swapped: Family = (random, dimensions) => {
  const end = landscape(random, dimensions);
  return (x) => {
    const final = end(x);
    const penalty = Math.max(0, 0.8 - final);
    return (epoch) => final + 2.5 * penalty * Math.max(0, 1 - epoch / 22);
  };
};
