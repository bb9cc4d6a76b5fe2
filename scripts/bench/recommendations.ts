/**
 * `npm run bench -- recommendations`: what it takes to pick events for somebody among many to come, while nothing else happens,
 * 20 at once, and while a model is being made; and how long the event loop is held up by reading the catalogue and by that.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fillCatalogue } from '../../load-tests/catalogue.ts';
import { createBreakers } from '../../server/breakers/index.ts';
import { shownEvents } from '../../server/catalog/index.ts';
import { chances } from '../../server/kernel/index.ts';
import { LIMITS } from '../../server/limits.ts';
import { createRecommendations } from '../../server/recommendations/index.ts';
import { benchWorld, percentile, pool, print } from './world.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 10_000);
const PEOPLE = 5_000;
const LOOKS = 200_000;
const QUESTIONS = 500;

export async function run(): Promise<void> {
  const world = await benchWorld();
  const breakers = createBreakers(world);
  const recommendations = createRecommendations({
    ...world,
    breakers,
    show: (ids) => shownEvents(world.ledger.reads, ids),
  });
  try {
    const vendor = await world.createUser('vendor');
    const { eventIds } = await fillCatalogue(
      { db: world.ledger.reads, ids: world.ids, nowMs: world.clock.now() },
      vendor.id,
      EVENTS,
    );
    const fans = await world.createUsers(PEOPLE);
    const chance = chances(5);
    const any = <T>(list: readonly T[], power: number): T =>
      list[Math.floor(list.length * chance() ** power)] as T;
    for (let i = 0; i < LOOKS; i += 10_000) {
      const rows = Array.from({ length: 10_000 }, () => ({
        fan: any(fans, 1.5),
        event: any(eventIds, 2),
        at: new Date(world.clock.now() - 86_400_000 * 170 * chance()),
      }));
      await world.ledger.reads.raw.query(
        `insert into recommendations.views (user_id, event_id, day, at)
         select u, e, (a at time zone 'utc')::date, a from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as x (u, e, a) on conflict do nothing`,
        [rows.map((r) => r.fan), rows.map((r) => r.event), rows.map((r) => r.at)],
      );
    }
    await world.ledger.reads.raw.query('vacuum analyze');
    const lag = monitorEventLoopDelay({ resolution: 5 });
    const held = (): string =>
      `event loop held up p99 ${(lag.percentile(99) / 1e6 - 5).toFixed(1)} ms, most ${(lag.max / 1e6 - 5).toFixed(1)} ms`;
    const report = async (name: string, atOnce: number): Promise<void> => {
      const times: number[] = [];
      let fallbacks = 0;
      await pool(QUESTIONS, atOnce, async () => {
        const at = performance.now();
        const { fallback } = await recommendations.of(any(fans, 1.5), 10);
        times.push(performance.now() - at);
        if (fallback) fallbacks++;
      });
      times.sort((a, b) => a - b);
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => percentile(times, p).toFixed(1).padStart(6));
      print(
        `${name.padEnd(28)} ${String(atOnce).padStart(3)} at once  p50 ${p50} ms  p95 ${p95} ms  p99 ${p99} ms  what sells instead: ${fallbacks}`,
      );
    };
    lag.enable();
    let at = performance.now();
    const trained = await recommendations.trainer.train({ always: true });
    print(`${trained?.deeds} deeds learned in ${((performance.now() - at) / 1000).toFixed(1)} s; ${held()}`);
    lag.reset();
    at = performance.now();
    await recommendations.refresh();
    print(`${EVENTS} events made ready in ${(performance.now() - at).toFixed(0)} ms; ${held()}`);
    lag.disable();
    await report('picked for one', 1);
    await report('picked for one', 20);
    const making = recommendations.trainer.train({ always: true });
    await report('while a model is made', 1);
    await making;
    at = performance.now();
    await recommendations.suggest(fans.slice(0, 1_000), 3);
    print(`suggest: ${((performance.now() - at) / 1_000).toFixed(2)} ms per account`);
    at = performance.now();
    for (let n = 0; n < LIMITS.viewsWaitingMax; n++)
      recommendations.see({ id: any(fans, 1), role: 'user', name: '', sessionId: '' }, any(eventIds, 1));
    const seen = performance.now() - at;
    at = performance.now();
    await recommendations.flush();
    print(
      `${LIMITS.viewsWaitingMax} looks: ${((1_000 * seen) / LIMITS.viewsWaitingMax).toFixed(2)} µs each to note, ${(performance.now() - at).toFixed(0)} ms to write all`,
    );
    print('target: p95 under 20 ms, one at a time');
  } finally {
    await recommendations.stop();
    breakers.stop();
    await world.close();
  }
}

if (import.meta.main) await run();
