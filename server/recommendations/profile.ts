/** Somebody placed in a model, from what they did and what they say they like. Pure. */
import { type Deed, TASTE, weightOf } from './behaviour.ts';
import { priceStep, traitName, traitsOf } from './event-facts.ts';
import { solveRow } from './factorise.ts';
import type { Model } from './model.ts';

/** What somebody states in their profile. */
export interface Likes {
  artists: readonly string[];
  types: readonly string[];
  cities: readonly string[];
}
export const NO_LIKES: Likes = { artists: [], types: [], cities: [] };

/** A stated favourite says as much as two purchases of today. */
const STATED = 2;

export interface Profile {
  /** By a trait's name: how much of what was done has it. */
  traits: Map<string, number>;
  /** The sum over deeds; 0: nothing is known. */
  total: number;
  vector: Float64Array;
  /** By a trait's place in the model: how near it is to what was done. */
  near: Map<number, number>;
  /** Where prices lie; NaN: unknown. */
  priceStep: number;
}

const STEPS = 12;

export function profileOf(model: Model, deeds: readonly Deed[], likes: Likes, nowMs: number): Profile {
  const traits = new Map<string, number>();
  const add = (name: string | null, weight: number): void => {
    if (name !== null) traits.set(name, (traits.get(name) ?? 0) + weight);
  };
  let total = 0;
  let [priced, prices] = [0, 0];
  for (const { facts, kind, atMs, times } of deeds.slice(0, TASTE.deedsMax)) {
    const weight = weightOf(kind, atMs, times, nowMs);
    total += weight;
    for (const name of traitsOf(facts)) add(name, weight);
    const step = priceStep(facts.fromCents);
    if (Number.isNaN(step)) continue;
    priced += weight;
    prices += weight * step;
  }
  for (const artist of likes.artists) add(traitName('artist', artist), STATED);
  for (const type of likes.types) add(traitName('type', type), STATED);
  for (const city of likes.cities) add(traitName('city', city), STATED);
  if (likes.types.length > 0 || likes.cities.length > 0 || likes.artists.length > 0) total += STATED;
  return {
    traits,
    total,
    ...placed(model, traits),
    priceStep: priced > 0 ? prices / priced : Number.NaN,
  };
}

function placed(model: Model, traits: Map<string, number>): Pick<Profile, 'vector' | 'near'> {
  const { factors, nearest, gram, vectors, trust } = model;
  const at: number[] = [];
  const value: number[] = [];
  for (const [name, weight] of traits) {
    const place = model.place.get(name);
    if (place === undefined) continue;
    at.push(place);
    value.push(weight);
  }
  const vector = new Float64Array(factors);
  if (at.length > 0)
    solveRow({ factors, gram, vectors, trust }, { at, value, from: 0, to: at.length }, vector, STEPS);
  const near = new Map<number, number>();
  at.forEach((place, i) => {
    for (let n = place * nearest; n < (place + 1) * nearest; n++) {
      const other = model.nearAt[n] as number;
      if (other < 0) break;
      near.set(other, (near.get(other) ?? 0) + (value[i] as number) * (model.near[n] as number));
    }
  });
  return { vector, near };
}
