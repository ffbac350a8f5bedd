import type { GroupPlan, LeafPlan, Plan, WhenPlan } from './plan.ts';

/** How many configurations `plan` has, constraints not considered. */
export function planCardinality(plan: Plan): number {
  switch (plan.type) {
    case 'leaf':
      return plan.parameter.cardinality;
    case 'fixed':
      return 1;
    case 'group':
      return groupCardinality(plan);
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
    case 'when':
      return planCardinality(plan.member);
  }
}

function groupCardinality(plan: GroupPlan): number {
  const dependents = plan.members.filter((member) => member.type === 'when');
  const roots = plan.members.filter((member) => member.type !== 'when');
  return roots.reduce((product, member) => product * withDependents(member, dependents), 1);
}

/** Configurations of a member together with all that depends on it, directly or not. */
function withDependents(member: Plan, all: readonly WhenPlan[]): number {
  const inner = member.type === 'when' ? member.member : member;
  const leaf = inner.type === 'leaf' || inner.type === 'choice' ? inner.leaf : -1;
  const dependents = all.filter(({ parent }) => leaf !== -1 && parent === leaf);
  if (dependents.length === 0) return planCardinality(inner);
  const branches =
    inner.type === 'choice' ? inner.branches.map((branch) => planCardinality(branch)) : undefined;
  const { first, step, size } =
    inner.type === 'leaf' ? gridOf(inner) : { first: 0, step: 1, size: branches?.length ?? 0 };
  const position = (x: number): number => Math.min(size, Math.max(0, (x - first) / step));
  const ranges = dependents.map(({ low, high }) => ({
    start: Math.ceil(position(low) - 1e-9),
    end: Math.min(size, Math.floor(position(high) + 1e-9) + 1),
  }));
  // Between neighbouring edges the same dependents are there, so that a wide range is counted in few steps.
  const edges = [0, size, ...ranges.flatMap(({ start, end }) => [start, end])].toSorted((a, b) => a - b);
  let sum = 0;
  for (const [i, end] of edges.entries()) {
    const start = edges[i - 1] ?? end;
    if (start === end) continue;
    const own = branches === undefined ? end - start : branches.slice(start, end).reduce((a, b) => a + b, 0);
    sum += dependents.reduce((product, dependent, d) => {
      const range = ranges[d] as { start: number; end: number };
      return start >= range.start && start < range.end ? product * withDependents(dependent, all) : product;
    }, own);
  }
  return sum;
}

function gridOf({ parameter }: LeafPlan): { first: number; step: number; size: number } {
  const size = parameter.cardinality;
  if (parameter.kind === 'categorical') return { first: 0, step: 1, size };
  const first = parameter.fromUnit(0);
  return { first, step: (parameter.fromUnit(1) - first) / (size - 1), size };
}
