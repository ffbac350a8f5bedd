import { InvalidParameterError } from '../errors.ts';
import { show } from '../json.ts';
import type { ChoicePlan, GroupPlan, ListPlan, Plan } from './plan.ts';

/** The configuration that `row` holds under `plan`. */
export function decodePlan(plan: Plan, row: Float64Array): unknown {
  switch (plan.type) {
    case 'leaf':
      return plan.parameter.decode(row[plan.leaf] as number);
    case 'fixed':
      return plan.parameter.decode(plan.parameter.fromUnit(0.5));
    case 'group':
      return decodeGroup(plan, row, {});
    case 'choice': {
      const branch = activeBranch(plan, row);
      return decodeGroup(plan.branches[branch] as GroupPlan, row, { type: plan.names[branch] });
    }
    case 'list':
      return plan.items.slice(0, activeLength(plan, row)).map((item) => decodePlan(item, row));
  }
}

function decodeGroup(
  plan: GroupPlan,
  row: Float64Array,
  target: Record<string, unknown>,
): Record<string, unknown> {
  for (let i = 0; i < plan.names.length; i++) {
    target[plan.names[i] as string] = decodePlan(plan.members[i] as Plan, row);
  }
  return target;
}

function activeBranch(plan: ChoicePlan, row: Float64Array): number {
  return plan.leaf === -1 ? 0 : (row[plan.leaf] as number);
}

function activeLength(plan: ListPlan, row: Float64Array): number {
  return plan.leaf === -1 ? plan.minLength : (row[plan.leaf] as number);
}

/** Whether every `where` of the active part of `plan` accepts the configuration in `row`. */
export function planAllows(plan: Plan, row: Float64Array): boolean {
  switch (plan.type) {
    case 'leaf':
    case 'fixed':
      return true;
    case 'group':
      return (
        plan.members.every((member) => planAllows(member, row)) &&
        (plan.where.length === 0 || satisfies(plan, decodeGroup(plan, row, {})))
      );
    case 'choice':
      return planAllows(plan.branches[activeBranch(plan, row)] as GroupPlan, row);
    case 'list':
      return plan.items.slice(0, activeLength(plan, row)).every((item) => planAllows(item, row));
  }
}

function satisfies(plan: GroupPlan, params: Record<string, unknown>): boolean {
  return plan.where.every((where) => (where as (params: unknown) => boolean)(params) === true);
}

/** How many configurations `plan` has, constraints not considered. */
export function planCardinality(plan: Plan): number {
  switch (plan.type) {
    case 'leaf':
      return plan.parameter.cardinality;
    case 'fixed':
      return 1;
    case 'group':
      return plan.members.reduce((product, member) => product * planCardinality(member), 1);
    case 'choice':
      return plan.branches.reduce((sum, branch) => sum + planCardinality(branch), 0);
    case 'list': {
      let sum = plan.minLength === 0 ? 1 : 0;
      let product = 1;
      for (const [i, item] of plan.items.entries()) {
        product *= planCardinality(item);
        if (i + 1 >= plan.minLength) sum += product;
      }
      return sum;
    }
  }
}

/**
 * Writes the numbers of `params` into `row`.
 *
 * @throws {InvalidParameterError} naming the path, the value and the domain.
 */
export function encodePlan(
  plan: Plan,
  params: unknown,
  path: string,
  row: Float64Array,
  partial: boolean,
): void {
  if (params === undefined && partial) return;
  switch (plan.type) {
    case 'leaf':
    case 'fixed': {
      const x = plan.parameter.encode(params);
      if (Number.isNaN(x)) {
        throw new InvalidParameterError(
          `${path}: expected ${plan.parameter.describe()}, not ${show(params)}`,
        );
      }
      if (plan.type === 'leaf') row[plan.leaf] = x;
      return;
    }
    case 'group':
      encodeGroup(plan, params, path, row, partial, []);
      return;
    case 'choice':
      encodeChoice(plan, params, path, row, partial);
      return;
    case 'list':
      encodeList(plan, params, path, row, partial);
  }
}

function encodeGroup(
  plan: GroupPlan,
  params: unknown,
  path: string,
  row: Float64Array,
  partial: boolean,
  alsoKnown: readonly string[],
): void {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new InvalidParameterError(
      `${path || 'params'}: expected an object with ${nameList(plan)}, not ${show(params)}`,
    );
  }
  const prefix = path === '' ? '' : `${path}.`;
  for (const name of Object.keys(params)) {
    if (!plan.names.includes(name) && !alsoKnown.includes(name)) {
      throw new InvalidParameterError(
        `unknown parameter '${prefix}${name}'; the valid names are ${nameList(plan)}`,
      );
    }
  }
  for (const [i, name] of plan.names.entries()) {
    const value = (params as Record<string, unknown>)[name];
    if (value === undefined && !partial) {
      throw new InvalidParameterError(
        `missing parameter '${prefix}${name}'; the names needed are ${nameList(plan)}`,
      );
    }
    encodePlan(plan.members[i] as Plan, value, `${prefix}${name}`, row, partial);
  }
}

function encodeChoice(
  plan: ChoicePlan,
  params: unknown,
  path: string,
  row: Float64Array,
  partial: boolean,
): void {
  const type = (params as { type?: unknown } | null)?.type;
  const branch = plan.names.indexOf(type as string);
  if (branch === -1) {
    throw new InvalidParameterError(
      `${path}: expected { type, ... } with type one of ${plan.names.join(', ')}, not ${show(params)}`,
    );
  }
  if (plan.leaf !== -1) row[plan.leaf] = branch;
  encodeGroup(plan.branches[branch] as GroupPlan, params, path, row, partial, ['type']);
}

function encodeList(
  plan: ListPlan,
  params: unknown,
  path: string,
  row: Float64Array,
  partial: boolean,
): void {
  const maxLength = plan.items.length;
  if (!Array.isArray(params) || params.length < plan.minLength || params.length > maxLength) {
    throw new InvalidParameterError(
      `${path}: expected an array of ${plan.minLength} to ${maxLength} items, not ${show(params)}`,
    );
  }
  if (plan.leaf !== -1) row[plan.leaf] = params.length;
  for (const [i, item] of params.entries())
    encodePlan(plan.items[i] as Plan, item, `${path}.${i}`, row, partial);
}

function nameList(plan: GroupPlan): string {
  return plan.names.length === 0 ? 'no parameters' : plan.names.join(', ');
}
