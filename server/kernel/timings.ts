/**
 * Where a request's time went: how long it waited for the ledger and for the cache, however many of its waits overlapped. Whoever waits
 * says for what; outside a request, and where nothing is measured, that costs a comparison.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';

export type WaitedFor = 'db' | 'cache';

interface Span {
  depth: number;
  since: number;
  ms: number;
}
export type Timings = Record<WaitedFor, Span>;

const storage = new AsyncLocalStorage<Timings>();
/** Asking the storage at every statement costs something even where it is never filled. */
let measuring = false;

const span = (): Span => ({ depth: 0, since: 0, ms: 0 });

/** Runs `work`, whose waits are told apart in what it is given. */
export function withTimings<T>(work: (timings: Timings) => T): T {
  measuring = true;
  const timings = { db: span(), cache: span() };
  return storage.run(timings, () => work(timings));
}

/** Milliseconds waited so far. */
export function waitedMs({ depth, since, ms }: Span): number {
  return depth > 0 ? ms + performance.now() - since : ms;
}

/** The promise as it is; meanwhile whoever runs waits for that. */
export function waiting<T>(what: WaitedFor, work: Promise<T>): Promise<T> {
  const timings = measuring ? storage.getStore() : undefined;
  if (!timings) return work;
  const mine = timings[what];
  if (mine.depth++ === 0) mine.since = performance.now();
  const over = (): void => {
    if (--mine.depth === 0) mine.ms += performance.now() - mine.since;
  };
  work.then(over, over);
  return work;
}
