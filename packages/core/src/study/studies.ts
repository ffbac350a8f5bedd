import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';
import { checkOptions, checkText } from '../options.ts';
import type { Storage, StudyHeader } from '../storage/storage.ts';
import { restart } from './create-study.ts';

/**
 * What defines the studies that a storage holds, oldest first.
 *
 * @param storage any storage.
 * @throws {StudyError} `study_not_found` when the storage is a file that does not exist.
 */
export async function listStudies(storage: Storage): Promise<readonly StudyHeader[]> {
  return checkedStorage('listStudies', 'storage', storage).list();
}

/**
 * Deletes a study with all its trials.
 *
 * @param storage the storage that holds it.
 * @param name its name.
 * @throws {StudyError} `study_not_found`.
 */
export async function deleteStudy(storage: Storage, name: string): Promise<void> {
  await checkedStorage('deleteStudy', 'storage', storage).delete(checkText('deleteStudy: name', name));
}

/** Options of {@link copyStudy}. */
export interface CopyStudyOptions {
  /** The storage that holds the study. */
  from: Storage;
  /** The storage that shall hold the copy; may be the same. */
  to: Storage;
  /** The name of the study. */
  name: string;
  /** The name of the copy. Default: the same. */
  as?: string;
}

/**
 * Copies a study: its definition and all its trials, with the order in which they finished. The copy is there whole or not at
 * all. Trials that are running in the original wait in the copy to be run again.
 *
 * @throws {StudyError} `study_not_found`; `study_exists` when `to` has a study of that name.
 * @example await copyStudy({ from: memory, to: sqlite('study.db'), name: 'digits' });
 */
export async function copyStudy(options: CopyStudyOptions): Promise<void> {
  checkOptions('copyStudy', options, ['from', 'to', 'name', 'as']);
  const { name, as = name } = options;
  const [from, to] = (['from', 'to'] as const).map((side) =>
    checkedStorage('copyStudy', side, options[side]),
  );
  checkText('copyStudy: name', name);
  checkText('copyStudy: the name of the copy', as);
  const original = await (from as Storage).open(name);
  try {
    const records = await original.pull();
    const copy = await (to as Storage).create({ ...original.header, name: as }, records.map(restart));
    await copy.close();
  } finally {
    await original.close();
  }
}

function checkedStorage(owner: string, option: string, storage: Storage): Storage {
  if (typeof storage?.open === 'function') return storage;
  throw new InvalidArgumentError(
    `${owner}: ${option} must be a storage such as memory(), not ${show(storage)}`,
  );
}
