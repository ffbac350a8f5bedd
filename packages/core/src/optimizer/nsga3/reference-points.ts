/**
 * Reference points spread evenly over the simplex of weights that sum to 1: all vectors of multiples of 1 / divisions (Das
 * & Dennis, "Normal-boundary intersection", 1998). With fewer divisions than objectives they all lie on the boundary, so
 * an inner layer with one division less is added, shrunk to half (Deb & Jain, "An evolutionary many-objective optimization
 * algorithm using reference-point-based nondominated sorting approach, part I", 2014, section V).
 *
 * @returns points by rows.
 */
export function referencePoints(objectives: number, divisions: number): Float64Array {
  const outer = simplexLattice(objectives, divisions);
  if (divisions >= objectives || divisions === 1) return Float64Array.from(outer);
  const inner = simplexLattice(objectives, divisions - 1).map((x) => x / 2 + 1 / (2 * objectives));
  return Float64Array.from([...outer, ...inner]);
}

/** The most divisions that give at most `limit` points on the outer layer; at least 1. */
export function divisionsFor(objectives: number, limit: number): number {
  if (objectives === 1) return 1;
  let divisions = 1;
  while (latticeSize(objectives, divisions + 1) <= limit) divisions++;
  return divisions;
}

/** How many points a lattice has: divisions + objectives - 1 over divisions. */
function latticeSize(objectives: number, divisions: number): number {
  let count = 1;
  for (let i = 1; i <= divisions; i++) count = (count * (objectives - 1 + i)) / i;
  return Math.round(count);
}

function simplexLattice(objectives: number, divisions: number): number[] {
  const points: number[] = [];
  const place = (prefix: readonly number[], left: number): void => {
    if (prefix.length === objectives - 1) points.push(...prefix, left / divisions);
    else for (let part = 0; part <= left; part++) place([...prefix, part / divisions], left - part);
  };
  place([], divisions);
  return points;
}
