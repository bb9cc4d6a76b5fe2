/** Events with tastes, and people who buy and look, for tests. */
import { createBreakers } from '../breakers/index.ts';
import { shownEvents } from '../catalog/index.ts';
import { giveTicket } from '../pictures/testing.ts';
import { statement } from '../stores/index.ts';
import { type EventSeed, type MadeEvent, type TestWorld, testWorld } from '../stores/testing.ts';
import { createRecommendations, type Recommendations } from './index.ts';

const DAY_MS = 86_400_000;

export interface Night {
  title?: string;
  artist?: string;
  type?: string;
  city?: string;
  venue?: string;
  /** From now; before it: over. */
  inDays?: number;
  vendorId?: string;
  priceCents?: number;
  /** Of its one tier. */
  quantity?: number;
  status?: EventSeed['status'];
  drop?: EventSeed['drop'];
}

export async function recommendWorld() {
  const world: TestWorld = await testWorld();
  const vendorId = (await world.createUser('vendor', 'Vera')).id;
  const stop: Recommendations[] = [];
  const sql = <Row>(text: string, values: unknown[] = []) =>
    world.ledger.reads.all<Row>(statement('test', text), values);

  async function night(given: Night = {}): Promise<MadeEvent> {
    const event = await world.createEvent({
      vendorId: given.vendorId ?? vendorId,
      title: given.title ?? given.artist ?? 'A night',
      type: given.type ?? 'concert',
      startAt: new Date(world.clock.now() + (given.inDays ?? 30) * DAY_MS),
      tiers: [{ priceCents: given.priceCents ?? 4_000, quantity: given.quantity ?? 100 }],
      ...(given.status ? { status: given.status } : {}),
      ...(given.drop === undefined ? {} : { drop: given.drop }),
    });
    await sql(
      `update events.events set artist = $2, venue_name = coalesce($3, venue_name), venue_city = coalesce($4, venue_city) where id = $1`,
      [event.eventId, given.artist ?? null, given.venue ?? null, given.city ?? null],
    );
    return event;
  }

  return {
    world,
    sql,
    night,
    fan: async () => (await world.createUser('user', 'Fay')).id,
    buy: (event: MadeEvent, userId: string) => giveTicket(world, event, userId, 'issued'),
    like: (userId: string, likes: { artists?: string[]; types?: string[]; cities?: string[] }) =>
      sql(
        `insert into accounts.preferences (user_id, favourite_artists, favourite_types, favourite_cities) values ($1, $2, $3, $4)`,
        [userId, likes.artists ?? [], likes.types ?? [], likes.cities ?? []],
      ),
    /** A dozen tickets of it were sold this week. */
    sells: (event: MadeEvent) =>
      sql(
        `update events.listings set popularity = extract(epoch from now() - timestamptz '2020-01-01') / 604800 + 3.6 where event_id = $1`,
        [event.eventId],
      ),
    /** As its own process would have it. */
    recommendations(): Recommendations {
      const made = createRecommendations({
        ...world,
        breakers: createBreakers({ ...world, times: { backoffMs: 50, retries: 2, cooldownMs: 200 } }),
        show: (ids) => shownEvents(world.ledger.reads, ids),
      });
      stop.push(made);
      return made;
    },
    views: (userId: string) =>
      sql<{ eventId: string; day: string }>(
        `select event_id as "eventId", day::text from recommendations.views where user_id = $1 order by at`,
        [userId],
      ),
    async close() {
      await Promise.all(
        stop.map(async (one) => {
          one.breaker.stop();
          await one.stop();
        }),
      );
      await world.close();
    },
  };
}
export type RecommendWorld = Awaited<ReturnType<typeof recommendWorld>>;
