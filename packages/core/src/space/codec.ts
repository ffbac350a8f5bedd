import { InvalidParameterError } from '../errors.ts';
import { show } from '../json.ts';
import type { ChoicePlan, GroupPlan, ListPlan, Plan, WhenPlan } from './plan.ts';

/**
 * The configuration that `row` holds under `plan`; what is not there (`when`), or has no number because another program
 * never chose it, is left out.
 */
export function decodePlan(plan: Plan, row: Float64Array): unknown {
  switch (plan.type) {
    case 'leaf': {
      const x = row[plan.leaf] as number;
      return Number.isNaN(x) ? undefined : plan.parameter.decode(x);
    }
    case 'fixed':
      return plan.parameter.decode(plan.parameter.fromUnit(0.5));
    case 'group':
      return decodeGroup(plan, row, {});
    case 'choice': {
      const branch = activeBranch(plan, row);
      if (Number.isNaN(branch)) return undefined;
      return decodeGroup(plan.branches[branch] as GroupPlan, row, { type: plan.names[branch] });
    }
    case 'list': {
      const length = activeLength(plan, row);
      if (Number.isNaN(length)) return undefined;
      return plan.items.slice(0, length).map((item) => decodePlan(item, row));
    }
    case 'when':
      return holds(plan, row) ? decodePlan(plan.member, row) : undefined;
  }
}

function decodeGroup(
  plan: GroupPlan,
  row: Float64Array,
  target: Record<string, unknown>,
): Record<string, unknown> {
  for (let i = 0; i < plan.names.length; i++) {
    const value = decodePlan(plan.members[i] as Plan, row);
    if (value !== undefined) target[plan.names[i] as string] = value;
  }
  return target;
}

function activeBranch(plan: ChoicePlan, row: Float64Array): number {
  return plan.leaf === -1 ? 0 : (row[plan.leaf] as number);
}

function activeLength(plan: ListPlan, row: Float64Array): number {
  return plan.leaf === -1 ? plan.minLength : (row[plan.leaf] as number);
}

function holds({ parent, low, high }: WhenPlan, row: Float64Array): boolean {
  const x = row[parent] as number;
  return x >= low && x <= high;
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
    case 'when':
      return !holds(plan, row) || planAllows(plan.member, row);
  }
}

function satisfies(plan: GroupPlan, params: Record<string, unknown>): boolean {
  return plan.where.every((where) => (where as (params: unknown) => boolean)(params) === true);
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
      return;
    case 'when':
      encodePlan(plan.member, params, path, row, partial);
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
    const member = plan.members[i] as Plan;
    if (member.type === 'when' && !holds(member, row)) {
      if (value === undefined) continue;
      if (!(partial && Number.isNaN(row[member.parent]))) {
        throw new InvalidParameterError(
          `${prefix}${name}: there is no such parameter with the others as they are; leave it out, not ${show(value)}`,
        );
      }
    }
    if (value === undefined && !partial) {
      throw new InvalidParameterError(
        `missing parameter '${prefix}${name}'; the names needed are ${nameList(plan)}`,
      );
    }
    encodePlan(member, value, `${prefix}${name}`, row, partial);
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
