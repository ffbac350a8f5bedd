export { dismissWorkers, startWorker, type Worker } from './crew.ts';
export { POINTS, valueOf, type Plan, type WorkerEvent } from './plan.ts';
export { verify, type Outcome } from './verify.ts';
