import { printPythonJson, isList, type PythonJson } from './python-json.ts';

/** The system attribute of a waiting trial that holds the values it was enqueued with. */
export const FIXED_PARAMS = 'fixed_params';

const CONSTRAINTS = 'constraints';

/**
 * The constraint values in the system attributes of a trial: `constraints:<key>` each (Optuna 5), or the list
 * `constraints` (before), of which the new ones replace entries.
 *
 * @param attributes the attributes in the order in which they were written.
 * @returns undefined without any.
 */
export function readConstraints(attributes: ReadonlyMap<string, PythonJson>): number[] | undefined {
  const byKey = new Map<string, number>();
  const list = attributes.get(CONSTRAINTS);
  if (list !== undefined && isList(list))
    for (const [i, x] of list.entries()) byKey.set(String(i), Number(x));
  for (const [key, value] of attributes) {
    if (key.startsWith(`${CONSTRAINTS}:`)) byKey.set(key.slice(CONSTRAINTS.length + 1), Number(value));
  }
  return byKey.size === 0 ? undefined : [...byKey.values()];
}

/** The system attributes, keys and `value_json`, that tell Optuna of constraint values. */
export function writeConstraints(constraints: readonly number[]): [key: string, json: string][] {
  return constraints.map((value, i) => [`${CONSTRAINTS}:${i}`, printPythonJson(value)]);
}
