export { dismissWorkers, startWorker, type Worker } from './crew.ts';
export { POINTS, valueOf, type Plan, type WorkerEvent } from './plan.ts';
export { verify, type Outcome } from './verify.ts';
export { IMPATIENT, outcomeOf, proofs, type Proof, type Site } from './proofs.ts';
