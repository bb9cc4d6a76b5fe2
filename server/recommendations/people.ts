/** What is known of people who are to be shown something: read when they ask, kept by nobody. */
import type { Uuid } from '../kernel/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import { BOUGHT, SEEN, TASTE } from './behaviour.ts';
import { cityOf, type Known, type TitledDeed } from './why.ts';

const DEEDS = sqlFile(import.meta.url, 'deeds.sql');
/** Which of these events somebody has tickets for. */
const HAS = statement(
  'recommendations_has_tickets',
  `select distinct k.owner_user_id as "userId", k.event_id as "eventId" from ticketing.tickets k
    where k.owner_user_id = any ($1::uuid[]) and k.event_id = any ($2::uuid[])
      and k.status in ('issued', 'transferred', 'redeemed')`,
);

type DeedRow = [
  kind: number,
  atMs: number,
  times: number,
  id: string,
  title: string,
  artist: string | null,
  type: string,
  venue: string,
  city: string | null,
  vendorId: string,
  fromCents: number | null,
  startsAtMs: number,
];
interface Row {
  userId: Uuid;
  artists: string[] | null;
  types: string[] | null;
  cities: string[] | null;
  deeds: DeedRow[] | null;
}

const deedOf = ([
  kind,
  atMs,
  times,
  id,
  title,
  artist,
  type,
  venue,
  city,
  vendorId,
  fromCents,
  startsAtMs,
]: DeedRow): TitledDeed => ({
  kind: kind === BOUGHT ? BOUGHT : SEEN,
  atMs,
  times,
  title,
  facts: { id, artist, type, venue, city, vendorId, fromCents, startsAtMs, listedAtMs: 0 },
});

/** By account; one that wants nothing learned has no deeds in it. */
export async function readPeople(db: Db, userIds: readonly Uuid[], nowMs: number): Promise<Map<Uuid, Known>> {
  const rows = await db.all<Row>(DEEDS, [userIds, TASTE.deedsMax]);
  return new Map(
    rows.map(({ userId, artists, types, cities, deeds }) => {
      const own = (deeds ?? []).map(deedOf);
      const likes = { artists: artists ?? [], types: types ?? [], cities: cities ?? [] };
      return [userId, { deeds: own, likes, city: cityOf(own, nowMs) }];
    }),
  );
}

/** `has(user, event)`: whether they have a ticket for it. */
export async function readTickets(
  db: Db,
  userIds: readonly Uuid[],
  eventIds: readonly Uuid[],
): Promise<(userId: Uuid, eventId: Uuid) => boolean> {
  const rows = await db.all<{ userId: Uuid; eventId: Uuid }>(HAS, [userIds, eventIds]);
  const had = new Set(rows.map(({ userId, eventId }) => `${userId} ${eventId}`));
  return (userId, eventId) => had.has(`${userId} ${eventId}`);
}
