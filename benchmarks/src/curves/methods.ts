import {
  asha,
  auto,
  hyperband,
  median,
  noPruning,
  random,
  successiveHalving,
  tpe,
  type Optimizer,
  type Pruner,
} from '@tunable/core';

import { EPOCHS } from './task.ts';

/** How a study is run. */
export interface Method {
  readonly name: string;
  readonly optimizer: () => Optimizer;
  readonly pruner: () => Pruner;
}

/** The method that the others are compared with. */
export const BASELINE = 'TPE + ASHA, stopping';

/** Of all ASHA that stops: units at the first rung, and one in how many passes each. */
export const HALVING = { minResource: 1, reductionFactor: 3 };

/** What a study does if nothing is said. */
export const DEFAULT = 'auto + asha({ cautious: true }), the default';

/** What pauses and promotes trials. */
export const PROMOTION = 'auto + asha()';

/** What is compared. */
export const METHODS: readonly Method[] = [
  { name: 'random', optimizer: random, pruner: noPruning },
  {
    name: BASELINE,
    optimizer: tpe,
    pruner: () => successiveHalving(HALVING),
  },
  { name: 'TPE + Hyperband', optimizer: tpe, pruner: () => hyperband({ maxResource: EPOCHS }) },
  { name: 'TPE + asha()', optimizer: tpe, pruner: () => asha() },
  { name: 'auto, no pruning', optimizer: auto, pruner: noPruning },
  { name: 'auto + median()', optimizer: auto, pruner: median },
  {
    name: 'auto + ASHA, stopping',
    optimizer: auto,
    pruner: () => successiveHalving(HALVING),
  },
  { name: PROMOTION, optimizer: auto, pruner: () => asha() },
  {
    name: DEFAULT,
    optimizer: auto,
    pruner: () => asha({ cautious: true }),
  },
];
