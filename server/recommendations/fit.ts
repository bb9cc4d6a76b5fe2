/**
 * How much each sign weighs: found on purchases that came after the signs were made. Each purchase is compared with events that
 * were on sale at that moment and were not bought (softmax over the one and a sample of the others), weights stay at or above 0
 * so that each sign keeps its meaning. Pure, and the same for the same chances.
 */
import { BOUGHT } from './behaviour.ts';
import type { EventFacts } from './event-facts.ts';
import type { Trial } from './measure.ts';
import { type Model, SIGN_COUNT } from './model.ts';
import { NO_LIKES, profileOf } from './profile.ts';
import { prepare, signsOf, viewerOf } from './rank.ts';

export interface FitOptions {
  chance: () => number;
  /** Signs that may be used; the others weigh nothing. Default: all. */
  uses?: (sign: number) => boolean;
  othersPerPurchase?: number;
  purchasesMax?: number;
}

interface Examples {
  /** Purchases × (1 + others) × SIGN_COUNT; the purchase comes first. */
  signs: Float32Array;
  purchases: number;
  width: number;
}

function examplesOf(
  model: Model,
  events: EventFacts[],
  trials: readonly Trial[],
  nowMs: number,
  { chance, othersPerPurchase = 40, purchasesMax = 4_000 }: FitOptions,
): Examples {
  const candidates = prepare(model, events, nowMs);
  const placeOf = new Map(events.map(({ id }, at) => [id, at]));
  const width = 1 + othersPerPurchase;
  const signs: number[] = [];
  const out = new Float64Array(SIGN_COUNT);
  let purchases = 0;
  for (const { deeds, bought } of trials) {
    if (purchases >= purchasesMax) break;
    const viewer = viewerOf(candidates, profileOf(model, deeds, NO_LIKES, nowMs));
    const has = new Set(deeds.filter(({ kind }) => kind === BOUGHT).map(({ facts }) => facts.id));
    for (const id of bought) {
      const at = placeOf.get(id);
      if (at === undefined) continue;
      const group = [at];
      for (let tries = 0; group.length < width && tries < 4 * width; tries++) {
        const other = Math.floor(chance() * events.length);
        const facts = events[other] as EventFacts;
        if (!bought.has(facts.id) && !has.has(facts.id)) group.push(other);
      }
      if (group.length < width) continue;
      for (const one of group) {
        signsOf(candidates, viewer, one, out);
        signs.push(...out);
      }
      purchases++;
    }
  }
  return { signs: Float32Array.from(signs), purchases, width };
}

/** The mean gradient of the softmax loss at `weights`. */
function gradientOf({ signs, purchases, width }: Examples, weights: Float64Array): Float64Array {
  const gradient = new Float64Array(SIGN_COUNT);
  const share = new Float64Array(width);
  for (let p = 0; p < purchases; p++) {
    const from = p * width * SIGN_COUNT;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < width; i++) {
      let score = 0;
      for (let s = 0; s < SIGN_COUNT; s++)
        score += (weights[s] as number) * (signs[from + i * SIGN_COUNT + s] as number);
      share[i] = score;
      most = Math.max(most, score);
    }
    let sum = 0;
    for (let i = 0; i < width; i++) {
      share[i] = Math.exp((share[i] as number) - most);
      sum += share[i] as number;
    }
    for (let i = 0; i < width; i++) {
      const pull = ((share[i] as number) / sum - (i === 0 ? 1 : 0)) / purchases;
      for (let s = 0; s < SIGN_COUNT; s++)
        gradient[s] = (gradient[s] as number) + pull * (signs[from + i * SIGN_COUNT + s] as number);
    }
  }
  return gradient;
}

const STEPS = 250;
const RATE = 0.05;
/** Pulls weights to 0 where purchases do not speak for them. */
const PULL = 0.0005;

/** Null: too few purchases to learn from. */
export function fitWeights(
  model: Model,
  events: EventFacts[],
  trials: readonly Trial[],
  nowMs: number,
  options: FitOptions,
): Float64Array | null {
  const { uses = () => true } = options;
  const examples = examplesOf(model, events, trials, nowMs, options);
  if (examples.purchases < 50) return null;
  // All signs on one scale while weights are sought: a step is then as long in every direction.
  const scale = scaleOf(examples);
  const weights = Float64Array.from({ length: SIGN_COUNT }, (_, s) => (uses(s) ? 0.3 : 0));
  const mean = new Float64Array(SIGN_COUNT);
  const spread = new Float64Array(SIGN_COUNT);
  for (let step = 1; step <= STEPS; step++) {
    const gradient = gradientOf(examples, weights);
    for (let s = 0; s < SIGN_COUNT; s++) {
      if (!uses(s)) continue;
      const pull = (gradient[s] as number) + PULL * (weights[s] as number);
      mean[s] = 0.9 * (mean[s] as number) + 0.1 * pull;
      spread[s] = 0.99 * (spread[s] as number) + 0.01 * pull ** 2;
      const moved =
        (mean[s] as number) /
        (1 - 0.9 ** step) /
        (Math.sqrt((spread[s] as number) / (1 - 0.99 ** step)) + 1e-8);
      weights[s] = Math.max(0, (weights[s] as number) - RATE * moved);
    }
  }
  return weights.map((weight, s) => weight / (scale[s] as number));
}

/** The spread of each sign; they are divided by it where they stand. */
function scaleOf({ signs }: Examples): Float64Array {
  const scale = new Float64Array(SIGN_COUNT);
  const n = signs.length / SIGN_COUNT;
  for (let s = 0; s < SIGN_COUNT; s++) {
    let [sum, squares] = [0, 0];
    for (let i = s; i < signs.length; i += SIGN_COUNT) {
      sum += signs[i] as number;
      squares += (signs[i] as number) ** 2;
    }
    // A sign that is always the same says nothing, and is left as it is.
    const wide = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
    scale[s] = wide > 1e-6 ? wide : 1;
    for (let i = s; i < signs.length; i += SIGN_COUNT) signs[i] = (signs[i] as number) / (scale[s] as number);
  }
  return scale;
}
