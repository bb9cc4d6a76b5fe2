/** A store of somebody else's behind its breaker: while it is away, nobody waits for it. */
import type { ServiceBreaker } from '../breakers/index.ts';
import type { PictureStore } from './store.ts';

export const guardedStore = (store: PictureStore, breaker: Pick<ServiceBreaker, 'run'>): PictureStore => ({
  put: (key, bytes) => breaker.run(() => store.put(key, bytes)),
  get: (key) => breaker.run(() => store.get(key)),
  remove: (key) => breaker.run(() => store.remove(key)),
  // The worker's alone: it comes again.
  list: () => store.list(),
  probe: () => store.probe(),
});
