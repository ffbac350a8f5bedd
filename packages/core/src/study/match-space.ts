import { StudyError } from '../errors.ts';
import { hyperparameterFromJSON } from '../hyperparameter/from-json.ts';
import type { Hyperparameter, HyperparameterJSON } from '../hyperparameter/hyperparameter.ts';
import { spaceFromJSON } from '../space/from-json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { NodeJSON, SpaceJSON } from '../space/to-json.ts';
import { withoutConstraints } from '../space/translate-rows.ts';
import type { StudyHeader } from '../storage/storage.ts';
import { compareWithTrials } from './compare-with-trials.ts';

/** The space with which a study goes on. */
export interface MatchedSpace {
  readonly space: SearchSpace;
  /** Whether it is not the saved one any more: the storage must be told. */
  readonly hasGrown: boolean;
}

/**
 * The space with which a saved study goes on: the given one, if everything that could be tried before still can be; the
 * saved one, if none is given. A space may grow: wider bounds, further choices, new parameters with a default (which
 * the trials so far take), other defaults, another order. One that was inferred from the trials of another program gives
 * way to any that describes them: see {@link compareWithTrials}.
 *
 * @throws {StudyError} `study_mismatch`, naming the parameters and what is wrong with them.
 */
export function matchSpace(
  { name, space: saved, isSpaceInferred }: StudyHeader,
  given: SearchSpace | undefined,
): MatchedSpace {
  if (given === undefined) return { space: spaceFromJSON(saved), hasGrown: false };
  const now = given.toJSON();
  const problems: string[] = [];
  if (isSpaceInferred === true) problems.push(...compareWithTrials(saved, now));
  else compare(saved, now, '', problems);
  if (problems.length > 0) {
    throw new StudyError(
      'study_mismatch',
      isSpaceInferred === true
        ? `the trials of the study '${name}', which another program made, show another space: ${problems.join('; ')}. Declare kinds, logarithms and choices as they are there (bounds may differ), and a default for what no trial has; or leave the space out`
        : `the study '${name}' has another space: ${problems.join('; ')}. A space may grow (wider bounds, further choices, new parameters with a default); otherwise create a new study`,
    );
  }
  // Read back first: a storage may give the members of objects in another order.
  const before = withoutConstraints(saved).toJSON();
  return {
    space: given,
    // A declared space takes the place of the same one that was inferred.
    hasGrown:
      isSpaceInferred === true || JSON.stringify(before) !== JSON.stringify(withoutConstraints(now).toJSON()),
  };
}

/** Collects why `now` cannot go on where `before` was. */
function compare(before: NodeJSON, now: NodeJSON, path: string, problems: string[]): void {
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (before.kind === 'space' && now.kind === 'space') {
    compareMembers(before.shape, now.shape, inside, problems);
    for (const [name, node] of Object.entries(now.shape)) {
      if (Object.hasOwn(before.shape, name) || hasDefaults(node)) continue;
      problems.push(`'${inside(name)}' is new and has no default, which the trials so far would take`);
    }
    const [had, has] = [before.where ?? 0, now.where ?? 0];
    if (had !== has)
      problems.push(`${path === '' ? 'it' : `'${path}'`} had ${had} constraints (where), and has ${has}`);
  } else if (before.kind === 'choice' && now.kind === 'choice') {
    compareMembers(before.branches, now.branches, inside, problems);
  } else if (before.kind === 'list' && now.kind === 'list') {
    if (now.min > before.min || now.max < before.max)
      problems.push(`'${path}' had ${before.min} to ${before.max} items, and has ${now.min} to ${now.max}`);
    compare(before.item, now.item, inside('*'), problems);
  } else if (before.kind === 'when' && now.kind === 'when') {
    if (conditionOf(before) !== conditionOf(now))
      problems.push(`'${path}' depends on something else than before`);
    compare(before.node, now.node, path, problems);
  } else if (!isSingle(before) || !isSingle(now) || !includes(now, before)) {
    problems.push(`'${path}' was ${describe(before)}, and is ${describe(now)}`);
  }
}

function compareMembers(
  before: { readonly [name: string]: NodeJSON },
  now: { readonly [name: string]: NodeJSON },
  inside: (name: string) => string,
  problems: string[],
): void {
  for (const [name, node] of Object.entries(before)) {
    if (Object.hasOwn(now, name)) compare(node, now[name] as NodeJSON, inside(name), problems);
    else problems.push(`'${inside(name)}' is missing`);
  }
}

/** Whether every value of one hyperparameter is one of another, and Optuna would let them share a name. */
function includes(now: HyperparameterJSON, before: HyperparameterJSON): boolean {
  const [wider, narrower] = [hyperparameterFromJSON(now), hyperparameterFromJSON(before)];
  if (narrower.cardinality === 1) return has(wider, narrower, 0.5);
  if (now.kind === 'categorical' && before.kind === 'categorical')
    return before.choices.every((choice) => !Number.isNaN(wider.encode(choice)));
  if (now.kind !== before.kind || !('low' in now) || !('low' in before) || now.scale !== before.scale)
    return false;
  // The first, the second and the last value of a regular grid are in another one: then so are all.
  const second = narrower.cardinality === Infinity ? 0 : 1.5 / narrower.cardinality;
  const isGridKept = now.step === undefined || before.step !== undefined || before.kind === 'int';
  return isGridKept && [0, second, 1].every((u) => has(wider, narrower, u));
}

function has(wider: Hyperparameter, narrower: Hyperparameter, unit: number): boolean {
  return !Number.isNaN(wider.encode(narrower.decode(narrower.fromUnit(unit))));
}

function isSingle(json: NodeJSON): json is HyperparameterJSON {
  return ['float', 'int', 'categorical', 'constant'].includes(json.kind);
}

function describe(json: NodeJSON): string {
  return isSingle(json) ? hyperparameterFromJSON(json).describe() : `a ${json.kind}`;
}

function conditionOf({ parent, values, min, max }: Extract<NodeJSON, { kind: 'when' }>): string {
  return JSON.stringify([parent, values, min, max]);
}

function hasDefaults(node: NodeJSON): boolean {
  const shape: SpaceJSON['shape'] = { node: node.kind === 'when' ? node.node : node };
  return withoutConstraints({ kind: 'space', shape }).hasDefaults;
}
