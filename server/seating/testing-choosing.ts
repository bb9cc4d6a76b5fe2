/** Random halls before the gate's Lua and before the search through all possibilities: where they differ, in words. */
import { isDeepStrictEqual } from 'node:util';
import { type GateKeys, gateKeys } from '../holds/gate-keys.ts';
import type { Redis } from '../stores/index.ts';
import type { BatchCase, BestCase, PickedCase } from './testing-arbitraries.ts';
import {
  askGate,
  askOffer,
  expectedGate,
  type GateAnswer,
  type GateAsk,
  loadModel,
  readGate,
  tierIds,
} from './testing-gate.ts';
import { chooseAll, type HoldWish, holding, insteadOf } from './testing-judgement.ts';
import { draw } from './testing-models.ts';
import { bestAvailable, type Model } from './testing-reference.ts';

function difference(
  model: Model,
  wish: object,
  what: string,
  expected: unknown,
  gate: unknown,
): string | null {
  if (isDeepStrictEqual(expected, gate)) return null;
  return [
    what,
    draw(model),
    `wish      ${JSON.stringify(wish)}`,
    `expected  ${JSON.stringify(expected)}`,
    `gate      ${JSON.stringify(gate)}`,
  ].join('\n');
}

/** A wish as the edge sends it. */
function askOf(model: Model, wish: HoldWish, holdId: string): GateAsk {
  const { user, channel, accessible, picks: seats, bests } = wish;
  const tierId = (tier: number | undefined) => (tier === undefined ? '' : tierIds(model)[tier]!);
  return {
    user,
    holdId,
    wish: {
      channel,
      accessible,
      picks: [...new Set(seats.map((seat) => model.seats[seat]!.tier))].map((tier) => ({
        tierId: tierId(tier),
        seats: seats.filter((seat) => model.seats[seat]!.tier === tier),
      })),
      bests: bests.map(({ n, tier, section, together }) => ({
        n,
        tierId: tierId(tier),
        section: section === undefined ? '' : `s${section}`,
        together,
      })),
    },
  };
}

function expectedAnswer(model: Model, wish: HoldWish): Omit<GateAnswer, 'fix'> {
  const chosen = chooseAll(model, wish);
  if (chosen === 'apart') return { code: 'APART', seats: [], tiers: [] };
  if ('taken' in chosen) return { code: 'TAKEN', seats: chosen.taken, tiers: [] };
  if ('orphans' in chosen) return { code: 'ORPHAN', seats: chosen.orphans, tiers: [] };
  const tiers = new Set(chosen.seats.map((seat) => tierIds(model)[model.seats[seat]!.tier]!));
  return { code: 'OK', seats: chosen.seats, tiers: [...tiers].sort() };
}

/** A refused choice's fix is as many seats of each tier, and not refused itself. */
function judgeFix(model: Model, wish: HoldWish, fix: number[]): string | null {
  if (fix.length === 0) return null;
  const fixed = { ...wish, picks: fix, bests: [] };
  const tiersOf = (seats: number[]) => seats.map((seat) => model.seats[seat]!.tier).sort();
  return (
    difference(model, wish, 'a fix of other tiers', tiersOf(wish.picks), tiersOf(fix)) ??
    difference(model, fixed, 'a fix that is refused', { seats: fix }, chooseAll(model, fixed))
  );
}

/** Null: they agree about every request of one call, and about what the gate holds afterwards. */
export async function compareBatch(
  redis: Redis,
  dropId: string,
  { model, wishes }: BatchCase,
): Promise<string | null> {
  if (wishes.length === 0) return null;
  const { orphanRule, relaxPercent } = wishes[0]!;
  const keys = await loadModel(redis, dropId, model, { orphanRule, orphanRelaxPercent: relaxPercent });
  const answers = await askGate(
    redis,
    keys,
    wishes.map((wish, i) => askOf(model, wish, `hold-${i}`)),
  );
  let now = model;
  const given: Record<string, number[]> = {};
  for (const [i, wish] of wishes.entries()) {
    const { fix, ...answer } = answers[i]!;
    const expected = expectedAnswer(now, wish);
    const found =
      difference(now, wish, `request ${i}: another answer`, expected, answer) ?? judgeFix(now, wish, fix);
    if (found) return found;
    if (expected.code !== 'OK') continue;
    given[`hold-${i}`] = expected.seats;
    now = holding(now, expected.seats);
  }
  return difference(
    model,
    wishes,
    'the gate afterwards',
    expectedGate(model, given),
    await readGate(redis, keys),
  );
}

/** Null: the fan who asks for what was offered gets it. */
async function takeOffer(
  redis: Redis,
  keys: GateKeys,
  model: Model,
  wish: HoldWish,
  offered: number[],
): Promise<string | null> {
  const take = askOf(model, { ...wish, picks: offered, bests: [] }, 'hold-taken');
  const [answer] = await askGate(redis, keys, [take]);
  const { code, seats } = answer as GateAnswer;
  return difference(model, take, 'an offer that is refused', { code: 'OK', seats: offered }, { code, seats });
}

const NO_PICKS = { picks: [], relaxPercent: 0 };

/** Null: they agree, and about what is offered where nothing keeps together. */
export async function compareBest(
  redis: Redis,
  dropId: string,
  { model, wish }: BestCase,
): Promise<string | null> {
  const all: HoldWish = { ...wish, ...NO_PICKS, bests: [wish] };
  const found = await compareBatch(redis, dropId, { model, wishes: [all] });
  const choice = bestAvailable(model, wish);
  if (found || choice.stage !== 'none') return found;
  const ask = askOf(model, all, '');
  const { n, tierId, section } = ask.wish.bests[0]!;
  const offered = await askOffer(redis, gateKeys(dropId, 1), ask, { n, tierId, section, wanted: [] });
  return (
    difference(model, wish, 'another offer', choice.offer ?? [], offered) ??
    (choice.offer && takeOffer(redis, gateKeys(dropId, 1), model, all, offered))
  );
}

export const comparePicked = (
  redis: Redis,
  dropId: string,
  { model, wish }: PickedCase,
): Promise<string | null> =>
  compareBatch(redis, dropId, { model, wishes: [{ ...wish, picks: wish.seats, bests: [] }] });

/** Null: what is offered for picked seats that went is the nearest there is, and the fan who takes it gets it. */
export async function compareOffer(
  redis: Redis,
  dropId: string,
  { model, wish }: PickedCase,
): Promise<string | null> {
  const { orphanRule, relaxPercent: orphanRelaxPercent } = wish;
  const keys = await loadModel(redis, dropId, model, { orphanRule, orphanRelaxPercent });
  const all: HoldWish = { ...wish, picks: wish.seats, bests: [] };
  const ask = askOf(model, all, '');
  const { tierId, seats: wanted } = ask.wish.picks[0]!;
  const offered = await askOffer(redis, keys, ask, { n: wanted.length, tierId, section: '', wanted });
  const best = insteadOf(model, wish, wanted);
  if (best.length === 0) return difference(model, wish, 'an offer out of nothing', [], offered);
  const one = best.find((group) => isDeepStrictEqual(group, offered));
  if (!one) return difference(model, wish, 'another offer', best, offered);
  return takeOffer(redis, keys, model, all, offered);
}
