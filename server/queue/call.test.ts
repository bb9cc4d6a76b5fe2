import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventSeed, MadeEvent } from '../stores/testing.ts';
import { endTurn } from './leave.ts';
import { isEnded, PLACE_MOVES } from './line.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

async function live(fans: number, drop: EventSeed['drop'] = {}, quantity = 1_000) {
  const event = await world.createEvent({
    tiers: [{ quantity }],
    drop: { phase: 'live', hasLine: true, ...drop },
  });
  const users = await world.createUsers(fans);
  for (const user of users) await world.queue.join(event.dropId, user);
  return { ...event, users };
}
const step = async (drop: MadeEvent, health?: number) => (await world.queue.step(drop.dropId, { health }))!;
const numbers = (places: { number: number }[]) => places.map((p) => p.number);
const line = async (dropId: string) =>
  (
    await world.sql<{ serving: number; turns_in_use: number }>(
      'select serving, turns_in_use from ticketing.lines where drop_id = $1',
      [dropId],
    )
  )[0]!;
/** The windows of these fans have passed. */
const age = (column: 'claim_by' | 'turn_expires_at', dropId: string, users: string[]) =>
  world.sql(
    `with p as (update ticketing.places set ${column} = now() - interval '1 s' where drop_id = $1 and user_id = any ($2) and ended_at is null
       returning user_id, turn_expires_at)
     update ticketing.fans f set turn_expires_at = p.turn_expires_at from p where f.drop_id = $1 and f.user_id = p.user_id`,
    [dropId, users],
  );

test('Q18 Q19: calls fill the cap in the order of numbers, and a claim keeps its slot', async () => {
  const drop = await live(10, { maxTurns: 3 });
  expect(numbers((await step(drop)).called)).toEqual([1, 2, 3]);
  expect((await step(drop)).called).toEqual([]);
  expect(await world.queue.claim(drop.dropId, drop.users[0]!)).toMatchObject({ ok: true });
  expect((await step(drop)).called).toEqual([]);
  expect(await line(drop.dropId)).toEqual({ serving: 3, turns_in_use: 3 });
});

test.each([
  [{ maxTurns: 100 }, 4, 1, 4],
  [{ maxTurns: 100, overbook: 2.5 }, 4, 1, 10],
  [{ maxTurns: 8 }, 1000, 0.5, 4],
  [{ maxTurns: 8 }, 1000, 0, 0],
  [{ maxTurns: 8, overbook: 0.5 }, 9, 1, 4],
])('Q18: %o, %i units, health %d: %i calls', async (settings, units, health, calls) => {
  const drop = await live(15, settings, units);
  expect((await step(drop, health)).called).toHaveLength(calls);
});

test('Q19 Q8: places that left are passed over without a slot', async () => {
  const drop = await live(8, { maxTurns: 2 });
  for (const i of [0, 1, 3]) await world.queue.leave(drop.dropId, drop.users[i]!);
  expect(numbers((await step(drop)).called)).toEqual([3, 5]);
  expect((await line(drop.dropId)).serving).toBe(5);
});

test('Q20: a rate lets calls trickle', async () => {
  const drop = await live(10, { maxTurns: 10, maxCallsPerMinute: 60 });
  expect(numbers((await step(drop)).called)).toEqual([1]);
  expect((await step(drop)).called).toEqual([]);
  await world.sql(
    `update ticketing.lines set call_tokens_at = call_tokens_at - interval '10 s' where drop_id = $1`,
    [drop.dropId],
  );
  expect(numbers((await step(drop)).called)).toEqual([2]);
});

test('Q21 Q22: an unclaimed call lapses and its slot goes on; asking again is called first, silence is not', async () => {
  const drop = await live(8, { maxTurns: 3 });
  const [first, second, third] = drop.users as [string, string, string];
  await step(drop);
  await age('claim_by', drop.dropId, [first, second, third]);
  // Late by the clock already, whether or not a worker has noticed.
  expect(await world.queue.claim(drop.dropId, third)).toMatchObject({ error: { code: 'CALL_LAPSED' } });
  const lapsing = await step(drop);
  expect(numbers(lapsing.lapsed).sort()).toEqual([1, 2]);
  // The third asked before a slot was free: it comes first.
  expect(numbers(lapsing.called)).toEqual([3, 4, 5]);
  expect(await world.queue.claim(drop.dropId, second)).toMatchObject({ error: { code: 'CALL_LAPSED' } });
  expect((await step(drop)).called).toEqual([]);
  await world.queue.leave(drop.dropId, drop.users[3]!);
  await world.queue.leave(drop.dropId, drop.users[4]!);
  // Number 2 asked, number 1 did not show itself.
  expect(numbers((await step(drop)).called)).toEqual([2, 6]);
  expect((await line(drop.dropId)).serving).toBe(6);
  expect(await world.queue.claim(drop.dropId, second)).toMatchObject({ ok: true });
});

test('Q23: a claim gives a signed turn, the same one again, and says how many are ahead before', async () => {
  const drop = await live(5, { maxTurns: 1, turnSeconds: 300 });
  const [first, , third] = drop.users as string[];
  expect(await world.queue.claim(drop.dropId, third!)).toMatchObject({
    error: { code: 'NOT_CALLED', details: { ahead: 2 } },
  });
  await step(drop);
  expect(await world.queue.claim(drop.dropId, third!)).toMatchObject({
    error: { code: 'NOT_CALLED', details: { ahead: 1 } },
  });
  const turn = await world.queue.claim(drop.dropId, first!);
  if (!turn.ok) throw new Error(turn.error.code);
  const placed = await world.queue.placeOf(drop.dropId, first!);
  expect(placed).toMatchObject({ ok: true, value: { state: 'turn', turn: turn.value.turn } });
  expect(world.keys.readToken('turn', turn.value.turn.token)).toEqual({
    drop: drop.dropId,
    place: placed.ok && placed.value.placeId,
    sub: first,
    number: 1,
    exp: Math.floor(Date.parse(turn.value.turn.expiresAt) / 1000),
  });
  expect(world.keys.readToken('access', turn.value.turn.token)).toBeNull();
  expect(await world.other.claim(drop.dropId, first!)).toEqual(turn);
  const racing = await Promise.all([
    world.queue.claim(drop.dropId, first!),
    world.other.claim(drop.dropId, first!),
  ]);
  expect(racing).toEqual([turn, turn]);
  // The gate knows the turn too: a hold passes.
  expect(
    await world.holds.place(first!, {
      dropId: drop.dropId,
      requestId: world.ids.next(),
      items: [{ tierId: drop.tierIds[0]!, quantity: 1 }],
    }),
  ).toMatchObject({ ok: true });
});

test('Q23: who has no place, or whose sale is not open, is told so', async () => {
  const drop = await live(0);
  const { id } = await world.createUser();
  expect(await world.queue.claim(drop.dropId, id)).toMatchObject({ error: { code: 'NO_PLACE' } });
  expect(await world.queue.claim(world.ids.next(), id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  const lobby = await world.lobby();
  await world.queue.join(lobby.dropId, id);
  expect(await world.queue.claim(lobby.dropId, id)).toMatchObject({ error: { code: 'NOT_OPEN' } });
});

test('Q24 Q36: a turn ends with its time, in the ledger and in the gate; two workers end it once', async () => {
  const drop = await live(4, { maxTurns: 2 });
  const [first] = drop.users as [string];
  await step(drop);
  await world.queue.claim(drop.dropId, first);
  await age('turn_expires_at', drop.dropId, [first]);
  expect(await world.queue.claim(drop.dropId, first)).toMatchObject({ error: { code: 'NO_PLACE' } });
  const both = await Promise.all([world.queue.step(drop.dropId), world.other.step(drop.dropId)]);
  expect(both.flatMap((s) => numbers(s!.expired))).toEqual([1]);
  expect(both.flatMap((s) => numbers(s!.called))).toEqual([3]);
  expect(
    await world.sql('select turn_expires_at from ticketing.fans where drop_id = $1 and user_id = $2', [
      drop.dropId,
      first,
    ]),
  ).toEqual([{ turn_expires_at: null }]);
  const hold = {
    dropId: drop.dropId,
    requestId: world.ids.next(),
    items: [{ tierId: drop.tierIds[0]!, quantity: 1 }],
  };
  expect(await world.holds.place(first, hold)).toMatchObject({ error: { code: 'NO_TURN' } });
  expect(await world.queue.placeOf(drop.dropId, first)).toMatchObject({
    value: { state: 'expired', turn: null },
  });
});

test('Q24 Q17: with the gate away the ledger moves on all the same, and the gate hears of it later', async () => {
  const gone = () => Promise.reject(new Error('the gate is away'));
  const published: string[] = [];
  let isAway = true;
  const publish = (dropId: string) => (isAway ? gone() : Promise.resolve(void published.push(dropId)));
  const gate = {
    ...world.holds.gate,
    publish,
    grantTurn: async () => undefined,
    endTurn: async () => undefined,
  };
  const queue = world.make({ gate });
  const drop = await live(3, { maxTurns: 1 });
  expect(numbers((await queue.step(drop.dropId))!.called)).toEqual([1]);
  expect(await queue.claim(drop.dropId, drop.users[0]!)).toMatchObject({ ok: true });
  expect((await queue.step(drop.dropId))!.published).toBe(true);
  isAway = false;
  await queue.step(drop.dropId);
  expect(published).toEqual([drop.dropId]);
  expect((await queue.step(drop.dropId))!.published).toBe(false);
});

test('Q25: done, or the limit bought: the turn ends and the next number is called', async () => {
  const drop = await live(5, { maxTurns: 1 });
  const [first, second] = drop.users as [string, string];
  await step(drop);
  await world.queue.claim(drop.dropId, first);
  expect(await world.queue.leave(drop.dropId, first)).toEqual({ ok: true, value: { state: 'done' } });
  expect(numbers((await step(drop)).called)).toEqual([2]);
  await world.queue.claim(drop.dropId, second);
  const ended = await world.ledger.holds.transaction((tx) =>
    endTurn(tx, drop.dropId, second, 'limit bought'),
  );
  expect(ended).toBe(true);
  expect(await world.ledger.holds.transaction((tx) => endTurn(tx, drop.dropId, second, 'limit bought'))).toBe(
    false,
  );
  expect(numbers((await step(drop)).called)).toEqual([3]);
  expect(
    await world.sql('select state, end_reason from ticketing.places where drop_id = $1 and user_id = $2', [
      drop.dropId,
      second,
    ]),
  ).toEqual([{ state: 'done', end_reason: 'limit bought' }]);
});

test('Q19: the table of a place’s life: nothing leads out of an end, everything else can be left', () => {
  for (const [state, moves] of Object.entries(PLACE_MOVES)) {
    const ended = isEnded(state as keyof typeof PLACE_MOVES);
    expect(Object.values(moves).every((to) => to === null)).toBe(ended);
    if (!ended) expect(moves.leave).toBe(state === 'turn' ? 'done' : 'left');
  }
});
