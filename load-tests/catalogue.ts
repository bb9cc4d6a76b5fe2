/** A large catalogue for benchmarks: invented but shaped like a real one (few names are everywhere, most are rare). */
import { chances, type Ids } from '../server/kernel/index.ts';
import type { Pool } from '../server/stores/index.ts';

const DAY_MS = 86_400_000;
const SYLLABLES =
  'ka lo mi ta ren vo sa bel dor fi gra hen jo ku lan mor nel or pan qui ros ste tur ul ver win xa yel zor'.split(
    ' ',
  );
const KINDS = [
  'concert',
  'festival',
  'theatre',
  'comedy',
  'sport',
  'conference',
  'gaming',
  'educational',
  'dance',
  'opera',
];
const FORMS = [
  'Live',
  'World Tour',
  'in Concert',
  'Unplugged',
  'Night',
  'Open Air',
  'Final',
  'Gala',
  'Sessions',
  'Reunion',
];

/** Low places are much more likely, as with names in any catalogue. */
const skewed = (chance: () => number, n: number): number => Math.floor(n * chance() ** 3);

function names(chance: () => number, count: number, words: number): string[] {
  const word = (): string => {
    const text = Array.from(
      { length: 2 + Math.floor(chance() * 3) },
      () => SYLLABLES[Math.floor(chance() * SYLLABLES.length)],
    ).join('');
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  return Array.from({ length: count }, () => Array.from({ length: words }, word).join(' '));
}

export interface Catalogue {
  eventIds: string[];
  artists: string[];
  cities: string[];
  types: readonly string[];
}

/** `count` published events of `vendorId`, each with one to three tiers and no drop. */
export async function fillCatalogue(
  deps: { db: Pool; ids: Ids; nowMs: number },
  vendorId: string,
  count: number,
  seed = 1,
): Promise<Catalogue> {
  const chance = chances(seed);
  const artists = names(chance, Math.max(20, Math.floor(count / 8)), 2);
  const venues = names(chance, Math.max(10, Math.floor(count / 40)), 1).map((name) => `${name} Hall`);
  const cities = names(chance, 150, 1);
  const events = Array.from({ length: count }, () => {
    const artist = artists[skewed(chance, artists.length)] as string;
    const venue = skewed(chance, venues.length);
    return {
      id: deps.ids.next(),
      title: `${artist} ${FORMS[Math.floor(chance() * FORMS.length)]}`,
      type: KINDS[skewed(chance, KINDS.length)] as string,
      artist,
      venue: venues[venue] as string,
      city: cities[venue % cities.length] as string,
      startAt: new Date(deps.nowMs + DAY_MS * (1 + Math.floor(chance() * 365))),
      tiers: 1 + Math.floor(chance() * 3),
      price: 500 * (1 + skewed(chance, 60)),
    };
  });
  for (let i = 0; i < events.length; i += 2_000) {
    const part = events.slice(i, i + 2_000);
    await deps.db.raw.query(
      `insert into events.events (id, vendor_id, title, type, artist, venue_name, venue_city, time_zone, start_at, status, currency)
       select e.id, $1, e.title, e.type, e.artist, e.venue, e.city, 'UTC', e.start_at, 'published', 'CHF'
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
              as e (id, title, type, artist, venue, city, start_at)`,
      [
        vendorId,
        part.map((e) => e.id),
        part.map((e) => e.title),
        part.map((e) => e.type),
        part.map((e) => e.artist),
        part.map((e) => e.venue),
        part.map((e) => e.city),
        part.map((e) => e.startAt),
      ],
    );
    await deps.db.raw.query(
      `insert into ticketing.ticket_tiers (id, event_id, name, position, price_cents, quantity)
       select gen_random_uuid(), e.id, 'Tier ' || n, n, e.price * n, 1000
         from unnest($1::uuid[], $2::int[], $3::int[]) as e (id, price, tiers), generate_series(1, e.tiers) as n`,
      [part.map((e) => e.id), part.map((e) => e.price), part.map((e) => e.tiers)],
    );
  }
  await deps.db.raw.query(
    `update events.listings l set popularity = 340 + ln(1 + k.n) / ln(2.0)
       from unnest($1::uuid[], $2::float8[]) as k (id, n) where l.event_id = k.id`,
    [events.map((e) => e.id), events.map(() => Math.floor(2_000 * chance() ** 6))],
  );
  return { eventIds: events.map((e) => e.id), artists, cities, types: KINDS };
}
