export { CheckError, type Check } from './check.ts';
export { learnerChecks, type AnyLearner, type LearnerSupport } from './learner-checks.ts';
export { optimizerChecks } from './optimizer-checks.ts';
export type { OptimizerSupport } from './optimizer-support.ts';
export { prunerChecks, type PrunerSupport } from './pruner-checks.ts';
export { storageChecks } from './storage-checks.ts';
export type { LeaseSettings, StorageSupport } from './storage-support.ts';
export type { SpaceSupport } from './spaces.ts';
