export { dismissWorkers, startWorker, type Worker } from './crew.ts';
export { POINTS, valueOf, type Plan, type WorkerEvent } from './plan.ts';
export { verify, type Outcome } from './verify.ts';
export { IMPATIENT, outcomeOf, proofs, type Proof, type Site } from './proofs.ts';
export { inPythonsWords, type DescribedStudy, type DescribedTrial } from './compare.ts';
export { findPython, nameOf, type Python } from './python.ts';
export { interopProofs, type SharedDatabase } from './interop.ts';
