import { hashIntegers } from '../math/random.ts';

/** How much of the name of a study its trials carry: the name of a folder has at most 255 characters. */
const LONGEST = 60;

/**
 * What the ids of the trials of a study begin with: its name as far as a folder may be called so, and a hash of it if that
 * is not all.
 */
export function trialIdPrefix(study: string): string {
  const plain = study.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, LONGEST);
  if (plain === study) return `${study}-`;
  const hash = hashIntegers(Array.from(study, (character) => character.codePointAt(0) as number));
  return `${plain}_${hash.toString(36)}-`;
}
