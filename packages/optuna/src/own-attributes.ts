/**
 * System attributes that hold what Optuna has no place for, so that a study of ours comes back whole from a journal. Optuna
 * passes over system attributes that it does not know.
 */

/** Of a study: `{ space, seed, createdAt }`. */
export const OWN_STUDY = 'tunable:study';

/** Of a trial: the members of its record that Optuna does not have. */
export const OWN_TRIAL = 'tunable:trial';
