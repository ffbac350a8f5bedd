import { hyperparameterFromJSON } from '../hyperparameter/from-json.ts';
import type { HyperparameterJSON } from '../hyperparameter/hyperparameter.ts';
import type { JsonValue } from '../json.ts';
import { namedParameters } from '../space/named-parameters.ts';
import type { SpaceJSON } from '../space/to-json.ts';
import { withoutConstraints } from '../space/translate-rows.ts';

/**
 * What keeps a declared space from describing trials of another program: other kinds, logarithms or choices, which that
 * program would refuse later on (further choices are the user's decision), and parameters that the trials have no value
 * for. Bounds and steps may differ, and parameters may be left out.
 *
 * @param shown the space that was inferred from the trials; empty if there were none, which any space describes.
 * @returns one sentence for each problem.
 */
export function compareWithTrials(shown: SpaceJSON, declared: SpaceJSON): string[] {
  const [had, has] = [namedParameters(shown), namedParameters(declared)];
  if (had.size === 0) return [];
  const problems: string[] = [];
  const shared = [...had].filter(([name]) => has.has(name));
  for (const [name, before] of shared) {
    const now = has.get(name) as HyperparameterJSON;
    if (!agree(before, now))
      problems.push(`'${name}' is ${describe(before)} there, and ${describe(now)} here`);
  }
  for (const { name, parameter, condition } of withoutConstraints(declared).leaves) {
    if (had.has(name) || condition !== undefined || !Number.isNaN(parameter.defaultNumber)) continue;
    problems.push(`no trial has '${name}', and it has no default`);
  }
  if (shared.length === 0) problems.push('none of the parameters here is one of them');
  if (problems.length > 0 && shared.length < had.size) {
    const others = [...had.keys()].filter((name) => !has.has(name) && !name.endsWith('?'));
    if (others.length > 0) problems.push(`there are also ${others.map((name) => `'${name}'`).join(', ')}`);
  }
  return problems;
}

function agree(before: HyperparameterJSON, now: HyperparameterJSON): boolean {
  const [had, has] = [choicesOf(before), choicesOf(now)];
  if (had !== undefined && has !== undefined) return had.every((choice) => has.includes(choice));
  return before.kind === now.kind && isLogarithmic(before) === isLogarithmic(now);
}

/** The choices as texts: other programs know lists and objects by their JSON. Undefined for a range. */
function choicesOf(json: HyperparameterJSON): string[] | undefined {
  if (json.kind !== 'categorical' && json.kind !== 'constant') return undefined;
  const choices: readonly JsonValue[] = json.kind === 'constant' ? [json.value] : json.choices;
  return choices.map((choice) =>
    JSON.stringify(typeof choice === 'object' && choice !== null ? JSON.stringify(choice) : choice),
  );
}

function isLogarithmic(json: HyperparameterJSON): boolean {
  return 'scale' in json && json.scale === 'log';
}

function describe(json: HyperparameterJSON): string {
  return json.kind === 'categorical' && json.choices.length === 1
    ? `the constant ${JSON.stringify(json.choices[0])}`
    : hyperparameterFromJSON(json).describe();
}
