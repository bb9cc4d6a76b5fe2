import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createHolds, type Holds } from './index.ts';

let world: TestWorld;
let holds: Holds;

beforeAll(async () => {
  world = await testWorld();
  holds = createHolds(world);
});
afterAll(() => world.close());

const counters = async (tierId: string) =>
  world.ledger.reads.one<{ r: number; i: number }>(
    statement(
      't_counters',
      'select reserved_quantity r, issued_quantity i from ticketing.ticket_tiers where id = $1',
    ),
    [tierId],
  );
const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);

interface DropSeed {
  quantities?: number[];
  drop?: Parameters<TestWorld['createEvent']>[0] extends infer S
    ? S extends { drop?: infer D }
      ? D
      : never
    : never;
}
async function drop({ quantities = [10], drop: settings = {} }: DropSeed = {}) {
  const event = await world.createEvent({
    tiers: quantities.map((quantity) => ({ quantity })),
    drop: settings,
  });
  return { dropId: event.dropId as string, tiers: event.tierIds };
}
const fan = async () => (await world.createUser()).id;
const ask = (
  userId: string,
  dropId: string,
  items: { tierId: string; quantity: number }[],
  requestId = world.ids.next(),
) => holds.place(userId, { dropId, requestId, items });
const gateFree = async (dropId: string, tierId: string) =>
  (await holds.gate.read(dropId))?.tiers.find((t) => t.id === tierId)?.available;

describe('placing', () => {
  test('H1, H2: a hold over two tiers is in the ledger when it is told, with its price and deadline', async () => {
    const { dropId, tiers } = await drop({ quantities: [5, 5] });
    const user = await fan();
    const held = await ask(user, dropId, [
      { tierId: tiers[0]!, quantity: 1 },
      { tierId: tiers[1]!, quantity: 2 },
      { tierId: tiers[0]!, quantity: 1 },
    ]);
    if (!held.ok) throw new Error(held.error.code);
    expect(held.value.totalCents).toBe(4 * 5000);
    expect(held.value.items.map((i) => i.quantity)).toEqual([2, 2]);
    const rows = await run(
      'select tier_id, quantity, status from ticketing.ticket_holds where hold_id = $1',
      [held.value.id],
    );
    expect(rows.rows.length).toBe(2);
    expect(await counters(tiers[0]!)).toEqual({ r: 2, i: 0 });
    expect(await counters(tiers[1]!)).toEqual({ r: 2, i: 0 });
    expect(new Date(held.value.expiresAt).getTime()).toBeGreaterThan(world.clock.now());
  });

  test('H2: what does not fit as a whole, or names a foreign tier, takes nothing', async () => {
    const { dropId, tiers } = await drop({ quantities: [5, 1] });
    const other = await drop();
    const user = await fan();
    const partial = await ask(user, dropId, [
      { tierId: tiers[0]!, quantity: 2 },
      { tierId: tiers[1]!, quantity: 2 },
    ]);
    expect(partial).toMatchObject({ ok: false, error: { code: 'SOLD_OUT' } });
    const foreign = await ask(user, dropId, [
      { tierId: tiers[0]!, quantity: 1 },
      { tierId: other.tiers[0]!, quantity: 1 },
    ]);
    expect(foreign).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await ask(user, world.ids.next(), [{ tierId: tiers[0]!, quantity: 1 }])).toMatchObject({
      ok: false,
      error: { code: 'NOT_FOUND' },
    });
    expect(await counters(tiers[0]!)).toEqual({ r: 0, i: 0 });
    expect(await gateFree(dropId, tiers[0]!)).toBe(5);
  });

  test('H2: the ledger refuses a foreign tier too, when the gate was wrong about it', async () => {
    const { dropId, tiers } = await drop();
    const other = await drop();
    await holds.gate.reopen(dropId, 'test');
    const epoch = await world.gate.get(`{${dropId}}:epoch`);
    await world.gate.hset(`{${dropId}}:${epoch}:stock`, other.tiers[0]!, '5');
    const user = await fan();
    const foreign = await ask(user, dropId, [
      { tierId: tiers[0]!, quantity: 1 },
      { tierId: other.tiers[0]!, quantity: 1 },
    ]);
    expect(foreign).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(await counters(tiers[0]!)).toEqual({ r: 0, i: 0 });
    expect((await run('select 1 from ticketing.holds where user_id = $1', [user])).rowCount).toBe(0);
  });

  test('H3: the same request id gives the same hold, another body is refused, a refusal is judged afresh', async () => {
    const { dropId, tiers } = await drop({ quantities: [2] });
    const user = await fan();
    const requestId = world.ids.next();
    const many = await Promise.all(
      Array.from({ length: 10 }, () => ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }], requestId)),
    );
    const ids = new Set(many.map((m) => (m.ok ? m.value.id : m.error.code)));
    expect(ids.size).toBe(1);
    expect(await counters(tiers[0]!)).toEqual({ r: 1, i: 0 });
    expect(await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 2 }], requestId)).toMatchObject({
      ok: false,
      error: { code: 'REQUEST_ID_REUSED' },
    });
    const tooMany = world.ids.next();
    const second = await fan();
    expect(await ask(second, dropId, [{ tierId: tiers[0]!, quantity: 2 }], tooMany)).toMatchObject({
      ok: false,
      error: { code: 'SOLD_OUT' },
    });
    await holds.release(user, [...ids][0]!);
    expect(await ask(second, dropId, [{ tierId: tiers[0]!, quantity: 2 }], tooMany)).toMatchObject({
      ok: true,
    });
    expect(await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }], requestId)).toMatchObject({
      ok: false,
      error: { code: 'HOLD_EXPIRED' },
    });
  });

  test('H3: a request id survives a flushed gate', async () => {
    const { dropId, tiers } = await drop();
    const user = await fan();
    const requestId = world.ids.next();
    const first = await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }], requestId);
    await world.gate.flushall();
    const again = await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }], requestId);
    expect(again.ok && first.ok && again.value.id === first.value.id).toBe(true);
    expect(await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 3 }], requestId)).toMatchObject({
      error: { code: 'REQUEST_ID_REUSED' },
    });
  });

  test('H5: the limit counts held and bought, and holds for overlapping requests', async () => {
    const { dropId, tiers } = await drop({ quantities: [100], drop: { limitPerFan: 4 } });
    const user = await fan();
    const all = await Promise.all(
      Array.from({ length: 12 }, () => ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }])),
    );
    expect(all.filter((a) => a.ok).length).toBe(4);
    for (const a of all) if (!a.ok) expect(a.error.code).toBe('LIMIT_EXCEEDED');
    expect(await counters(tiers[0]!)).toEqual({ r: 4, i: 0 });
  });

  test('H6: a line needs a turn; the gate is corrected from the ledger before a fan hears NO_TURN', async () => {
    const { dropId, tiers } = await drop({ drop: { hasLine: true } });
    const user = await fan();
    expect(await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }])).toMatchObject({
      error: { code: 'NO_TURN' },
    });
    await run(
      `insert into ticketing.fans (drop_id, user_id, turn_expires_at) values ($1, $2, now() + interval '10 minutes')`,
      [dropId, user],
    );
    expect(await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }])).toMatchObject({ ok: true });
    await run(
      `update ticketing.fans set turn_expires_at = now() - interval '1 second' where drop_id = $1 and user_id = $2`,
      [dropId, user],
    );
    expect(await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }])).toMatchObject({
      error: { code: 'NO_TURN' },
    });
  });

  test('H7: refusals come in their order, in the ledger when the gate is behind', async () => {
    const { dropId, tiers } = await drop({ quantities: [1], drop: { hasLine: true, limitPerFan: 1 } });
    const user = await fan();
    const wish = [{ tierId: tiers[0]!, quantity: 2 }];
    const code = async (items = wish) => {
      const r = await ask(user, dropId, items);
      return r.ok ? 'OK' : r.error.code;
    };
    await holds.gate.publish(dropId);
    const phase = (p: string) => run('update ticketing.drops set phase = $2 where id = $1', [dropId, p]);
    // The gate still believes the drop is live: the ledger's word counts. (Turn and stock are fine in the gate.)
    await run(
      `insert into ticketing.fans (drop_id, user_id, turn_expires_at) values ($1, $2, now() + interval '10 minutes')`,
      [dropId, user],
    );
    await phase('ended');
    expect(await code([{ tierId: tiers[0]!, quantity: 1 }])).toBe('NOT_OPEN');
    await phase('paused');
    expect(await code([{ tierId: tiers[0]!, quantity: 1 }])).toBe('DROP_PAUSED');
    await phase('live');
    expect(await code()).toBe('LIMIT_EXCEEDED');
    await run('update ticketing.drops set limit_per_fan = 4 where id = $1', [dropId]);
    await run('update ticketing.lines set version = version + 1 where drop_id = $1', [dropId]);
    await holds.gate.publish(dropId);
    expect(await code()).toBe('SOLD_OUT');
    await phase('ended');
    await run('update ticketing.lines set version = version + 1 where drop_id = $1', [dropId]);
    await holds.gate.publish(dropId);
    expect(await code()).toBe('NOT_OPEN');
  });

  test('H8: a refused hold does not use up what a smaller one behind it needs', async () => {
    const { dropId, tiers } = await drop({ quantities: [3], drop: { limitPerFan: 10 } });
    await holds.gate.reopen(dropId, 'test');
    const epoch = Number(await world.gate.get(`{${dropId}}:epoch`));
    const ids = () => world.ids.next();
    const [a, b, c] = [ids(), ids(), ids()];
    const users = [await fan(), await fan(), await fan()];
    const sorted = [...users].sort();
    const { rows } = await run(
      "select * from ticketing.place_holds($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,'{}','{}','{}')",
      [
        ids(),
        dropId,
        epoch,
        [a, b, c],
        users,
        [ids(), ids(), ids()],
        ['h', 'h', 'h'],
        [2, 2, 1],
        sorted,
        sorted.map((u) => [2, 2, 1][users.indexOf(u)]),
        [tiers[0]],
        [5],
        [1, 2, 3],
        [tiers[0], tiers[0], tiers[0]],
        [2, 2, 1],
      ],
    );
    expect(rows[0].results).toBe('G,S,G');
    expect(rows[0].remaining).toBe('0');
  });

  test('H9: a gate that is too high is set down to the ledger', async () => {
    const { dropId, tiers } = await drop({ quantities: [2] });
    await holds.gate.reopen(dropId, 'test');
    const epoch = await world.gate.get(`{${dropId}}:epoch`);
    await world.gate.hset(`{${dropId}}:${epoch}:stock`, tiers[0]!, '50');
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => ask(await fan(), dropId, [{ tierId: tiers[0]!, quantity: 1 }])),
    );
    expect(answers.filter((a) => a.ok).length).toBe(2);
    expect(await counters(tiers[0]!)).toEqual({ r: 2, i: 0 });
    await until('the gate shows none left', async () => (await gateFree(dropId, tiers[0]!)) === 0);
  });
});

describe('ending', () => {
  test('H11, H12: release gives back once, to its owner only', async () => {
    const { dropId, tiers } = await drop();
    const user = await fan();
    const held = await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 3 }]);
    if (!held.ok) throw new Error(held.error.code);
    expect(await holds.release(await fan(), held.value.id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await holds.release(user, world.ids.next())).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const both = await Promise.all([holds.release(user, held.value.id), holds.release(user, held.value.id)]);
    expect(both.some((r) => r.ok)).toBe(true);
    expect(await counters(tiers[0]!)).toEqual({ r: 0, i: 0 });
    await until('the gate has them back', async () => (await gateFree(dropId, tiers[0]!)) === 10);
    expect((await run('select held from ticketing.fans where user_id = $1', [user])).rows[0].held).toBe(0);
  });

  test('H10, H11: a lapsed hold is dead before the sweep, which then tidies; a paused drop waits', async () => {
    const { dropId, tiers } = await drop();
    const user = await fan();
    const held = await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 1 }]);
    if (!held.ok) throw new Error(held.error.code);
    await run(
      `update ticketing.drops set phase = 'paused', paused_at = now() - interval '1 minute' where id = $1`,
      [dropId],
    );
    await run(`update ticketing.holds set expires_at = now() - interval '1 second' where id = $1`, [
      held.value.id,
    ]);
    expect((await holds.sweep()).map((e) => e.holdId)).not.toContain(held.value.id);
    expect((await holds.mine(user, dropId)).length).toBe(1);
    await run(`update ticketing.drops set phase = 'live', paused_at = null where id = $1`, [dropId]);
    expect(await holds.mine(user, dropId)).toEqual([]);
    expect(await holds.extend(user, held.value.id)).toMatchObject({ error: { code: 'HOLD_EXPIRED' } });
    expect((await holds.sweep()).map((e) => e.holdId)).toContain(held.value.id);
    expect(await counters(tiers[0]!)).toEqual({ r: 0, i: 0 });
    await until('the gate has it back', async () => (await gateFree(dropId, tiers[0]!)) === 10);
    expect(await holds.release(user, held.value.id)).toMatchObject({ error: { code: 'HOLD_EXPIRED' } });
  });

  test('H10: the next sweep ends every hold of a canceled drop', async () => {
    const { dropId, tiers } = await drop();
    const held = await ask(await fan(), dropId, [{ tierId: tiers[0]!, quantity: 1 }]);
    if (!held.ok) throw new Error(held.error.code);
    await run(`update ticketing.drops set phase = 'canceled', ended_at = now() where id = $1`, [dropId]);
    expect((await holds.sweep()).map((e) => e.holdId)).toContain(held.value.id);
    expect(await counters(tiers[0]!)).toEqual({ r: 0, i: 0 });
  });

  test('H11: a credit from before a reopening does not count twice', async () => {
    const { dropId, tiers } = await drop();
    const user = await fan();
    const held = await ask(user, dropId, [{ tierId: tiers[0]!, quantity: 4 }]);
    if (!held.ok) throw new Error(held.error.code);
    // The ledger releases, and the process dies before the gate hears of it.
    await run(`select * from ticketing.end_holds($1, $2, 'released', 1)`, [dropId, [held.value.id]]);
    await holds.gate.reopen(dropId, 'test');
    expect(await gateFree(dropId, tiers[0]!)).toBe(10);
    expect(await holds.relayCredits()).toBe(1);
    expect(await gateFree(dropId, tiers[0]!)).toBe(10);
    expect((await run('select 1 from ticketing.gate_credits where drop_id = $1', [dropId])).rowCount).toBe(0);
  });

  test('H12: a hold is extended once, where the drop allows it', async () => {
    const plain = await drop();
    const user = await fan();
    const fixed = await ask(user, plain.dropId, [{ tierId: plain.tiers[0]!, quantity: 1 }]);
    if (!fixed.ok) throw new Error(fixed.error.code);
    expect(await holds.extend(user, fixed.value.id)).toMatchObject({ error: { code: 'NOT_EXTENDABLE' } });
    await run('update ticketing.drops set extend_seconds = 120 where id = $1', [plain.dropId]);
    const longer = await holds.extend(user, fixed.value.id);
    if (!longer.ok) throw new Error(longer.error.code);
    expect(new Date(longer.value.expiresAt).getTime() - new Date(fixed.value.expiresAt).getTime()).toBe(
      120_000,
    );
    expect(await holds.extend(user, fixed.value.id)).toMatchObject({ error: { code: 'ALREADY_EXTENDED' } });
    expect(await holds.extend(await fan(), fixed.value.id)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});
