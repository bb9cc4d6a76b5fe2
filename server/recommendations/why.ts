/** Why an event is suggested: the strongest reason that can be told in a sentence, of one's own deeds and likes only (rule J6). Pure. */
import type { WhyView } from '../protocol/index.ts';
import { BOUGHT, type Deed, weightOf } from './behaviour.ts';
import { type EventFacts, traitName, traitsOf } from './event-facts.ts';
import type { Model } from './model.ts';
import type { Likes } from './profile.ts';

/** A deed with its event's name, which people know it by. */
export interface TitledDeed extends Deed {
  title: string;
}

export interface Known {
  deeds: readonly TitledDeed[];
  likes: Likes;
  /** Where most of what was done lies; null: nowhere yet. */
  city: string | null;
}

const same = (a: string, b: string | null): boolean =>
  b !== null && traitName('type', a) === traitName('type', b);

/** How near two events are: 0 for nothing in common that could be named. */
function likeness(model: Model, from: EventFacts, to: EventFacts): number {
  if (from.id === to.id) return 4;
  const [, artist, venue, type, city] = traitsOf(from);
  const [toEvent, toArtist, toVenue, toType, toCity] = traitsOf(to);
  if (artist && artist === toArtist) return 3;
  const near = (name: string | null | undefined, other: string | null | undefined): number => {
    const place = name ? model.place.get(name) : undefined;
    const wanted = other ? model.place.get(other) : undefined;
    if (place === undefined || wanted === undefined) return 0;
    for (let n = place * model.nearest; n < (place + 1) * model.nearest; n++)
      if (model.nearAt[n] === wanted) return model.near[n] as number;
    return 0;
  };
  const shared = Math.max(near(traitsOf(from)[0], toEvent), near(artist, toArtist));
  const kind = type === toType ? 1 : 0;
  const place = venue === toVenue ? 0.6 : city !== null && city === toCity ? 0.4 : 0;
  return Math.max(shared > 0.03 ? 0.5 + 2 * shared : 0, kind > 0 ? kind + place : 0);
}

/** Two events have something to do with each other from here on. */
const ENOUGH = 0.5;

function nearestDeed(model: Model, { deeds }: Known, event: EventFacts, nowMs: number): TitledDeed | null {
  let best: TitledDeed | null = null;
  let most = 0;
  for (const deed of deeds) {
    const like = likeness(model, deed.facts, event);
    if (like < ENOUGH) continue;
    const worth = like * weightOf(deed.kind, deed.atMs, deed.times, nowMs);
    if (worth > most) [best, most] = [deed, worth];
  }
  return best;
}

export function whyOf(model: Model, known: Known, event: EventFacts, nowMs: number): WhyView {
  const { likes, city } = known;
  const artist = likes.artists.find((name) => same(name, event.artist));
  if (artist !== undefined) return { code: 'favourite_artist', artist };
  const deed = nearestDeed(model, known, event, nowMs);
  if (deed) {
    const { id: eventId, startsAtMs } = deed.facts;
    const code = deed.kind !== BOUGHT ? 'looked_at' : startsAtMs <= nowMs ? 'went_to' : 'going_to';
    return { code, eventId, title: deed.title };
  }
  const type = likes.types.find((name) => same(name, event.type));
  if (type !== undefined) return { code: 'favourite_type', type };
  const liked = likes.cities.find((name) => same(name, event.city));
  if (liked !== undefined) return { code: 'favourite_city', city: liked };
  if (city !== null && event.city !== null && same(city, event.city))
    return { code: 'popular_in_city', city: event.city };
  return { code: 'popular_now' };
}

/** The city of most of these deeds, newer ones counting more. */
export function cityOf(deeds: readonly Deed[], nowMs: number): string | null {
  const worth = new Map<string, number>();
  for (const { facts, kind, atMs, times } of deeds)
    if (facts.city !== null)
      worth.set(facts.city, (worth.get(facts.city) ?? 0) + weightOf(kind, atMs, times, nowMs));
  return [...worth].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
