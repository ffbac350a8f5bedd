import { InvalidArgumentError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { createRandom } from '../math/random.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { withoutConstraints } from '../space/translate-rows.ts';
import type { StudyHeader } from '../storage/storage.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import type { Direction } from './direction.ts';
import { beginnings } from './earlier-studies.ts';
import { earlierResults, savedResults, WARM_START } from './warm-start.ts';

/** Names the random stream that fills what earlier studies did not have. */
const STREAM = 0x3a17;

interface Attributes {
  readonly [name: string]: JsonValue;
}

/**
 * The attributes of a new study with those of its warm start added: what it keeps of earlier studies.
 *
 * @throws {InvalidArgumentError} earlier studies that have nothing in common with the new one, or no studies at all.
 */
export function withEarlierResults(
  attributes: Attributes,
  warmStart: unknown,
  space: SearchSpace,
  directions: readonly Direction[],
): Attributes {
  if (warmStart === undefined) return attributes;
  if (Object.hasOwn(attributes, WARM_START)) {
    throw new InvalidArgumentError(
      `createStudy: with warmStart, the attribute '${WARM_START}' holds what is kept of the earlier studies; choose another name`,
    );
  }
  const results = earlierResults(warmStart, directions);
  const names = new Set(space.leaves.map(({ name }) => name));
  for (const { study, space: json } of results) {
    const theirs = withoutConstraints(json).leaves.map(({ name }) => name);
    if (theirs.some((name) => names.has(name))) continue;
    throw new InvalidArgumentError(
      `createStudy: warmStart: the study '${study}' has no parameter of the new space: it has ${theirs.join(', ')}, and the new one ${[...names].join(', ')}`,
    );
  }
  return { ...attributes, [WARM_START]: results as unknown as JsonValue };
}

/** The best configurations of earlier studies, as the first trials of a new one; none if it was started from nothing. */
export function firstTrials({ attributes, seed }: StudyHeader, space: SearchSpace): TrialRecord[] {
  const found = beginnings(savedResults(attributes), space, createRandom(seed, STREAM));
  return found.map(({ row, study }, number) => {
    const why = `one of the best of the study '${study}'`;
    return { number, state: 'waiting', row, attempt: 0, by: WARM_START, why };
  });
}
