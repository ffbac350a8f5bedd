import type { Config } from '../problem/parameter.ts';
import { fromUnit, toUnit } from '../problem/parameter.ts';
import type { Problem } from '../problem/problem.ts';
import { redraw, REDRAWN_FAMILIES } from '../problem/redraw.ts';

/** What an earlier study was of, next to the study that starts from it. */
export interface Earlier {
  readonly name: string;
  /** The value that the earlier study minimizes; undefined where a problem has no such variant. */
  readonly objective: (problem: Problem, seed: number) => ((config: Config) => number) | undefined;
}

/** How far {@link shifted} moves. */
const SHIFT = 0.1;

/** From the most to the least alike. */
export const EARLIER: readonly Earlier[] = [
  { name: 'the same problem', objective: (problem) => (config) => problem.truth(config) },
  {
    name: 'a shifted one: each number moved by a tenth of its range',
    objective: (problem) => (config) => problem.truth(shifted(problem, config)),
  },
  {
    name: 'another instance: other optimum, axes turned round',
    objective: (problem, seed) => {
      if (!REDRAWN_FAMILIES.includes(problem.family)) return undefined;
      const other = redraw(problem, seed + 500);
      return (config) => other.truth(config);
    },
  },
  {
    name: 'the opposite: the same problem, maximized',
    objective: (problem) => (config) => -problem.truth(config),
  },
];

/** Every number a tenth of its range further up, those that leave the range mirrored back into it. */
export function shifted({ parameters }: Problem, config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const parameter = parameters.find((one) => one.name === name)!;
      if (parameter.type === 'cat') return [name, value];
      const u = toUnit(parameter, value) + SHIFT;
      return [name, fromUnit(parameter, u < 1 ? u : 2 - u)];
    }),
  );
}
