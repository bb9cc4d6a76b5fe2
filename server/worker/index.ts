export { combineJobs, type Jobs } from './jobs.ts';
export { createWorker, type Worker, type WorkerOptions, type WorkerSlices } from './worker.ts';
