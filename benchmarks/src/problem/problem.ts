import { bbobFunctions, type FunctionData, type TestFunction } from './bbob.ts';
import { classicFunctions } from './classic.ts';
import { noiseAt } from './noise.ts';
import { toUnit, type Config, type Parameter } from './parameter.ts';
import { encode, predictForest, predictNetworks, type Forest, type Networks } from './surrogate.ts';

/** How a problem's value is computed. */
export type Evaluation = FunctionEvaluation | SwitchEvaluation | SurrogateEvaluation;

/** scale * F(x) + offset, where x_i runs over `to` as the parameter runs over its range. */
export interface FunctionEvaluation {
  readonly kind: 'func';
  readonly fn: string;
  readonly data: FunctionData;
  readonly map: readonly AxisMap[];
  readonly scale?: number;
  readonly offset?: number;
}

/** Which parameter an axis belongs to, and from where to where it runs. */
export interface AxisMap {
  readonly param: string;
  readonly to: readonly [number, number];
  /** The place of each category along the axis. */
  readonly perm?: readonly number[];
}

/** Another evaluation for each value of one parameter. */
interface SwitchEvaluation {
  readonly kind: 'switch';
  readonly param: string;
  readonly cases: { readonly [value: string]: Evaluation };
}

/** A fitted model of standardised scores, or of their logarithms. */
type SurrogateEvaluation = {
  readonly sd: readonly number[];
  readonly mu: readonly number[];
  readonly log: boolean;
  readonly clip: readonly [number, number];
} & (
  | { readonly kind: 'forest'; readonly model: Forest }
  | { readonly kind: 'mlp'; readonly model: Networks }
);

/** A problem file. All are minimized. */
export interface ProblemData {
  readonly id: string;
  readonly family: string;
  readonly space: readonly Parameter[];
  readonly eval: Evaluation;
  /** `best`: the optimum, or the best value found; `median`: of random configurations. */
  readonly ref: { readonly best: number; readonly median: number };
  /** Standard deviation of the noise added to observations; none if absent. */
  readonly noise?: number;
  readonly noiseKey?: number;
}

/** A problem that can be evaluated. */
export interface Problem {
  readonly data: ProblemData;
  readonly id: string;
  readonly family: string;
  readonly parameters: readonly Parameter[];
  readonly isNoisy: boolean;
  /** The value without noise. */
  truth(config: Config): number;
  /** What evaluation `index` (from 0) of the run `seed` observes. */
  observe(config: Config, seed: number, index: number): number;
  /** How far a true value is from the best, where 1 is the median of random configurations; in 0..1. */
  regret(truth: number): number;
}

const functions: { readonly [name: string]: TestFunction } = { ...bbobFunctions, ...classicFunctions };

/** Makes a problem of its file's content. */
export function createProblem(data: ProblemData): Problem {
  const { id, family, space: parameters, ref, noise = 0, noiseKey = 0 } = data;
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));

  function evaluate(how: Evaluation, config: Config): number {
    switch (how.kind) {
      case 'func': {
        const x = how.map.map(({ param, to: [from, to], perm }) => {
          const parameter = byName.get(param) as Parameter;
          const place = toUnit(parameter, config[param] as number);
          const u = perm === undefined ? place : (perm[place] as number) / (perm.length - 1);
          return from + u * (to - from);
        });
        const f = functions[how.fn] as TestFunction;
        return f(x, how.data) * (how.scale ?? 1) + (how.offset ?? 0);
      }
      case 'switch':
        return evaluate(how.cases[String(config[how.param])] as Evaluation, config);
      case 'forest':
      case 'mlp': {
        const x = encode(parameters, config);
        const scores = how.kind === 'forest' ? predictForest(how.model, x) : predictNetworks(how.model, x);
        // A learning curve ends with the value that counts.
        const last = scores.length - 1;
        const y = (scores[last] as number) * (how.sd[last] as number) + (how.mu[last] as number);
        return Math.min(how.clip[1], Math.max(how.clip[0], how.log ? Math.exp(y) : y));
      }
    }
  }

  const truth = (config: Config) => evaluate(data.eval, config);
  return {
    data,
    id,
    family,
    parameters,
    isNoisy: noise > 0,
    truth,
    observe: (config, seed, index) =>
      noise > 0 ? truth(config) + noise * noiseAt(seed, index, noiseKey) : truth(config),
    regret: (value) => Math.min(1, Math.max(0, (value - ref.best) / (ref.median - ref.best))),
  };
}
