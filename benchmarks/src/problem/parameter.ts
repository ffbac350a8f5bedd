/** A parameter of a benchmark problem, as the problem files declare it. */
export interface Parameter {
  readonly name: string;
  readonly type: 'float' | 'int' | 'cat';
  /** Bounds of numbers, both included. */
  readonly low?: number;
  readonly high?: number;
  /** Whether it spreads over magnitudes. */
  readonly log?: boolean;
  /** The values of a category. */
  readonly choices?: readonly Value[];
  /** It exists only while the parent exists and has one of these values. */
  readonly cond?: { readonly parent: string; readonly values: readonly Value[] };
}

/** A value of a parameter. */
export type Value = number | string | boolean;

/** A configuration of a problem: the values of the parameters that exist, by name. */
export interface Config {
  [name: string]: Value;
}

/** Whether `parameter` exists in a configuration whose earlier parameters are set. */
export function isActive(parameter: Parameter, config: Config): boolean {
  const { cond } = parameter;
  if (cond === undefined) return true;
  const parent = config[cond.parent];
  return parent !== undefined && cond.values.includes(parent);
}

/** The position of a number in its range, 0..1; the index of a category. */
export function toUnit(parameter: Parameter, value: Value): number {
  if (parameter.type === 'cat') return (parameter.choices as readonly Value[]).indexOf(value);
  const { low = 0, high = 1, log = false } = parameter;
  const x = value as number;
  return log ? (Math.log(x) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (x - low) / (high - low);
}

/** The value at `u` in [0, 1): whole numbers and categories own cells of equal width. */
export function fromUnit(parameter: Parameter, u: number): Value {
  const { type, low = 0, high = 1, log = false, choices = [] } = parameter;
  if (type === 'cat') return choices[Math.min(choices.length - 1, Math.floor(u * choices.length))] as Value;
  const edge = type === 'int' ? 0.5 : 0;
  const [from, to] = [low - edge, high + edge];
  const x = log ? Math.exp(Math.log(from) + u * (Math.log(to) - Math.log(from))) : from + u * (to - from);
  return Math.min(high, Math.max(low, type === 'int' ? Math.floor(x + 0.5) : x));
}

/** A configuration drawn at random: one number per parameter, whether it exists or not. */
export function sampleConfig(parameters: readonly Parameter[], uniform: () => number): Config {
  const config: Config = {};
  for (const parameter of parameters) {
    const u = uniform();
    if (isActive(parameter, config)) config[parameter.name] = fromUnit(parameter, u);
  }
  return config;
}
