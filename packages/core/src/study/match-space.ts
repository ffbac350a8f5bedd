import { StudyError } from '../errors.ts';
import { spaceFromJSON } from '../space/from-json.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { StudyHeader } from '../storage/storage.ts';

/**
 * The space of a saved study: the given one, if it is the same; the saved one, if none is given.
 *
 * @throws {StudyError} `study_mismatch`, naming what differs.
 */
export function matchSpace({ name, space: saved }: StudyHeader, given: SearchSpace | undefined): SearchSpace {
  if (given === undefined) return spaceFromJSON(saved);
  // Read back first: a storage may give the members of objects in another order.
  const known = spaceFromJSON(saved, { where: Array.from({ length: saved.where ?? 0 }, () => () => true) });
  const differences = differencesOf(known, given);
  if (differences.length === 0) return given;
  throw new StudyError(
    'study_mismatch',
    `the study '${name}' was created with another space: ${differences.join('; ')}. Give the same space, or create a new study and carry the results over with addTrial`,
  );
}

function differencesOf(saved: SearchSpace, given: SearchSpace): string[] {
  const [before, now] = [domainsOf(saved), domainsOf(given)];
  const differences: string[] = [];
  for (const [leaf, domain] of before) {
    const other = now.get(leaf);
    if (other === undefined) differences.push(`'${leaf}' is missing`);
    else if (other !== domain) differences.push(`'${leaf}' was ${domain}, and is ${other}`);
  }
  for (const leaf of now.keys()) if (!before.has(leaf)) differences.push(`'${leaf}' is new`);
  if (saved.where.length !== given.where.length) {
    differences.push(`it had ${saved.where.length} constraints (where), and has ${given.where.length}`);
  }
  if (differences.length === 0 && JSON.stringify(saved.toJSON()) !== JSON.stringify(given.toJSON())) {
    differences.push('a default, a constant or the order of the parameters');
  }
  return differences;
}

function domainsOf(space: SearchSpace): Map<string, string> {
  return new Map(space.leaves.map(({ name, parameter }) => [name, parameter.describe()]));
}
