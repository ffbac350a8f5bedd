import { createRandom, type Random } from '@tunable/core';

import type { FunctionData } from './bbob.ts';
import { drawInstance, middleOf, type Instance } from './draw-instance.ts';
import { fromUnit, toUnit, type Config, type Parameter, type Value } from './parameter.ts';
import {
  createProblem,
  type AxisMap,
  type Evaluation,
  type FunctionEvaluation,
  type Problem,
} from './problem.ts';
import { drawMedian } from './redraw.ts';

/** A problem made on the spot, and a configuration that reaches its best value. */
export interface FurtherProblem {
  readonly problem: Problem;
  readonly optimum: Config;
}

/** One axis: a parameter, and the range of the function's argument as it runs over its own. */
interface Axis {
  readonly parameter: Parameter;
  readonly map: AxisMap;
}

type Make = (id: string, random: Random) => FurtherProblem;

/**
 * Problems of the same families as the stored ones, but other functions, dimensions and rotations: what no default was tuned on.
 * Each seed has its own instance.
 */
const MAKERS: { readonly [id: string]: Make } = {
  'bbob-f04-d5': bbob('bueche', 5),
  'bbob-f05-d10': bbob('linear', 10),
  'bbob-f09-d10': bbob('rosenbrock_rot', 10),
  'bbob-f11-d5': bbob('discus', 5),
  'bbob-f12-d10': bbob('cigar', 10),
  'bbob-f14-d10': bbob('diffpow', 10),
  'bbob-f15-d5': bbob('rastrigin_rot', 5),
  'bbob-f16-d5': bbob('weierstrass', 5),
  'bbob-f18-d5': bbob('schaffers', 5),
  'bbob-f19-d5': bbob('griewank_rosen', 5),
  'bbob-f24-d5': bbob('lunacek', 5),
  camel6: textbook(
    'camel6',
    [-2, -1],
    [2, 1],
    [0.08984201368301331, -0.7126564032704135],
    -1.031628453489877,
  ),
  hartmann3: textbook('hartmann', [0, 0, 0], [1, 1, 1], [0.11458887, 0.55564875, 0.85254698], -3.8627821478, {
    alpha: [1, 1.2, 3, 3.2],
    A: [
      [3, 10, 30],
      [0.1, 10, 35],
      [3, 10, 30],
      [0.1, 10, 35],
    ],
    P: [
      [0.3689, 0.117, 0.2673],
      [0.4699, 0.4387, 0.747],
      [0.1091, 0.8732, 0.5547],
      [0.0381, 0.5743, 0.8828],
    ],
  }),
  shekel4: textbook(
    'shekel',
    [0, 0, 0, 0],
    [10, 10, 10, 10],
    [4.00074653, 4.00059293, 3.9996634, 3.9995098],
    -10.5364098167,
    {
      beta: [0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5],
      C: [
        [4, 4, 4, 4],
        [1, 1, 1, 1],
        [8, 8, 8, 8],
        [6, 6, 6, 6],
        [3, 7, 3, 7],
        [2, 9, 2, 9],
        [5, 5, 3, 3],
        [8, 1, 8, 1],
        [6, 2, 6, 2],
        [7, 3.6, 7, 3.6],
      ],
    },
  ),
  griewank6: moved('griewank', 6, 600),
  'alpine1-d5': moved('alpine1', 5, 10),
  dixonprice8: textbook(
    'dixonprice',
    Array.from({ length: 8 }, () => -10),
    Array.from({ length: 8 }, () => 10),
    Array.from({ length: 8 }, (_, i) => 2 ** (2 ** -i - 1)),
    0,
  ),
  'mixed-ellipsoid-d8': mixed('ellipsoid'),
  'mixed-schaffers-d8': mixed('schaffers'),
  'cond-4branches': conditional,
};

/** The names of the further problems. */
export const FURTHER_NAMES: readonly string[] = Object.keys(MAKERS);

/** The instance of a further problem that the runs of `seed` work on. */
export function furtherProblem(id: string, seed: number): FurtherProblem {
  const make = MAKERS[id] as Make;
  return make(id, createRandom(0xf027, seed, ...Array.from(id, (c) => c.charCodeAt(0))));
}

function bbob(fn: string, dimension: number): Make {
  return (id, random) =>
    build(id, 'bbob', axesOf(dimension, -5, 5, random), drawInstance(fn, dimension, random), random);
}

/** A function whose minimum is part of its form: only its axes are turned round. */
function textbook(
  fn: string,
  low: readonly number[],
  high: readonly number[],
  minimum: readonly number[],
  best: number,
  data: FunctionData = {},
): Make {
  return (id, random) => {
    const axes = low.map((from, i) => axis(`x${i}`, from, high[i] as number, random));
    return build(id, 'classic', axes, { fn, data, minimum, best }, random);
  };
}

/** A textbook function whose minimum is at zero, moved. */
function moved(fn: string, dimension: number, bound: number): Make {
  return (id, random) => {
    const xopt = middleOf(dimension, bound, random);
    const instance = { fn, data: { xopt }, minimum: xopt, best: 0 };
    return build(id, 'classic', axesOf(dimension, -bound, bound, random), instance, random);
  };
}

/** A rotated function over parameters of all kinds, its optimum moved to the nearest configuration there is. */
function mixed(fn: string): Make {
  return (id, random) => {
    const kinds: Parameter[] = [
      { name: 'log0', type: 'float', low: 1e-5, high: 10, log: true },
      { name: 'log1', type: 'float', low: 1e-5, high: 10, log: true },
      { name: 'lin2', type: 'float', low: -5, high: 5 },
      { name: 'lin3', type: 'float', low: -5, high: 5 },
      { name: 'int4', type: 'int', low: 1, high: 20 },
      { name: 'logint5', type: 'int', low: 4, high: 1024, log: true },
      { name: 'cat6', type: 'cat', choices: ['c0', 'c1', 'c2', 'c3', 'c4'] },
      { name: 'bool7', type: 'cat', choices: [false, true] },
    ];
    const axes = kinds.map((parameter): Axis => {
      const places = Array.from(parameter.choices ?? [], (_, i) => i);
      const perm = parameter.type === 'cat' ? { perm: random.shuffle(places) } : {};
      return { parameter, map: { param: parameter.name, to: [-5, 5], ...perm } };
    });
    const xopt = axes.map((one) => argumentOf(one, fromUnit(one.parameter, 0.1 + 0.8 * random.uniform())));
    const instance = drawInstance(fn, kinds.length, random);
    return build(id, 'mixed', axes, { ...instance, data: { ...instance.data, xopt }, minimum: xopt }, random);
  };
}

/** Four functions, each with its own parameters; which one holds the best value is drawn. */
function conditional(id: string, random: Random): FurtherProblem {
  const offsets = random.shuffle([0, 2, 4, 8]);
  const functions = [
    ['sphere', 2, 1],
    ['rosenbrock', 3, 0.01],
    ['rastrigin_rot', 3, 0.3],
    ['ellipsoid', 4, 1e-5],
  ] as const;
  const branches = functions.map(([fn, dimension, scale], k) => {
    const name = 'abcd'[k] as string;
    const axes = axesOf(dimension, -5, 5, random, `${name}_`);
    const instance = drawInstance(fn, dimension, random);
    return { name, axes, instance, offset: offsets[k] as number, scale };
  });
  const algorithm: Parameter = { name: 'algorithm', type: 'cat', choices: branches.map(({ name }) => name) };
  const space = branches.flatMap(({ name, axes }) =>
    axes.map(({ parameter }) => ({ ...parameter, cond: { parent: 'algorithm', values: [name] } })),
  );
  const cases = branches.map(({ name, axes, instance, offset, scale }): [string, Evaluation] => [
    name,
    { ...evaluationOf(axes, instance), offset, scale },
  ]);
  const winner = branches.find(({ offset }) => offset === 0) as (typeof branches)[number];
  const data = {
    id,
    family: 'conditional',
    space: [algorithm, ...space],
    eval: { kind: 'switch' as const, param: 'algorithm', cases: Object.fromEntries(cases) },
    ref: { best: 0, median: 1 },
  };
  const optimum = { algorithm: winner.name, ...configAt(winner.axes, winner.instance.minimum) };
  return { problem: createProblem({ ...data, ref: { best: 0, median: drawMedian(data, random) } }), optimum };
}

function build(
  id: string,
  family: string,
  axes: readonly Axis[],
  instance: Instance,
  random: Random,
): FurtherProblem {
  const data = {
    id,
    family,
    space: axes.map(({ parameter }) => parameter),
    eval: evaluationOf(axes, instance),
    ref: { best: instance.best, median: instance.best + 1 },
  };
  const median = drawMedian(data, random);
  const problem = createProblem({ ...data, ref: { best: instance.best, median } });
  return { problem, optimum: configAt(axes, instance.minimum) };
}

function evaluationOf(axes: readonly Axis[], { fn, data }: Instance): FunctionEvaluation {
  return { kind: 'func', fn, data, map: axes.map(({ map }) => map) };
}

function axesOf(dimension: number, low: number, high: number, random: Random, prefix: string = 'x'): Axis[] {
  return Array.from({ length: dimension }, (_, i) => axis(`${prefix}${i}`, low, high, random));
}

function axis(name: string, low: number, high: number, random: Random): Axis {
  const to = random.uniform() < 0.5 ? ([low, high] as const) : ([high, low] as const);
  return { parameter: { name, type: 'float', low, high }, map: { param: name, to } };
}

/** The function's argument at a parameter's value. */
function argumentOf({ parameter, map: { to, perm } }: Axis, value: Value): number {
  const place = toUnit(parameter, value);
  const u = perm === undefined ? place : (perm[place] as number) / (perm.length - 1);
  return to[0] + u * (to[1] - to[0]);
}

/** The configuration at an argument that some configuration has. */
function configAt(axes: readonly Axis[], argument: readonly number[]): Config {
  const entries = axes.map(({ parameter, map }, i): [string, Value] => {
    const u = ((argument[i] as number) - map.to[0]) / (map.to[1] - map.to[0]);
    if (map.perm !== undefined) {
      const place = Math.round(u * (map.perm.length - 1));
      return [parameter.name, (parameter.choices as readonly Value[])[map.perm.indexOf(place)] as Value];
    }
    return [parameter.name, parameter.type === 'int' ? nearestInt(parameter, u) : fromUnit(parameter, u)];
  });
  return Object.fromEntries(entries);
}

function nearestInt({ low = 0, high = 1, log = false }: Parameter, u: number): number {
  return Math.round(
    log ? Math.exp(Math.log(low) + u * (Math.log(high) - Math.log(low))) : low + u * (high - low),
  );
}
