/** One random hall before the gate's Lua and before the search through all possibilities: where they differ, in words. */
import { isDeepStrictEqual } from 'node:util';
import type { GateKeys } from '../holds/gate-keys.ts';
import type { Redis } from '../stores/index.ts';
import type { BestCase, PickedCase } from './testing-arbitraries.ts';
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
import { draw } from './testing-models.ts';
import { bestAvailable, judgePicked, type Model } from './testing-reference.ts';

const HOLD = 'hold-new';

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

const answered = ({ code, seats }: GateAnswer) => ({ code, seats });

/** What the gate answered, and what that left in it. */
async function compareAnswer(
  redis: Redis,
  keys: GateKeys,
  model: Model,
  wish: object,
  answer: GateAnswer,
  expected: { code: string; seats: number[] },
): Promise<string | null> {
  const given = expected.code === 'OK' ? expected.seats : [];
  const tiers = [...new Set(given.map((seat) => tierIds(model)[model.seats[seat]!.tier]))];
  return (
    difference(model, wish, 'another answer', expected, answered(answer)) ??
    difference(model, wish, 'of another tier', tiers, answer.tiers) ??
    difference(
      model,
      wish,
      'the gate afterwards',
      expectedGate(model, HOLD, given),
      await readGate(redis, keys),
    )
  );
}

/** Null: they agree. */
export async function compareBest(
  redis: Redis,
  dropId: string,
  { model, wish }: BestCase,
): Promise<string | null> {
  const { orphanRule } = wish;
  const keys = await loadModel(redis, dropId, model, { orphanRule, orphanRelaxPercent: 0 });
  const tierId = wish.tier === undefined ? '' : tierIds(model)[wish.tier]!;
  const section = wish.section === undefined ? '' : `s${wish.section}`;
  const ask: GateAsk = {
    user: wish.user,
    holdId: HOLD,
    wish: {
      channel: wish.channel,
      accessible: wish.accessible,
      picks: [],
      bests: [{ n: wish.n, tierId, section, together: wish.together }],
    },
  };
  const choice = bestAvailable(model, wish);
  const found = choice.stage !== 'none';
  const different = await compareAnswer(redis, keys, model, wish, await askGate(redis, keys, ask), {
    code: found ? 'OK' : 'APART',
    seats: choice.seats,
  });
  if (different || found) return different;
  const offered = await askOffer(redis, keys, ask, { n: wish.n, tierId, section, wanted: [] });
  return difference(model, wish, 'another offer', choice.offer ?? [], offered);
}

/** Null: they agree. */
export async function comparePicked(
  redis: Redis,
  dropId: string,
  { model, tier, wish }: PickedCase,
): Promise<string | null> {
  const { orphanRule, relaxPercent: orphanRelaxPercent } = wish;
  const keys = await loadModel(redis, dropId, model, { orphanRule, orphanRelaxPercent });
  const picks = [{ tierId: tierIds(model)[tier]!, seats: wish.seats }];
  const { channel, accessible } = wish;
  const ask: GateAsk = { user: wish.user, holdId: HOLD, wish: { channel, accessible, picks, bests: [] } };
  const judged = judgePicked(model, wish);
  const answer = await askGate(redis, keys, ask);
  const expected =
    judged === 'ok'
      ? { code: 'OK', seats: wish.seats }
      : 'taken' in judged
        ? { code: 'TAKEN', seats: judged.taken }
        : { code: 'ORPHAN', seats: judged.orphans };
  const different = await compareAnswer(redis, keys, model, wish, answer, expected);
  if (different || answer.fix.length === 0) return different;
  const fixed = { ...wish, seats: answer.fix };
  return (
    difference(model, wish, 'a fix of another size', wish.seats.length, answer.fix.length) ??
    difference(model, fixed, 'a fix that is refused', 'ok', judgePicked(model, fixed))
  );
}
