/** Events in the order in which somebody may like them. The same code ranks for a page, for the fitting of weights and for the benchmark of quality. Pure. */
import { type EventFacts, priceStep, TRAIT_COUNT, TRAITS, type Trait, traitsOf } from './event-facts.ts';
import { type Model, SIGN_COUNT, sign } from './model.ts';
import type { Profile } from './profile.ts';

/** Events made ready for a model: what is the same whoever asks is worked out once. */
export interface Candidates {
  events: EventFacts[];
  /** Traits by number, events × TRAIT_COUNT; -1: none. The numbers are of this set alone. */
  traits: Int32Array;
  number: Map<string, number>;
  /** Where a number stands in the model; -1: not in it. */
  inModel: Int32Array;
  /** events × factors */
  vectors: Float32Array;
  steps: Float64Array;
  demand: Float32Array;
  artistDemand: Float32Array;
  /** 1: new on the list, half after a week: nobody can have bought it yet. */
  fresh: Float32Array;
}

const column = (trait: Trait): number => TRAITS.indexOf(trait);
const [EVENT, ARTIST, VENUE, TYPE, CITY, VENDOR, SCENE] = (
  ['event', 'artist', 'venue', 'type', 'city', 'vendor', 'scene'] as const
).map(column) as [number, number, number, number, number, number, number];

const FRESH_MS = 7 * 86_400_000;
/** Events made ready between two breaths of the event loop. */
const AT_ONCE = 250;

/** As `prepare`, in steps: whoever runs it between requests goes on to the next after a pause. */
export function* preparing(model: Model, events: EventFacts[], nowMs: number): Generator<void, Candidates> {
  const { factors } = model;
  const number = new Map<string, number>();
  const places: number[] = [];
  const made: Candidates = {
    events,
    number,
    traits: new Int32Array(events.length * TRAIT_COUNT).fill(-1),
    inModel: new Int32Array(),
    vectors: new Float32Array(events.length * factors),
    steps: Float64Array.from(events, ({ fromCents }) => priceStep(fromCents)),
    demand: Float32Array.from(events, ({ demand = 0 }) => Math.log1p(demand)),
    artistDemand: new Float32Array(events.length),
    fresh: Float32Array.from(events, ({ listedAtMs }) => 2 ** (-Math.max(0, nowMs - listedAtMs) / FRESH_MS)),
  };
  const numberOf = (name: string): number => {
    const known = number.get(name);
    if (known !== undefined) return known;
    number.set(name, places.length);
    places.push(model.place.get(name) ?? -1);
    return places.length - 1;
  };
  for (const [e, facts] of events.entries()) {
    if (e % AT_ONCE === AT_ONCE - 1) yield;
    let known = 0;
    for (const [t, name] of traitsOf(facts).entries()) {
      if (name === null) continue;
      const own = numberOf(name);
      made.traits[e * TRAIT_COUNT + t] = own;
      const place = places[own] as number;
      if (place < 0) continue;
      known++;
      addTo(made.vectors, e * factors, model.vectors, place * factors, factors);
      const sold = Math.log1p(model.demand[place] as number);
      if (t === EVENT) made.demand[e] = sold;
      if (t === ARTIST) made.artistDemand[e] = sold;
    }
    if (known > 1)
      for (let f = e * factors; f < (e + 1) * factors; f++)
        made.vectors[f] = (made.vectors[f] as number) / known;
  }
  return { ...made, inModel: Int32Array.from(places) };
}

function addTo(to: Float32Array, at: number, from: Float32Array, start: number, length: number): void {
  for (let f = 0; f < length; f++) to[at + f] = (to[at + f] as number) + (from[start + f] as number);
}

export function prepare(model: Model, events: EventFacts[], nowMs: number): Candidates {
  const steps = preparing(model, events, nowMs);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Somebody against these candidates: by a trait's number, what they have of it and what is near. */
export interface Viewer {
  own: Float32Array;
  near: Float32Array;
  profile: Profile;
}

export function viewerOf(candidates: Candidates, profile: Profile): Viewer {
  const own = new Float32Array(candidates.number.size);
  const near = new Float32Array(candidates.number.size);
  for (const [name, weight] of profile.traits) {
    const number = candidates.number.get(name);
    if (number !== undefined) own[number] = weight;
  }
  if (profile.near.size > 0)
    candidates.inModel.forEach((place, number) => {
      if (place >= 0) near[number] = profile.near.get(place) ?? 0;
    });
  return { own, near, profile };
}

const SIGN = {
  taste: sign('taste'),
  nearEvent: sign('nearEvent'),
  nearArtist: sign('nearArtist'),
  ownEvent: sign('ownEvent'),
  ownArtist: sign('ownArtist'),
  ownVenue: sign('ownVenue'),
  ownScene: sign('ownScene'),
  ownCity: sign('ownCity'),
  ownType: sign('ownType'),
  ownVendor: sign('ownVendor'),
  price: sign('price'),
  demand: sign('demand'),
  artistDemand: sign('artistDemand'),
  fresh: sign('fresh'),
} as const;

/** The signs of one candidate for one viewer, written to `out` (SIGN_COUNT numbers). */
export function signsOf(candidates: Candidates, viewer: Viewer, e: number, out: Float64Array): void {
  const { traits, vectors, steps } = candidates;
  const { own, near, profile } = viewer;
  const { vector, total } = profile;
  const factors = vector.length;
  const from = e * TRAIT_COUNT;
  const of = (values: Float32Array, t: number): number => {
    const number = traits[from + t] as number;
    return number < 0 ? 0 : (values[number] as number);
  };
  // A share tells a loyal visitor of few nights from a busy one of many; a little is taken off while little is known.
  const all = total + 1;
  let taste = 0;
  for (let f = 0; f < factors; f++) taste += (vector[f] as number) * (vectors[e * factors + f] as number);
  out[SIGN.taste] = taste;
  out[SIGN.nearEvent] = Math.sqrt(of(near, EVENT) / all);
  out[SIGN.nearArtist] = Math.sqrt(of(near, ARTIST) / all);
  out[SIGN.ownEvent] = Math.log1p(4 * of(own, EVENT));
  out[SIGN.ownArtist] = Math.log1p(4 * of(own, ARTIST));
  out[SIGN.ownVenue] = of(own, VENUE) / all;
  out[SIGN.ownScene] = of(own, SCENE) / all;
  out[SIGN.ownCity] = of(own, CITY) / all;
  out[SIGN.ownType] = of(own, TYPE) / all;
  out[SIGN.ownVendor] = of(own, VENDOR) / all;
  const apart = Math.abs((steps[e] as number) - profile.priceStep);
  out[SIGN.price] = Number.isNaN(apart) ? 0 : -Math.min(apart, 6) / 6;
  out[SIGN.demand] = candidates.demand[e] as number;
  out[SIGN.artistDemand] = candidates.artistDemand[e] as number;
  out[SIGN.fresh] = candidates.fresh[e] as number;
}

export interface Ranked {
  /** Place among the candidates. */
  at: number;
  score: number;
}

/** The best `most`, the best first; `fits` leaves out what is not for this viewer. */
export function rank(
  candidates: Candidates,
  viewer: Viewer,
  weights: Float64Array,
  most: number,
  fits: (at: number) => boolean = () => true,
): Ranked[] {
  const found: Ranked[] = [];
  const signs = new Float64Array(SIGN_COUNT);
  let floor = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < candidates.events.length; at++) {
    if (!fits(at)) continue;
    signsOf(candidates, viewer, at, signs);
    let score = 0;
    for (let s = 0; s < SIGN_COUNT; s++) score += (weights[s] as number) * (signs[s] as number);
    if (score <= floor) continue;
    found.push({ at, score });
    // Cut now and then: keeping a heap costs more than sorting twice as many as are wanted.
    if (found.length >= 4 * most) floor = cut(found, most);
  }
  cut(found, most);
  return found;
}

function cut(found: Ranked[], most: number): number {
  found.sort((a, b) => b.score - a.score || a.at - b.at);
  found.length = Math.min(found.length, most);
  return found.length < most ? Number.NEGATIVE_INFINITY : (found[most - 1] as Ranked).score;
}

/** Of one artist at most so many among each ten. */
export const SAME_ARTIST_MAX = 2;

/** In the same order, but an artist's third night in ten waits until the tenth has passed; the rest follow where nothing else is left. */
export function spread(candidates: Candidates, ranked: readonly Ranked[], most: number): Ranked[] {
  const chosen: Ranked[] = [];
  const waiting = [...ranked];
  const artistOf = ({ at }: Ranked): number => candidates.traits[at * TRAIT_COUNT + ARTIST] as number;
  while (chosen.length < most && waiting.length > 0) {
    const lately = chosen.slice(-9).map(artistOf);
    const next = waiting.findIndex((one) => {
      const artist = artistOf(one);
      return artist < 0 || lately.filter((other) => other === artist).length < SAME_ARTIST_MAX;
    });
    chosen.push(...waiting.splice(Math.max(0, next), 1));
  }
  return chosen;
}
