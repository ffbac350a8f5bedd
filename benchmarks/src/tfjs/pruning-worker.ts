/** A thread that tunes networks with one pruner or another. */
import { serveJobs } from '../jobs/serve-jobs.ts';
import { runPruningJob } from './pruning.ts';

serveJobs(runPruningJob);
