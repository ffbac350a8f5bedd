import type { Pruner } from './pruner.ts';

/** Never prunes. */
export function noPruning(): Pruner {
  return { name: 'none', shouldPrune: () => false };
}
