import { boolean, space, when, type SpaceNode, type WhenValues } from '@tunable/core';

import {
  hyperparameterOf,
  internalOf,
  parseDistribution,
  printDistribution,
  valueOf,
  type Distribution,
} from './distribution.ts';
import { mergeDistributions } from './merge-distributions.ts';
import { presenceOf, type Presence } from './presence.ts';
import { toJsonValue, type PythonJson } from './python-json.ts';
import { Codec, type CodecColumn, type ParamCodec, type TrialParam } from './trial-params.ts';

/** What must be known of a trial to tell the space from it. */
export interface TrialOfPython {
  /** Its state, in Optuna's words. */
  readonly state: string;
  /** Its parameters, in the order in which they were written. */
  readonly params: readonly TrialParam[];
}

/**
 * The codec of a study that Python made, whose space nobody declared: every parameter that a trial had, in its widest range,
 * flat, under Optuna's names. A parameter that only some trials have is conditional (`when`) on the parameter that decides it; if
 * none can be seen, on an added one, true or false, with a question mark behind its name, which Optuna never gets to see.
 *
 * @param trials all trials, in the order of their numbers.
 * @throws {InvalidSpaceError} a range without bounds.
 */
export function paramCodecFromTrials(trials: Iterable<TrialOfPython>): ParamCodec {
  const all = [...trials];
  const isWhole = all.map(({ state }) => state === 'COMPLETE' || state === 'PRUNED');
  const parameters = collect(all);
  const presences = presencesOf(parameters, isWhole);
  const distributions = arrangeChoices(parameters, presences);
  const shape: [name: string, node: SpaceNode][] = [];
  /** By the trials that have it: the added parameter that says so. */
  const flags = new Map<string, string>();
  const flagged = new Map<string, string>();
  for (const [name, { column }] of parameters) {
    const node = hyperparameterOf(distributions.get(name) as Distribution);
    const presence = presences.get(name) as Presence;
    if (presence.kind !== 'unknown') {
      shape.push([name, presence.kind === 'always' ? node : when(conditionOf(presence, parameters), node)]);
      continue;
    }
    const pattern = column.map((x, trial) => Number(isWhole[trial] === true && Number.isNaN(x))).join('');
    let flag = flags.get(pattern);
    if (flag === undefined) {
      flag = `${name}?`;
      while (parameters.has(flag)) flag += '?';
      shape.push([flag, boolean()]);
      flags.set(pattern, flag);
      flagged.set(flag, name);
    }
    shape.push([name, when({ [flag]: true }, node)]);
  }
  const searched = space(Object.fromEntries(shape));
  const indexOf = (name: string): number => searched.leaves.findIndex((leaf) => leaf.name === name);
  const columns = searched.leaves.map(({ name }): CodecColumn => {
    const parameter = parameters.get(name);
    if (parameter === undefined) return { presenceOf: indexOf(flagged.get(name) as string) };
    const distribution = distributions.get(name) as Distribution;
    return { name, distribution, text: textOf(distribution, parameter.lastText) };
  });
  return new Codec(searched, columns);
}

function conditionOf(
  presence: Extract<Presence, { parent: string }>,
  parameters: ReadonlyMap<string, Parameter>,
): { [parent: string]: WhenValues } {
  const { kind, parent, ...range } = presence;
  if (kind === 'range') return { [parent]: range };
  const { distribution } = parameters.get(parent) as Parameter;
  return {
    [parent]: presence.indices.map((index) => toJsonValue(valueOf(distribution, index) as PythonJson)),
  };
}

/**
 * The distribution to write for trials that we add: that of the last trial where it is as wide, so that Python finds its own
 * again, else the merged one.
 */
function textOf(merged: Distribution, lastText: string): string {
  const last = parseDistribution(lastText);
  const isSame =
    merged.kind === 'categorical'
      ? last.kind === 'categorical' &&
        merged.choices.every((choice) => !Number.isNaN(internalOf(last, choice)))
      : printDistribution(last) === printDistribution(merged);
  return isSame ? lastText : printDistribution(merged);
}

/** All that trials had of one parameter. */
interface Parameter {
  readonly distribution: Distribution;
  /** By trial, the number in `distribution`; NaN where it was lacking. */
  readonly column: Float64Array;
  /** The distribution of the last trial that had it. */
  readonly lastText: string;
}

/** The parameters, in an order in which one program may have asked for them. */
function collect(all: readonly TrialOfPython[]): Map<string, Parameter> {
  const names: string[] = [];
  const texts = new Map<string, Map<string, Set<number>>>();
  for (const { params } of all) {
    let place = 0;
    for (const { name, value, distribution } of params) {
      const byText = texts.get(name) ?? new Map<string, Set<number>>();
      if (!texts.has(name)) {
        texts.set(name, byText);
        names.splice(place, 0, name);
      }
      place = names.indexOf(name) + 1;
      const values = byText.get(distribution) ?? new Set();
      // Written last, stands last.
      byText.delete(distribution);
      byText.set(distribution, values.add(value));
    }
  }
  const parameters = new Map<string, Parameter>();
  for (const name of names) {
    const byText = texts.get(name) as Map<string, Set<number>>;
    const uses = new Map(
      [...byText].map(([text, values]) => [
        text,
        { distribution: parseDistribution(text), values: [...values] },
      ]),
    );
    const distribution = mergeDistributions([...uses.values()]);
    const column = Float64Array.from(all, ({ params }) => {
      const param = params.find((candidate) => candidate.name === name);
      if (param === undefined) return Number.NaN;
      const own = uses.get(param.distribution)?.distribution as Distribution;
      const value = valueOf(own, param.value);
      // None is a value.
      return value === undefined ? Number.NaN : internalOf(distribution, value);
    });
    parameters.set(name, { distribution, column, lastText: [...byText.keys()].at(-1) as string });
  }
  return parameters;
}

function presencesOf(
  parameters: ReadonlyMap<string, Parameter>,
  isWhole: readonly boolean[],
): Map<string, Presence> {
  const get = (name: string): Parameter => parameters.get(name) as Parameter;
  const columns = {
    names: [...parameters.keys()],
    isWhole,
    distribution: (name: string) => get(name).distribution,
    column: (name: string) => get(name).column,
  };
  return new Map(columns.names.map((name) => [name, presenceOf(name, columns)]));
}

/**
 * The distributions, with choices that decide the same next to one another, since a condition is a range of indices. What
 * cannot be arranged so counts as unknown in `presences`.
 */
function arrangeChoices(
  parameters: ReadonlyMap<string, Parameter>,
  presences: Map<string, Presence>,
): Map<string, Distribution> {
  const arranged = new Map<string, Distribution>();
  for (const [name, { distribution }] of parameters) {
    arranged.set(name, distribution);
    if (distribution.kind !== 'categorical') continue;
    const dependents = [...presences].flatMap(([dependent, presence]) =>
      presence.kind === 'choices' && presence.parent === name
        ? [{ dependent, indices: presence.indices }]
        : [],
    );
    if (dependents.length === 0) continue;
    const signature = (index: number): string =>
      dependents.map(({ indices }) => Number(!indices.includes(index))).join('');
    const order = [...distribution.choices.keys()].toSorted(
      (a, b) => signature(a).localeCompare(signature(b)) || a - b,
    );
    const isTogether = (indices: readonly number[], from: readonly number[]): boolean => {
      const places = indices.map((index) => from.indexOf(index));
      return Math.max(...places) - Math.min(...places) + 1 === places.length;
    };
    const natural = order.toSorted((a, b) => a - b);
    const chosen = dependents.every(({ indices }) => isTogether(indices, natural)) ? natural : order;
    arranged.set(name, {
      kind: 'categorical',
      choices: chosen.map((index) => distribution.choices[index] as PythonJson),
    });
    for (const { dependent, indices } of dependents) {
      if (!isTogether(indices, chosen)) presences.set(dependent, { kind: 'unknown' });
    }
  }
  return arranged;
}
