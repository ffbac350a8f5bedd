import * as core from '@tunable/core';
import type { Optimizer } from '@tunable/core';

/** Our optimizers: the name on the command line and in tables, and the export of `@tunable/core` that makes it. */
const FACTORIES: { readonly [name: string]: string } = {
  random: 'random',
  sobol: 'sobol',
  tpe: 'tpe',
  gp: 'gaussianProcess',
  cmaes: 'cmaEs',
  nsga2: 'nsga2',
  de: 'differentialEvolution',
  auto: 'auto',
};

/** The names of the optimizers that the core has. */
export function optimizerNames(): string[] {
  return Object.keys(FACTORIES).filter((name) => factoryOf(name) !== undefined);
}

/** A new optimizer with default settings; undefined where the core has none of that name. */
export function makeOptimizer(name: string): Optimizer | undefined {
  return factoryOf(name)?.();
}

function factoryOf(name: string): (() => Optimizer) | undefined {
  const exported = core as { readonly [name: string]: unknown };
  return exported[FACTORIES[name] ?? ''] as (() => Optimizer) | undefined;
}
