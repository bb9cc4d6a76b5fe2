/** How good a ranking is: what people bought afterwards, against what would have been shown to them before. Pure. */
import { type Behaviour, BOUGHT, type Deed } from './behaviour.ts';
import type { EventFacts } from './event-facts.ts';
import type { Model } from './model.ts';
import { NO_LIKES, profileOf } from './profile.ts';
import { prepare, rank, spread, viewerOf } from './rank.ts';

/** Somebody at the moment of the split: what they had done, and what they bought after it and did not have. */
export interface Trial {
  person: number;
  deeds: Deed[];
  bought: Set<string>;
}

/** Events that could be bought after the split: on sale by `untilMs`, and not over. */
export const onOffer = (events: readonly EventFacts[], fromMs: number, untilMs: number): EventFacts[] =>
  events.filter(({ startsAtMs, listedAtMs }) => startsAtMs > fromMs && listedAtMs < untilMs);

/** `past`: deeds of each person before the split; `counts`: which of the events bought are asked about (default: all). */
export function trialsOf(
  past: readonly Deed[][],
  behaviour: Behaviour,
  fromMs: number,
  untilMs: number,
  counts: (event: EventFacts) => boolean = () => true,
): Trial[] {
  const bought = new Map<number, Set<string>>();
  behaviour.atMs.forEach((atMs, i) => {
    if (behaviour.kind[i] !== BOUGHT || atMs < fromMs || atMs >= untilMs) return;
    const event = behaviour.events[behaviour.event[i] as number] as EventFacts;
    const person = behaviour.person[i] as number;
    const had = past[person]?.some(({ kind, facts }) => kind === BOUGHT && facts.id === event.id);
    if (had || !counts(event) || event.startsAtMs <= fromMs) return;
    const own = bought.get(person);
    if (own) own.add(event.id);
    else bought.set(person, new Set([event.id]));
  });
  return [...bought]
    .sort(([a], [b]) => a - b)
    .map(([person, own]) => ({ person, deeds: past[person] ?? [], bought: own }));
}

export interface Measured {
  people: number;
  /** Of what was bought, how much was among the ten; at most ten can be. */
  recallAt10: number;
  /** The same with the first places worth more. */
  ndcgAt10: number;
  /** Of all events on offer, how many were shown to anybody. */
  coverage: number;
}

const SHOWN = 10;

export function measure(
  model: Model,
  events: EventFacts[],
  trials: readonly Trial[],
  nowMs: number,
  weights: Float64Array = model.weights,
): Measured {
  const candidates = prepare(model, events, nowMs);
  const shown = new Set<string>();
  let [recall, ndcg] = [0, 0];
  for (const { deeds, bought } of trials) {
    const viewer = viewerOf(candidates, profileOf(model, deeds, NO_LIKES, nowMs));
    const has = new Set(deeds.filter(({ kind }) => kind === BOUGHT).map(({ facts }) => facts.id));
    const fits = (at: number) => !has.has((candidates.events[at] as EventFacts).id);
    const ten = spread(candidates, rank(candidates, viewer, weights, 5 * SHOWN, fits), SHOWN).map(
      ({ at }) => (candidates.events[at] as EventFacts).id,
    );
    let [hits, gain, best] = [0, 0, 0];
    ten.forEach((id, place) => {
      shown.add(id);
      const worth = 1 / Math.log2(place + 2);
      if (place < bought.size) best += worth;
      if (!bought.has(id)) return;
      hits++;
      gain += worth;
    });
    recall += hits / Math.min(SHOWN, bought.size);
    ndcg += best > 0 ? gain / best : 0;
  }
  const n = Math.max(1, trials.length);
  return {
    people: trials.length,
    recallAt10: recall / n,
    ndcgAt10: ndcg / n,
    coverage: shown.size / Math.max(1, events.length),
  };
}
