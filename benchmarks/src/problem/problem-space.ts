import {
  categorical,
  choice,
  float,
  int,
  space,
  type SearchSpace,
  type Shape,
  type SpaceNode,
} from '@tunable/core';

import type { Config, Parameter, Value } from './parameter.ts';

/**
 * A problem's parameters as a search space: a category on which others depend becomes a `choice`, whose branches hold
 * the parameters that exist there (one that exists in several branches stands in each).
 */
export function toSpace(parameters: readonly Parameter[]): SearchSpace {
  return space(toShape(parameters, isTopLevel));
}

/** The problem's configuration of one that `toSpace` describes: flat, with the problem's names and values. */
export function toConfig(parameters: readonly Parameter[], params: unknown): Config {
  const config: Config = {};
  for (const [name, value] of Object.entries(params as { readonly [name: string]: unknown })) {
    const parameter = parameters.find((p) => p.name === name) as Parameter;
    if (typeof value !== 'object' || value === null) {
      config[name] = value as Value;
      continue;
    }
    const { type, ...children } = value as { readonly type: string };
    config[name] = (parameter.choices as readonly Value[]).find((c) => String(c) === type) as Value;
    Object.assign(config, toConfig(parameters, children));
  }
  return config;
}

function isTopLevel(parameter: Parameter): boolean {
  return parameter.cond === undefined;
}

function toShape(parameters: readonly Parameter[], belongs: (parameter: Parameter) => boolean): Shape {
  return Object.fromEntries(
    parameters.filter(belongs).map((parameter) => [parameter.name, toNode(parameters, parameter)]),
  );
}

function toNode(parameters: readonly Parameter[], parameter: Parameter): SpaceNode {
  const { name, type, low = 0, high = 1, log = false, choices = [] } = parameter;
  const scale = log ? 'log' : 'linear';
  if (type === 'float') return float(low, high, { scale });
  if (type === 'int') return int(low, high, { scale });
  if (!parameters.some((p) => p.cond?.parent === name)) return categorical(choices);
  return choice(
    Object.fromEntries(
      choices.map((value) => [
        String(value),
        toShape(parameters, ({ cond }) => cond?.parent === name && cond.values.includes(value)),
      ]),
    ),
  );
}
