/** A thread that runs optimizers on problems. */
import { serveJobs } from '../jobs/serve-jobs.ts';
import { runJob } from './job.ts';

serveJobs(runJob);
