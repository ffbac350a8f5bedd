/** Models fitted to the scores of really trained scikit-learn models; the objective of the hpo problems. */
import { isActive, toUnit, type Config, type Parameter, type Value } from './parameter.ts';
import { times, type Matrix, type Vector } from './transforms.ts';

/** Regression trees in parallel arrays: feature (negative in a leaf), threshold, left, right and value of each node. */
export interface Forest {
  readonly trees: readonly {
    readonly f: Vector;
    readonly t: Vector;
    readonly l: Vector;
    readonly r: Vector;
    readonly v: Matrix;
  }[];
}

/** Small networks with tanh layers and a linear last one: weights and biases per layer. */
export interface Networks {
  readonly nets: readonly { readonly W: readonly Matrix[]; readonly b: Matrix }[];
}

/** The features of a configuration: numbers by `toUnit` (0.5 where they do not exist), categories one-hot. */
export function encode(parameters: readonly Parameter[], config: Config): number[] {
  const x: number[] = [];
  for (const parameter of parameters) {
    const value = isActive(parameter, config) ? (config[parameter.name] as Value) : undefined;
    if (parameter.type === 'cat') {
      for (const choice of parameter.choices as readonly Value[]) x.push(choice === value ? 1 : 0);
    } else {
      x.push(value === undefined ? 0.5 : toUnit(parameter, value));
    }
  }
  return x;
}

/** The mean over the trees of the leaf that `x` falls into. */
export function predictForest(forest: Forest, x: Vector): number[] {
  return mean(
    forest.trees.map((tree) => {
      let node = 0;
      for (;;) {
        const feature = tree.f[node] as number;
        if (feature < 0) return tree.v[node] as Vector;
        const goesLeft = (x[feature] as number) <= (tree.t[node] as number);
        node = (goesLeft ? tree.l : tree.r)[node] as number;
      }
    }),
  );
}

/** The mean over the networks of their outputs. */
export function predictNetworks(networks: Networks, x: Vector): number[] {
  return mean(
    networks.nets.map(({ W, b }) => {
      let layer: Vector = x;
      for (const [i, weights] of W.entries()) {
        const bias = b[i] as Vector;
        const activations = times(layer, weights).map((v, j) => v + (bias[j] as number));
        layer = i < W.length - 1 ? activations.map(Math.tanh) : activations;
      }
      return layer;
    }),
  );
}

function mean(outputs: readonly Vector[]): number[] {
  return (outputs[0] as Vector).map(
    (_, k) => outputs.reduce((total, output) => total + (output[k] as number), 0) / outputs.length,
  );
}
