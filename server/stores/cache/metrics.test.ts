import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { cacheMetrics } from './metrics.ts';

test('G69: reads are counted by what and how, size by shelf, and what could not be told', async () => {
  const registry = new Registry();
  const of = cacheMetrics(registry);
  const pages = of('pages');
  pages.read('event', 'hit');
  pages.read('event', 'hit');
  pages.read('events', 'miss');
  pages.size(3, 400);
  of('copies').size(1, 20);
  pages.undelivered();
  const text = await registry.metrics();
  for (const line of [
    'holdfast_cache_reads_total{what="event",result="hit"} 2',
    'holdfast_cache_reads_total{what="events",result="miss"} 1',
    'holdfast_cache_entries{shelf="pages"} 3',
    'holdfast_cache_bytes{shelf="copies"} 20',
    'holdfast_cache_invalidations_owed_total 1',
  ])
    expect(text).toContain(line);
});
