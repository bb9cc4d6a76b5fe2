/**
 * `npm run bench -- recommend-quality`: how well suggestions foresee what people buy, against simpler ways. An invented crowd,
 * split at one instant: everything before it is learned from, everything after it is asked about. With HOLDFAST_RATINGS, a file
 * of ratings (user, item, rating, timestamp; RecBole's or MovieLens' columns) as well. Learning, fitting and ranking are the
 * server's own code.
 */

import { readFileSync } from 'node:fs';
import { chances } from '../../server/kernel/index.ts';
import { type Behaviour, BOUGHT, before, deedsByPerson } from '../../server/recommendations/behaviour.ts';
import type { EventFacts } from '../../server/recommendations/event-facts.ts';
import { fitWeights } from '../../server/recommendations/fit.ts';
import {
  type Measured,
  measure,
  onOffer,
  type Trial,
  trialsOf,
} from '../../server/recommendations/measure.ts';
import { SIGNS, type Sign } from '../../server/recommendations/model.ts';
import { inventCrowd } from '../../server/recommendations/testing-crowd.ts';
import { learn, POPULAR, train } from '../../server/recommendations/train.ts';
import { print } from './world.ts';

const DAY_MS = 86_400_000;

const CONTENT: readonly Sign[] = [
  'ownEvent',
  'ownArtist',
  'ownVenue',
  'ownScene',
  'ownCity',
  'ownType',
  'ownVendor',
  'price',
];
const WAYS: Record<string, readonly Sign[]> = {
  'content only': CONTENT,
  'item-item': ['nearEvent', 'nearArtist'],
  'matrix factors': ['taste'],
  'content, popularity': [...CONTENT, 'demand', 'artistDemand'],
};

const share = (n: number): string => n.toFixed(3).padStart(9);
function row(name: string, m: Measured): void {
  print(`${name.padEnd(28)}${share(m.recallAt10)}${share(m.ndcgAt10)}${share(m.coverage)}`);
}

/** Ways other than the model get their weights as the model gets its own: on purchases before the split. */
function compare(behaviour: Behaviour, splitMs: number, endMs: number, seed: number): void {
  const past = before(behaviour, splitMs);
  const at = performance.now();
  const model = train(past, { nowMs: splitMs, seed });
  const seconds = (performance.now() - at) / 1000;
  print(
    `${past.atMs.length} deeds of ${past.people} people on ${past.events.length} events; ${model.traits.length} traits, trained in ${seconds.toFixed(1)} s`,
  );
  print(`weights ${SIGNS.map((name, s) => `${name} ${model.weights[s]?.toFixed(2)}`).join(', ')}`);
  const boughtMs = [...past.atMs].filter((_, i) => past.kind[i] === BOUGHT).sort((a, b) => a - b);
  const fitMs = boughtMs[Math.floor(boughtMs.length * 0.85)] as number;
  const evenEarlier = before(past, fitMs);
  const earlier = learn(evenEarlier, { nowMs: fitMs, seed });
  const fitTrials = trialsOf(deedsByPerson(evenEarlier), past, fitMs, splitMs);
  const fitEvents = onOffer(behaviour.events, fitMs, splitMs);
  const ways = Object.entries(WAYS).map(([name, used]) => {
    const weights = fitWeights(earlier, fitEvents, fitTrials, fitMs, {
      chance: chances(seed),
      uses: (s) => used.includes(SIGNS[s] as Sign),
    });
    return [name, weights] as const;
  });
  const deeds = deedsByPerson(past);
  const events = onOffer(behaviour.events, splitMs, endMs);
  const known = new Set(past.event);
  const isNew = new Set(behaviour.events.filter((_, event) => !known.has(event)).map(({ id }) => id));
  const of = (
    title: string,
    only: { counts?: (event: EventFacts) => boolean; asks?: (trial: Trial) => boolean } = {},
  ): void => {
    const trials = trialsOf(deeds, behaviour, splitMs, endMs, only.counts).filter(only.asks ?? (() => true));
    if (trials.length === 0) return;
    print(`\n${title}: ${trials.length} people, ${events.length} events on offer`);
    print(`${''.padEnd(28)}recall@10  NDCG@10  coverage`);
    row('popularity', measure(model, events, trials, splitMs, POPULAR));
    for (const [name, weights] of ways)
      if (weights) row(name, measure(model, events, trials, splitMs, weights));
    row('the model', measure(model, events, trials, splitMs));
  };
  of('All purchases after the split');
  of('Only events nobody had touched by then', { counts: ({ id }) => isNew.has(id) });
  of('Only people with five deeds or more by then', { asks: ({ deeds: had }) => had.length >= 5 });
  of('Only people with none', { asks: ({ deeds: had }) => had.length === 0 });
}

/** A line per rating, with a header of `name:type` or plain columns `user item rating timestamp`. */
function readRatings(path: string): Behaviour & { endMs: number } {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const head = /user/.test(lines[0] ?? '') ? 1 : 0;
  const people = new Map<string, number>();
  const items = new Map<string, number>();
  const number = (of: Map<string, number>, key: string): number => {
    const known = of.get(key) ?? of.size;
    of.set(key, known);
    return known;
  };
  const rows = lines.slice(head).flatMap((line) => {
    const [user = '', item = '', rating, seconds] = line.split(/\t|::|,/);
    // Implicit: watched at all is interest, as a purchase is, whatever was thought of it afterwards.
    return Number.isNaN(Number(rating))
      ? []
      : [{ person: number(people, user), event: number(items, item), atMs: 1000 * Number(seconds) }];
  });
  const first = new Map<number, number>();
  for (const { event, atMs } of rows) first.set(event, Math.min(first.get(event) ?? atMs, atMs));
  return {
    events: [...items.keys()].map((id, event) => ({
      id,
      artist: null,
      type: 'film',
      venue: 'anywhere',
      city: null,
      vendorId: 'anybody',
      fromCents: null,
      startsAtMs: Number.MAX_SAFE_INTEGER,
      listedAtMs: first.get(event) as number,
    })),
    people: people.size,
    person: Int32Array.from(rows, (r) => r.person),
    event: Int32Array.from(rows, (r) => r.event),
    kind: new Uint8Array(rows.length).fill(BOUGHT),
    atMs: Float64Array.from(rows, (r) => r.atMs),
    endMs: Math.max(...rows.map((r) => r.atMs)) + 1,
  };
}

export function run(): void {
  for (const seed of [1, 2, 3].slice(0, Number(process.env.BENCH_SEEDS ?? 1))) {
    print(`\n## invented crowd, seed ${seed}`);
    const crowd = inventCrowd({ seed, people: 3_000, artists: 400, days: 540, eventsPerDay: 4 });
    compare(crowd, crowd.endMs - 45 * DAY_MS, crowd.endMs, seed);
  }
  const path = process.env.HOLDFAST_RATINGS;
  if (!path) {
    print('\nHOLDFAST_RATINGS names no file of ratings: only the invented crowd was asked.');
    return;
  }
  print('\n## ratings');
  const ratings = readRatings(path);
  const inOrder = [...ratings.atMs].sort((a, b) => a - b);
  compare(ratings, inOrder[Math.floor(inOrder.length * 0.8)] as number, ratings.endMs, 1);
}

if (import.meta.main) run();
