/**
 * An invented crowd for tests and the benchmark of quality. What a ranking has to find out is hidden in it: artists belong to
 * scenes that no column shows, people like a few scenes, drift, stay near home, have a price, and are busy or not (Zipf). Every
 * event is one night, on sale for some weeks before it. People see what is on sale that day and nothing of the future.
 */
import { chances } from '../kernel/index.ts';
import { type Behaviour, BOUGHT, SEEN } from './behaviour.ts';
import { type EventFacts, priceStep } from './event-facts.ts';

export interface CrowdOptions {
  seed: number;
  people: number;
  artists: number;
  days: number;
  eventsPerDay: number;
  /** Of artists, how many play for the first time in the last tenth of the time. */
  freshArtists?: number;
}

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 0, 1);
const TYPES = ['concert', 'festival', 'theatre', 'comedy', 'sport', 'dance', 'opera', 'conference'];
const SCENES = 20;
const CITIES = 12;
const VENUES = 60;

export function inventCrowd(options: CrowdOptions): Behaviour & { endMs: number } {
  const chance = chances(options.seed);
  const any = (n: number): number => Math.floor(chance() * n);
  const skewed = (n: number): number => Math.floor(n * chance() ** 2.2);
  // A noise whose greatest of several is chosen as in a logit: -log(-log u).
  const luck = (): number => -Math.log(-Math.log(chance() || 1e-9));
  const fresh = options.freshArtists ?? 0.1;

  const artists = Array.from({ length: options.artists }, (_, i) => {
    const scene = any(SCENES);
    return {
      name: `Artist ${i}`,
      scene,
      second: any(SCENES),
      // A scene is mostly of one kind, and not always.
      type: TYPES[chance() < 0.7 ? scene % TYPES.length : any(TYPES.length)] as string,
      // Zipf: the second half as famous as the first.
      fame: -Math.log(1 + any(options.artists)),
      price: 1_500 + 12_000 * chance() ** 2,
      fromDay: chance() < fresh ? options.days * 0.9 : 0,
    };
  });
  const venues = Array.from({ length: VENUES }, (_, i) => ({
    name: `Hall ${i}`,
    city: `City ${skewed(CITIES)}`,
    vendorId: `vendor-${any(15)}`,
  }));
  const events: (EventFacts & { artistAt: number; step: number })[] = [];
  for (let day = 0; day < options.days + 60; day++)
    for (let n = 0; n < options.eventsPerDay; n++) {
      const listedDay = day - 20 - any(70);
      let artistAt = any(artists.length);
      while ((artists[artistAt]?.fromDay ?? 0) > listedDay + 90) artistAt = any(artists.length);
      const artist = artists[artistAt] as (typeof artists)[number];
      const venue = venues[skewed(VENUES)] as (typeof venues)[number];
      const fromCents = Math.round(artist.price * (0.8 + 0.4 * chance()));
      events.push({
        id: `night-${events.length}`,
        artist: artist.name,
        type: artist.type,
        venue: venue.name,
        city: venue.city,
        vendorId: venue.vendorId,
        fromCents,
        startsAtMs: START_MS + day * DAY_MS + 20 * 3_600_000,
        listedAtMs: START_MS + listedDay * DAY_MS,
        artistAt,
        step: priceStep(fromCents),
      });
    }
  events.sort((a, b) => a.listedAtMs - b.listedAtMs || (a.id < b.id ? -1 : 1));

  const person: number[] = [];
  const event: number[] = [];
  const kind: number[] = [];
  const atMs: number[] = [];
  const crowd = Array.from({ length: options.people }, (_, i) => ({
    city: `City ${skewed(CITIES)}`,
    scenes: Float64Array.from({ length: SCENES }, () => chance() ** 6),
    step: priceStep(1_500 + 9_000 * chance() ** 2),
    busy: Math.min(0.2, 0.01 + 0.35 / (1 + i) ** 0.45),
    stubborn: chance(),
    artists: new Set<number>(),
    has: new Set<number>(),
  }));
  for (let day = 0; day < options.days; day++) {
    const nowMs = START_MS + day * DAY_MS;
    const open = events.flatMap(({ listedAtMs, startsAtMs }, at) =>
      listedAtMs <= nowMs && startsAtMs > nowMs ? [at] : [],
    );
    crowd.forEach((one, who) => {
      if (day % 60 === 59 && chance() > one.stubborn) one.scenes[any(SCENES)] = chance() ** 2;
      if (chance() > one.busy || open.length === 0) return;
      const likes = (at: number): number => {
        const night = events[at] as (typeof events)[number];
        const artist = artists[night.artistAt] as (typeof artists)[number];
        const scene =
          3.5 * (one.scenes[artist.scene] as number) + 1.2 * (one.scenes[artist.second] as number);
        return (
          scene +
          (night.city === one.city ? 2.2 : 0) -
          0.25 * Math.abs(night.step - one.step) +
          0.7 * artist.fame +
          (one.artists.has(night.artistAt) ? 1.5 : 0) +
          luck()
        );
      };
      // Nobody reads the whole list: some hundred at random, and of those what pleases.
      const looked = Array.from(
        { length: Math.min(100, open.length) },
        () => open[any(open.length)] as number,
      )
        .map((at) => ({ at, worth: likes(at) }))
        .sort((a, b) => b.worth - a.worth)
        .slice(0, 1 + any(4));
      const when = nowMs + Math.floor(chance() * DAY_MS * 0.8);
      looked.forEach(({ at }, place) => {
        person.push(who);
        event.push(at);
        kind.push(SEEN);
        atMs.push(when + place);
      });
      const best = looked[0]?.at as number;
      if (chance() > 0.6 || one.has.has(best)) return;
      one.has.add(best);
      one.artists.add((events[best] as (typeof events)[number]).artistAt);
      person.push(who);
      event.push(best);
      kind.push(BOUGHT);
      atMs.push(when + 60_000);
    });
  }
  return {
    events,
    people: options.people,
    person: Int32Array.from(person),
    event: Int32Array.from(event),
    kind: Uint8Array.from(kind),
    atMs: Float64Array.from(atMs),
    endMs: START_MS + options.days * DAY_MS,
  };
}
