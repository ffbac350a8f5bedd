import {
  boolean,
  categorical,
  choice,
  constant,
  float,
  int,
  list,
  space,
  type SearchSpace,
} from '@tunable/core';

/** What kinds of spaces an optimizer serves; the checks of the others are left out. */
export interface SpaceSupport {
  /** Unordered categories. Default true. */
  readonly categorical?: boolean;
  /** Branches (`choice`) and lists of variable length. Default true. */
  readonly conditional?: boolean;
  /** Continuous parameters. Default true. */
  readonly continuous?: boolean;
}

/** Spaces that together hold every kind of leaf, by name. */
export function exampleSpaces(support: SpaceSupport): { readonly [name: string]: SearchSpace } {
  const { categorical: nominal = true, conditional = true, continuous = true } = support;
  return {
    ...(continuous
      ? {
          'one float': space({ x: float(-5, 10) }),
          numbers: space({
            rate: float(1e-5, 1e-1, { scale: 'log' }),
            share: float(0, 1, { step: 0.1 }),
            units: int(1, 1024, { scale: 'log' }),
            depth: int(2, 20, { step: 2 }),
            size: categorical(['s', 'm', 'l'], { ordered: true }),
            fixed: constant(7),
          }),
        }
      : {}),
    ...(nominal
      ? {
          categories: space({
            a: categorical(['x', 'y', 'z']),
            b: boolean(),
            c: int(0, 99),
            d: categorical([[1], [1, 2]]),
          }),
        }
      : {}),
    ...(conditional && nominal && continuous
      ? {
          branches: space({
            model: choice({
              tree: { depth: int(1, 9), criterion: categorical(['gini', 'entropy']) },
              net: {
                rate: float(1e-4, 1, { scale: 'log' }),
                layers: list({ units: int(4, 64) }, { min: 1, max: 3 }),
              },
              none: {},
            }),
            seed: int(0, 99),
          }),
        }
      : {}),
  };
}

/** A smooth loss over any space: the squared distance of each active leaf's unit encoding from `goal`, a number in [0, 1]. */
export function distanceFrom(space: SearchSpace, row: Float64Array, goal = 0.3): number {
  return space.leaves.reduce((sum, { index, parameter }) => {
    const x = row[index] as number;
    if (Number.isNaN(x)) return sum;
    const u = parameter.isNominal ? x / parameter.cardinality : parameter.toUnit(x);
    return sum + (u - goal) ** 2;
  }, 0);
}
