/**
 * `npm run bench -- search`: finding events among 50,000 as people do it: letter by letter, with slips, with filters, in every
 * order, and the facets beside them. In process, one after the other and 20 at once; times are those of the whole answer's search.
 */

import { fillCatalogue } from '../../load-tests/catalogue.ts';
import { createCatalog } from '../../server/catalog/index.ts';
import { chances } from '../../server/kernel/index.ts';
import { createSearch } from '../../server/search/index.ts';
import type { BrowseQuery } from '../../server/search/query.ts';
import { benchWorld, percentile, pool, print } from './world.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 50_000);
const QUESTIONS = 400;

/** One letter of a word replaced, dropped or doubled. */
function slip(word: string, chance: () => number): string {
  const at = 1 + Math.floor(chance() * (word.length - 2));
  const kinds = ['', 'x', word.charAt(at) + word.charAt(at)];
  return word.slice(0, at) + kinds[Math.floor(chance() * kinds.length)] + word.slice(at + 1);
}

export async function run(): Promise<void> {
  const world = await benchWorld();
  try {
    const vendor = await world.createUser('vendor');
    const started = performance.now();
    const made = await fillCatalogue(
      { db: world.ledger.reads, ids: world.ids, nowMs: world.clock.now() },
      vendor.id,
      EVENTS,
    );
    await world.ledger.reads.raw.query('vacuum analyze');
    print(`${EVENTS} events in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    const catalog = createCatalog(world);
    const search = createSearch(world);
    const chance = chances(7);
    const any = <T>(list: readonly T[]): T => list[Math.floor(list.length * chance() ** 2)] as T;
    const artist = () => any(made.artists);
    const first = () => artist().split(' ')[0] as string;
    const kinds: Record<string, () => BrowseQuery> = {
      'as one types (1 to 8 letters)': () => ({ search: artist().slice(0, 1 + Math.floor(chance() * 8)) }),
      'a name and a city': () => ({ search: `${first()} ${any(made.cities)}` }),
      'with a slip': () => ({ search: slip(artist().toLowerCase(), chance) }),
      'type and price, cheapest first': () => ({
        type: any(made.types),
        maxPriceCents: 1_000 + Math.floor(chance() * 20_000),
        sort: 'price_asc',
      }),
      'city, by date': () => ({ city: any(made.cities) }),
      'all, by popularity': () => ({ sort: 'popularity' }),
      'all, by date': () => ({}),
    };
    const report = async (name: string, atOnce: number, ask: () => Promise<unknown>) => {
      const times: number[] = [];
      await pool(QUESTIONS, atOnce, async () => {
        const at = performance.now();
        await ask();
        times.push(performance.now() - at);
      });
      times.sort((a, b) => a - b);
      print(
        `${name.padEnd(34)} ${String(atOnce).padStart(3)} at once  p50 ${percentile(times, 0.5).toFixed(1).padStart(6)} ms  p95 ${percentile(times, 0.95).toFixed(1).padStart(6)} ms  p99 ${percentile(times, 0.99).toFixed(1).padStart(6)} ms`,
      );
    };
    const asked = Object.values(kinds);
    const mixed = () => (asked[Math.floor(chance() * asked.length)] as () => BrowseQuery)();
    for (const [name, query] of Object.entries(kinds)) await report(name, 1, () => catalog.browse(query()));
    await report('facets of the mix', 1, () => {
      const { sort: _, ...query } = mixed();
      return search.facets(query);
    });
    await report('the mix', 1, () => catalog.browse(mixed()));
    await report('the mix', 20, () => catalog.browse(mixed()));
    print('target: p95 under 50 ms at 50,000 events');
  } finally {
    await world.close();
  }
}

if (import.meta.main) await run();
