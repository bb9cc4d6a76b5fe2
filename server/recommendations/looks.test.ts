import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogRoutes, createCatalog } from '../catalog/index.ts';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { LIMITS } from '../limits.ts';
import { until } from '../stores/testing.ts';
import type { Recommendations } from './index.ts';
import { createLooks } from './looks.ts';
import { type RecommendWorld, recommendWorld } from './testing.ts';

let here: RecommendWorld;
let recommendations: Recommendations;
beforeAll(async () => {
  here = await recommendWorld();
  recommendations = here.recommendations();
});
afterAll(() => here.close());

const as = (id: string) => ({ id, role: 'user' as const, name: 'Fay', sessionId: id });

test('J1: whoever reads an event’s page while logged in leaves one row per event and day, and nobody else any', async () => {
  const { world } = here;
  const { app, accounts } = await httpWorld(world, {
    slices: [(scope) => catalogRoutes(scope, { catalog: createCatalog(world), onLook: recommendations.see })],
  });
  const fan = await signedIn(world, accounts);
  const event = await here.night();
  const url = `/events/${event.eventId}`;
  const first = await call(app, 'GET', url, { headers: fan.headers });
  expect(first.status).toBe(200);
  await call(app, 'GET', url);
  await call(app, 'HEAD', url, { headers: fan.headers });
  await call(app, 'GET', `/events/${world.ids.next()}`, { headers: fan.headers });
  const again = await call(app, 'GET', url, {
    headers: { ...fan.headers, 'if-none-match': String(first.headers.etag) },
  });
  expect(again.status).toBe(304);
  // By its own timer.
  await until('the look is written', async () => (await here.views(fan.user.id)).length > 0);
  expect((await here.views(fan.user.id)).map(({ eventId }) => eventId)).toEqual([event.eventId]);
  expect(await here.sql('select from recommendations.views')).toHaveLength(1);
  await app.close();
});

test('J1: drafts, one’s own events and events that are none leave no row; a disabled account leaves none', async () => {
  const [fan, gone, vendor] = [await here.fan(), await here.fan(), await here.world.createUser('vendor')];
  const [draft, own] = [await here.night({ status: 'draft' }), await here.night({ vendorId: vendor.id })];
  await here.sql('update accounts.users set disabled_at = now() where id = $1', [gone]);
  recommendations.see(as(fan), draft.eventId);
  recommendations.see(as(fan), here.world.ids.next());
  recommendations.see(as(vendor.id), own.eventId);
  recommendations.see(as(gone), own.eventId);
  recommendations.see(as(fan), own.eventId);
  await recommendations.flush();
  expect(await here.views(fan)).toHaveLength(1);
  expect([...(await here.views(vendor.id)), ...(await here.views(gone))]).toEqual([]);
});

test('J1: what waits to be written is bounded, and a ledger that is away costs only that', async () => {
  const fan = await here.fan();
  const event = await here.night();
  let away = true;
  const sizes: number[] = [];
  const looks = createLooks({
    ...here.world,
    ledger: {
      reads: {
        ...here.world.ledger.reads,
        transaction: (work) =>
          away
            ? Promise.reject(new Error('away'))
            : here.world.ledger.reads.transaction((tx) =>
                work({
                  ...tx,
                  all: (statement, values = []) => {
                    sizes.push((values[0] as unknown[]).length);
                    return tx.all(statement, values);
                  },
                }),
              ),
      },
    },
  });
  looks.see(fan, event.eventId);
  await looks.flush();
  away = false;
  for (let n = 0; n < LIMITS.viewsWaitingMax + 500; n++) looks.see(fan, here.world.ids.next());
  await looks.flush();
  expect(Math.max(...sizes)).toBe(LIMITS.viewsWaitingMax);
  looks.see(fan, event.eventId);
  await looks.stop();
  expect(await here.views(fan)).toHaveLength(1);
});

test('J1: behind a ledger that hangs no more waits than may wait', async () => {
  const fan = await here.fan();
  let release: () => void = () => undefined;
  const hangs = new Promise<void>((resolve) => {
    release = resolve;
  });
  const sizes: number[] = [];
  const looks = createLooks({
    ...here.world,
    ledger: {
      reads: {
        ...here.world.ledger.reads,
        transaction: async (work) => {
          await hangs;
          return work({
            ...here.world.ledger.reads,
            all: async (_statement, values = []) => {
              if (values.length === 4) sizes.push((values[0] as unknown[]).length);
              return [];
            },
          });
        },
      },
    },
  });
  looks.see(fan, here.world.ids.next());
  const first = looks.flush();
  const flushes: Promise<void>[] = [];
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < LIMITS.viewsWaitingMax; n++) looks.see(fan, here.world.ids.next());
    flushes.push(looks.flush());
  }
  release();
  await Promise.all([first, ...flushes]);
  await looks.stop();
  expect(sizes).toEqual([1, LIMITS.viewsWaitingMax]);
});

test('J2: switching off deletes what was recorded; nothing comes after it', async () => {
  const fan = await here.fan();
  const [one, two] = [await here.night(), await here.night()];
  await here.like(fan, {});
  recommendations.see(as(fan), one.eventId);
  await recommendations.flush();
  expect(await here.views(fan)).toHaveLength(1);
  await here.sql('update accounts.preferences set personalised = false where user_id = $1', [fan]);
  expect(await here.views(fan)).toEqual([]);
  recommendations.see(as(fan), two.eventId);
  await recommendations.flush();
  expect(await here.views(fan)).toEqual([]);
  await here.sql('update accounts.preferences set personalised = true where user_id = $1', [fan]);
  recommendations.see(as(fan), two.eventId);
  await recommendations.flush();
  expect(await here.views(fan)).toHaveLength(1);
});

/** The edit of a profile as accounts/profile.ts makes it, and a write of looks that arrives before it commits. */
async function switchOffWhile(flush: () => Promise<void>, fan: string): Promise<void> {
  await here.world.ledger.payments.transaction(async (tx) => {
    const run = (text: string) => tx.all({ name: '', text }, [fan]);
    await run('select id from accounts.users where id = $1 for no key update');
    await run(
      `insert into accounts.preferences (user_id, personalised) values ($1, false)
       on conflict (user_id) do update set personalised = false`,
    );
    await flush();
  });
}

test('J2: what is being written while somebody switches off is not kept; without the lock it would be', async () => {
  const [event, fan] = [await here.night(), await here.fan()];
  recommendations.see(as(fan), event.eventId);
  await switchOffWhile(recommendations.flush, fan);
  expect(await here.views(fan)).toEqual([]);

  // The twin that trusts what it reads: the switch is not committed yet, so it writes, and the row stays.
  const other = await here.fan();
  const naive = createLooks({
    ...here.world,
    ledger: {
      reads: {
        ...here.world.ledger.reads,
        transaction: (work) =>
          here.world.ledger.reads.transaction((tx) =>
            work({
              ...tx,
              all: (statement, values) =>
                tx.all({ name: '', text: statement.text.replace('for share skip locked', '') }, values),
            }),
          ),
      },
    },
  });
  naive.see(other, event.eventId);
  await switchOffWhile(naive.flush, other);
  expect(await here.views(other)).toHaveLength(1);
});

test('J3: rows go after 180 days, with their account and with their event', async () => {
  const [fan, leaving] = [await here.fan(), await here.fan()];
  const [kept, old, gone] = [await here.night(), await here.night(), await here.night({ drop: null })];
  for (const { eventId } of [kept, old, gone]) recommendations.see(as(fan), eventId);
  recommendations.see(as(leaving), kept.eventId);
  await recommendations.flush();
  await here.sql(`update recommendations.views set at = now() - interval '181 days' where event_id = $1`, [
    old.eventId,
  ]);
  const purge = recommendations.chores.find(({ name }) => name === 'views');
  expect(await purge?.work()).toEqual({ done: 1, more: false });
  await here.sql('delete from accounts.users where id = $1', [leaving]);
  await here.sql('delete from ticketing.ticket_tiers where event_id = $1', [gone.eventId]);
  await here.sql('delete from events.events where id = $1', [gone.eventId]);
  expect((await here.views(fan)).map(({ eventId }) => eventId)).toEqual([kept.eventId]);
  expect(await here.views(leaving)).toEqual([]);
});
