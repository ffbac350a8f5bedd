import type { HyperparameterJSON, SearchSpace } from '@tunable/core';

import type { Config, Parameter, Value } from './parameter.ts';

/**
 * A search space as parameters by the names of its leaves: what a define-by-run program would suggest, with a name of its
 * own for each branch. The counterpart of `toSpace`.
 *
 * @throws {Error} a constant, or a number with a step.
 */
export function toParameters(space: SearchSpace): Parameter[] {
  return space.leaves.map(({ name, parameter, condition }) => {
    const own = { name, ...declaration(parameter.toJSON()) };
    if (condition === undefined) return own;
    const parent = space.leaves[condition.parent]!;
    const values: Value[] = [];
    for (let x = condition.low; x <= condition.high; x++) values.push(parent.parameter.decode(x) as Value);
    return { ...own, cond: { parent: parent.name, values } };
  });
}

/** The configuration of the space with these values of {@link toParameters}. */
export function fromConfig(space: SearchSpace, config: Config): unknown {
  const row = Float64Array.from(space.leaves, ({ name, parameter }) =>
    name in config ? parameter.encode(config[name]) : Number.NaN,
  );
  return space.decode(row);
}

function declaration(json: HyperparameterJSON): Omit<Parameter, 'name'> {
  if (json.kind === 'categorical') return { type: 'cat', choices: json.choices as readonly Value[] };
  if (json.kind === 'constant' || json.step !== undefined)
    throw new Error(`not a plain parameter: ${json.kind}`);
  return { type: json.kind, low: json.low, high: json.high, log: json.scale === 'log' };
}
