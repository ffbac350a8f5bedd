import { StudyError } from '../errors.ts';
import { changedNames } from '../space/named-parameters.ts';
import type { SpaceJSON } from '../space/to-json.ts';

/**
 * What a store throws whose study has another space by now.
 *
 * @param before the space as the store knows it.
 * @param now the space that the study has by now.
 * @returns a `StudyError` with the code `study_mismatch`, which names the parameters that differ.
 */
export function spaceHasGrown(name: string, before: SpaceJSON, now: SpaceJSON): StudyError {
  const names = changedNames(before, now).map((one) => `'${one}'`);
  const where = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return new StudyError(
    'study_mismatch',
    `the space of the study '${name}' has grown since it was opened here${where}; open it again with a space that includes that, or without one`,
  );
}
