/**
 * A model from behaviour. Weights are fitted on the newest purchases, with signs made from what came before them; then the
 * traits are learned again from everything. Nothing after an instant takes part in what is judged at that instant. Pure.
 */
import { chances } from '../kernel/index.ts';
import { type Behaviour, BOUGHT, before, deedsByPerson, fade, TASTE, weightOf } from './behaviour.ts';
import { type EventFacts, TRAITS, type Trait, traitsOf } from './event-facts.ts';
import { factorise, gramOf } from './factorise.ts';
import { fitWeights } from './fit.ts';
import { measure, onOffer, type Trial, trialsOf } from './measure.ts';
import { emptyModel, type Model, type Quality, SIGN_COUNT, sign } from './model.ts';
import { neighbours } from './neighbours.ts';
import { sparse } from './sparse.ts';

export interface TrainOptions {
  nowMs: number;
  seed: number;
  factors?: number;
  rounds?: number;
  /** Traits at most, those with most people first. */
  traitsMax?: number;
}

const MAKE = {
  factors: 24,
  rounds: 8,
  regularisation: 8,
  trust: 10,
  nearest: 20,
  shrink: 4,
  traitsMax: 50_000,
  /** Whoever is alone with a trait has nobody to share it with. */
  peopleMin: 2,
  /** The newest share of purchases: what weights are fitted and measured on. */
  fitShare: 0.15,
  fitMax: 3_000,
  measuredMax: 2_000,
} as const;

/** Traits that are learned from who shares them. With venues and scenes among them the hidden directions say less (measured): these are compared one by one instead. */
const LEARNED: ReadonlySet<Trait> = new Set(['event', 'artist']);

/** Names of the traits worth learning, by number of people, and the traits of each event by place among them. */
function countTraits(behaviour: Behaviour, traitsMax: number) {
  const number = new Map<string, number>();
  const kinds: Trait[] = [];
  const ofEvent = behaviour.events.map((facts) =>
    traitsOf(facts).map((name, t) => {
      const trait = TRAITS[t] as Trait;
      if (name === null || !LEARNED.has(trait)) return -1;
      let own = number.get(name);
      if (own === undefined) {
        own = number.size;
        number.set(name, own);
        kinds.push(trait);
      }
      return own;
    }),
  );
  const people: Set<number>[] = kinds.map(() => new Set());
  behaviour.event.forEach((event, i) => {
    for (const trait of ofEvent[event] as number[])
      if (trait >= 0) people[trait]?.add(behaviour.person[i] as number);
  });
  const names = [...number.keys()];
  const kept = names
    .map((_, own) => own)
    .filter((own) => (people[own]?.size ?? 0) >= MAKE.peopleMin)
    .sort((a, b) => (people[b]?.size ?? 0) - (people[a]?.size ?? 0) || a - b)
    .slice(0, traitsMax);
  const place = new Int32Array(names.length).fill(-1);
  kept.forEach((own, at) => {
    place[own] = at;
  });
  return {
    traits: kept.map((own) => names[own] as string),
    kinds: kept.map((own) => kinds[own] as Trait),
    ofEvent: ofEvent.map((own) => own.map((trait) => (trait < 0 ? -1 : (place[trait] as number)))),
  };
}

/** What there is to know of traits at `nowMs`, with the weights as they are before any fitting. */
export function learn(behaviour: Behaviour, options: TrainOptions): Model {
  const { nowMs, seed, factors = MAKE.factors, rounds = MAKE.rounds, traitsMax = MAKE.traitsMax } = options;
  const { traits, kinds, ofEvent } = countTraits(behaviour, traitsMax);
  const placeOfEvent = new Map(behaviour.events.map(({ id }, event) => [id, event]));
  const deeds = deedsByPerson(behaviour);
  const matrix = sparse(behaviour.people, traits.length, (person) => {
    const row = new Map<number, number>();
    for (const { facts, kind, atMs, times } of deeds[person] ?? []) {
      const weight = weightOf(kind, atMs, times, nowMs);
      for (const trait of ofEvent[placeOfEvent.get(facts.id) as number] as number[])
        if (trait >= 0) row.set(trait, (row.get(trait) ?? 0) + weight);
    }
    return row;
  });
  const vectors = factorise(matrix, { ...MAKE, factors, rounds, chance: chances(seed) });
  const near = neighbours(
    matrix,
    MAKE.nearest,
    MAKE.shrink,
    (trait) => kinds[trait] === 'event' || kinds[trait] === 'artist',
  );
  const demand = new Float32Array(traits.length);
  behaviour.event.forEach((event, i) => {
    if (behaviour.kind[i] !== BOUGHT) return;
    const ageMs = nowMs - (behaviour.atMs[i] as number);
    for (const trait of ofEvent[event] as number[])
      if (trait >= 0)
        demand[trait] =
          (demand[trait] as number) +
          fade(ageMs, kinds[trait] === 'event' ? TASTE.demandHalfLifeDays : TASTE.fameHalfLifeDays);
  });
  return {
    ...emptyModel(nowMs),
    seed,
    factors,
    nearest: MAKE.nearest,
    traits,
    place: new Map(traits.map((name, at) => [name, at])),
    vectors,
    gram: gramOf(vectors, factors, MAKE.regularisation),
    trust: MAKE.trust,
    nearAt: near.at,
    near: near.near,
    demand,
    deeds: behaviour.atMs.length,
    people: behaviour.people,
  };
}

/** The instant after which the newest `fitShare` of purchases was made. */
function fitFrom(behaviour: Behaviour): number | null {
  const bought = [...behaviour.atMs].filter((_, i) => behaviour.kind[i] === BOUGHT).sort((a, b) => a - b);
  return (
    bought[Math.max(Math.floor(bought.length * (1 - MAKE.fitShare)), bought.length - MAKE.fitMax)] ?? null
  );
}

export const POPULAR = Float64Array.from({ length: SIGN_COUNT }, (_, s) => (s === sign('demand') ? 1 : 0));

export function train(behaviour: Behaviour, options: TrainOptions): Model {
  const { nowMs, seed } = options;
  const model = learn(behaviour, options);
  const fromMs = fitFrom(behaviour);
  if (fromMs === null) return model;
  const past = before(behaviour, fromMs);
  const earlier = learn(past, { ...options, nowMs: fromMs });
  const events = onOffer(behaviour.events, fromMs, nowMs);
  const trials = trialsOf(deedsByPerson(past), behaviour, fromMs, nowMs);
  const halves: [Trial[], Trial[]] = [[], []];
  const chance = chances(seed ^ 0x5eed);
  for (const trial of trials) halves[chance() < 0.5 ? 0 : 1].push(trial);
  const weights = fitWeights(earlier, events, halves[0], fromMs, { chance });
  if (!weights) return model;
  return { ...model, weights, quality: qualityOf({ ...earlier, weights }, events, halves[1], fromMs) };
}

function qualityOf(model: Model, events: EventFacts[], trials: Trial[], nowMs: number): Quality {
  const asked = trials.slice(0, MAKE.measuredMax);
  const own = measure(model, events, asked, nowMs);
  const popular = measure(model, events, asked, nowMs, POPULAR);
  return {
    people: own.people,
    recallAt10: own.recallAt10,
    ndcgAt10: own.ndcgAt10,
    popularRecallAt10: popular.recallAt10,
    popularNdcgAt10: popular.ndcgAt10,
  };
}
