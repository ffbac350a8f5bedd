export { threads, type ThreadsObjective, type ThreadsOptions } from './threads.ts';
