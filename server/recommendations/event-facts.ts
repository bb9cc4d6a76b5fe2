/** What an event is made of, as far as taste goes. Nearly every event is a night of its own: what carries over to the next one is its artist, venue, city, kind, price and organiser. Pure. */

export interface EventFacts {
  id: string;
  artist: string | null;
  type: string;
  venue: string;
  city: string | null;
  vendorId: string;
  /** The cheapest ticket, all in; null: unknown. */
  fromCents: number | null;
  /** When it begins, and since when people can know of it: ms since the epoch. */
  startsAtMs: number;
  listedAtMs: number;
  /** Tickets sold of late, where that is known apart from any model. */
  demand?: number;
}

/** Columns of an event's traits. `scene`: a kind of event in one city. */
export const TRAITS = ['event', 'artist', 'venue', 'type', 'city', 'vendor', 'scene'] as const;
export type Trait = (typeof TRAITS)[number];
export const TRAIT_COUNT = TRAITS.length;

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** One trait as a name, the same for every spelling in capitals or blanks: `artist:the holdfasts`. */
export const traitName = (trait: Trait, value: string): string => `${trait}:${plain(value)}`;

/** Made once per event in memory: names are asked for a thousand times, and tidying text is what ranking would mostly do. */
const named = new WeakMap<EventFacts, readonly (string | null)[]>();

/** The names of an event's traits, in the order of TRAITS; null: it has none. */
export function traitsOf(facts: EventFacts): readonly (string | null)[] {
  const known = named.get(facts);
  if (known) return known;
  const names = nameTraits(facts);
  named.set(facts, names);
  return names;
}

function nameTraits(facts: EventFacts): (string | null)[] {
  const { id, artist, venue, type, city, vendorId } = facts;
  return [
    traitName('event', id),
    artist === null ? null : traitName('artist', artist),
    traitName('venue', `${venue}, ${city ?? ''}`),
    traitName('type', type),
    city === null ? null : traitName('city', city),
    traitName('vendor', vendorId),
    city === null ? null : traitName('scene', `${type}, ${city}`),
  ];
}

/** Prices as steps: each is half as much again as the one before. Unknown: NaN. */
export const priceStep = (cents: number | null): number =>
  cents === null ? Number.NaN : Math.log(1 + cents / 500) / Math.log(1.5);
