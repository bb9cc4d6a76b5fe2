import { Counter, Gauge, type Registry } from 'prom-client';

/** `hit`: kept and current; `miss`: loaded; `kept`: the ledger is away; `bypass`: the cache is. */
export type Outcome = 'hit' | 'miss' | 'kept' | 'bypass';

export interface CacheMetrics {
  read(what: string, outcome: Outcome): void;
  size(entries: number, bytes: number): void;
  undelivered(): void;
}

export function cacheMetrics(registry: Registry | undefined): (shelf: string) => CacheMetrics {
  if (!registry)
    return () => ({ read: () => undefined, size: () => undefined, undelivered: () => undefined });
  const registers = [registry];
  const reads = new Counter({
    name: 'holdfast_cache_reads_total',
    help: 'Reads through the cache, by what was read and how: hit, miss, kept (the ledger is away), bypass (the cache is).',
    labelNames: ['what', 'result'],
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['shelf'], registers });
  const entries = gauge('holdfast_cache_entries', 'Entries in the cache, as of this process’s last write.');
  const bytes = gauge('holdfast_cache_bytes', 'Bytes of the cache, as of this process’s last write.');
  const undelivered = new Counter({
    name: 'holdfast_cache_invalidations_owed_total',
    help: 'Invalidations the cache could not be told of at once; all of it is invalidated when it is back.',
    registers,
  });
  return (shelf) => ({
    read: (what, result) => reads.inc({ what, result }),
    size(n, size) {
      entries.set({ shelf }, n);
      bytes.set({ shelf }, size);
    },
    undelivered: () => undelivered.inc(),
  });
}
