import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { optimizerNames } from './contenders.ts';
import { OPTUNA_SAMPLERS } from './optuna/driver.ts';
import { FURTHER_NAMES } from './problem/further.ts';
import { problemNames } from './problem/load.ts';
import { SUITES, type SuiteName } from './problem/suites.ts';

/** The parts of the benchmark that run when none is named. */
export const DEFAULT_SECTIONS = [
  'quality',
  'curves',
  'speed',
  'workload',
  'footprint',
  'threads',
  'onnx',
  'storage',
  'tfjs',
  'tfjs-pruning',
] as const;

/** Those that run by name only, most of them behind the tables of the guides. */
const NAMED_SECTIONS = ['pruners', 'ablation', 'warm', 'references'] as const;

/** A part of the benchmark. */
export type Section = (typeof DEFAULT_SECTIONS)[number] | (typeof NAMED_SECTIONS)[number];

/** All parts, in the order of the page. */
export const SECTIONS: readonly Section[] = [...DEFAULT_SECTIONS, ...NAMED_SECTIONS];

/** What is measured, and how thoroughly. */
export interface Options {
  readonly sections: readonly Section[];
  readonly full: boolean;
  readonly suites: readonly SuiteName[];
  /** Ours; all that the core has, if undefined. */
  readonly optimizers: readonly string[] | undefined;
  /** Samplers of Optuna that run live. */
  readonly optuna: readonly string[];
  /** All of the suite, if undefined. */
  readonly problems: readonly string[] | undefined;
  readonly seeds: number;
  readonly trials: number;
  /** For each optimizer on each suite. */
  readonly minutes: number;
  /** For the quality runs; everything that is timed runs alone. */
  readonly threads: number;
  /** Whether results are stored and the page is written. */
  readonly write: boolean;
}

export const HELP: string = `npm run bench [-- [section ...] [--full] [options]]

sections: ${DEFAULT_SECTIONS.join(', ')}; default: all of these
by name only: pruners (tables of docs/pruners.md), ablation and warm (of docs/optimizers.md),
              references (what regret is measured by for learning curves that have none yet; with --full for all; always stored)
--full               10 seeds, 200 evaluations, all suites and histories, no time limit (hours with gp)
--suites LIST        ${SUITES.join(', ')}; default: public
--optimizers LIST    ours, or none; default: all there are
--optuna LIST        Optuna's samplers to run live: ${OPTUNA_SAMPLERS.join(', ')} or none; default: tpe
--problems LIST      default: all of the suite
--seeds N            default 3      --trials N    evaluations per run, default 100
--minutes N          time for each optimizer on each suite, default 1; the seeds that were finished count
--threads N          for the quality runs, default: as many as there are cores
--write              store the results and write docs/benchmarks.md of them, in place of those of other commands;
                     else they are printed only
`;

/**
 * The command line's options.
 *
 * @throws an Error that says what is wrong with it.
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      full: flag,
      suites: text,
      optimizers: text,
      optuna: text,
      problems: text,
      seeds: text,
      trials: text,
      minutes: text,
      threads: text,
      write: flag,
      help: flag,
    },
  });
  if (values.help === true) return 'help';
  const full = values.full === true;
  return {
    sections: positionals.length === 0 ? DEFAULT_SECTIONS : oneOf('section', positionals, SECTIONS),
    full,
    suites: list('suites', values.suites, SUITES) ?? (full ? SUITES : ['public']),
    optimizers: values.optimizers === 'none' ? [] : list('optimizers', values.optimizers, optimizerNames()),
    optuna: values.optuna === 'none' ? [] : (list('optuna', values.optuna, OPTUNA_SAMPLERS) ?? ['tpe']),
    problems: list('problems', values.problems, [...problemNames(), ...FURTHER_NAMES]),
    seeds: number('seeds', values.seeds, full ? 10 : 3),
    trials: number('trials', values.trials, full ? 200 : 100),
    minutes: number('minutes', values.minutes, full ? Infinity : 1),
    threads: number('threads', values.threads, availableParallelism()),
    write: values.write === true,
  };
}

function list<T extends string>(
  name: string,
  text: string | undefined,
  valid: readonly T[],
): T[] | undefined {
  return text === undefined ? undefined : oneOf(name, text.split(','), valid);
}

function oneOf<T extends string>(name: string, given: readonly string[], valid: readonly T[]): T[] {
  for (const one of given) {
    if (!(valid as readonly string[]).includes(one)) {
      throw new Error(`${name}: '${one}' is none of ${valid.join(', ')}`);
    }
  }
  return given as T[];
}

function number(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name}: expected a number above 0, not '${text}'`);
  return value;
}
