/** Seat plans: what a vendor may say of an event's seats, and what the ledger then has of them (S20 to S25). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../protocol/index.ts';
import { RefusalError } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import type { Account } from '../transport/index.ts';
import { compile } from './compile.ts';
import { applyPlan } from './plan.ts';
import type { SeatingBody } from './plan-body.ts';
import { putPlan } from './put-plan.ts';
import { readPlan } from './read-plan.ts';
import { hallMap, type MadeSeatEvent, seatEvent, storeMap } from './testing.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('plan_test', text), values);
const vendorOf = (event: { vendorId: string }): Account => ({
  id: event.vendorId,
  role: 'vendor',
  name: 'Vendor',
  sessionId: '',
});
const reopened: [string, string][] = [];
const put = (event: { eventId: string; vendorId: string }, body: SeatingBody, editor = vendorOf(event)) =>
  putPlan(
    {
      ledger: world.ledger,
      log: world.log,
      reopen: async (dropId, why) => void reopened.push([dropId, why]),
    },
    editor,
    event.eventId,
    body,
  );
const code = (result: { ok: boolean; error?: { code: ErrorCode; details?: unknown } }) =>
  result.ok ? 'OK' : [result.error?.code, (result.error?.details as { field?: string })?.field];
const tiersOf = (eventId: string) =>
  sql<{ seated: boolean; quantity: number; kept: number }>(
    `select seated, quantity, kept_quantity as kept from ticketing.ticket_tiers where event_id = $1 order by position`,
    [eventId],
  );

/** Two sections of 4 rows of 10, and a standing area for 50. */
const MAP = hallMap({ sections: 2, accessible: true, standing: [{ key: 'floor', capacity: 50 }] });
const THREE = [{ quantity: 1 }, { quantity: 7 }, { quantity: 50 }];

describe('what is planned', () => {
  test('S20: the most specific name wins: row, then the tier key of the map, then section; what nobody names is not on sale', async () => {
    const map = hallMap({ sections: 3 });
    for (const seat of map.sections[0]!.rows.flatMap((row) => ('seats' in row ? row.seats.slice(0, 2) : [])))
      seat.tier = 'edge';
    const event = await seatEvent(world, {
      map,
      tiers: THREE,
      assignment: { sections: { a: '0', b: '0' }, tiers: { edge: '1' }, rows: { 'a/A': '2', 'b/D': '1' } },
    });
    const tierAt = async (row: string, label: number, section: string) => {
      const [seat] = await sql<{ tier_id: string | null }>(
        'select tier_id from ticketing.seats where event_id = $1 and seat = $2',
        [event.eventId, event.seat(row, label, section)],
      );
      return event.tierIds.indexOf(seat!.tier_id ?? '');
    };
    expect(await tierAt('A', 1, 'a')).toBe(2);
    expect(await tierAt('B', 1, 'a')).toBe(1);
    expect(await tierAt('B', 3, 'a')).toBe(0);
    expect(await tierAt('D', 3, 'b')).toBe(1);
    expect(await tierAt('A', 3, 'c')).toBe(-1);
    expect(await tiersOf(event.eventId)).toEqual([
      { seated: true, quantity: 3 * 8 + 30, kept: 0 },
      { seated: true, quantity: 3 * 2 + 10, kept: 0 },
      { seated: true, quantity: 10, kept: 0 },
    ]);
  });

  test('S20: seats are called as on the map, and the gate gets what compiling the map gives', async () => {
    const event = await seatEvent(world, { map: MAP, tiers: THREE, assignment: { sections: { b: '1' } } });
    const [seat] = await sql('select * from ticketing.seats where event_id = $1 and seat = $2', [
      event.eventId,
      event.seat('D', 1, 'b'),
    ]);
    expect(seat).toMatchObject({ section: 'Section B', row_label: 'D', label: '1', flags: 1, channel: 0 });
    const [plan] = await sql<{ gate_plan: Buffer; gate_blocks: Buffer; gate_facts: unknown }>(
      'select gate_plan, gate_blocks, gate_facts from ticketing.seat_plans where event_id = $1',
      [event.eventId],
    );
    const compiled = compile(
      event.map,
      ({ section }) => (section === 'b' ? 0 : -1),
      [event.tierIds[1] as string],
      event.mapId,
    );
    expect(plan?.gate_plan.equals(compiled.plan)).toBe(true);
    expect(plan?.gate_blocks.equals(compiled.blocks)).toBe(true);
    expect(plan?.gate_facts).toEqual(compiled.facts);
  });

  test('S21: what a plan names and is not there is refused with its field, and nothing is written', async () => {
    const event = await world.createEvent({ tiers: THREE, drop: null });
    const rival = await world.createUser('vendor');
    const [mapId, rivals] = [await storeMap(world, MAP), await storeMap(world, MAP, rival.id)];
    const [one, two, stands] = event.tierIds as [string, string, string];
    const stranger = world.ids.next();
    const cases: [Partial<SeatingBody>, string][] = [
      [{ mapId: world.ids.next() }, 'mapId'],
      [{ mapId: rivals }, 'mapId'],
      [{ assignment: { sections: { z: one } } }, 'assignment.sections.z'],
      [{ assignment: { sections: { a: stranger } } }, 'assignment.sections.a'],
      [{ assignment: { sections: { a: '0' } } }, 'assignment.sections.a'],
      [{ assignment: { rows: { 'a/Z': one } } }, 'assignment.rows.a/Z'],
      [{ assignment: { tiers: { front: one } } }, 'assignment.tiers.front'],
      [{ assignment: { sections: { a: one }, standing: { pit: stands } } }, 'assignment.standing.pit'],
      [{ assignment: { sections: { a: one }, standing: { floor: one } } }, 'assignment.standing.floor'],
      [{ assignment: {} }, 'assignment'],
      [
        {
          assignment: {
            sections: { a: one },
            rows: { 'a/A': two, 'a/B': two, 'a/C': two, 'a/D': two },
          },
        },
        'assignment.sections.a',
      ],
    ];
    for (const [body, field] of cases)
      expect(code(await put(event, { mapId, assignment: { sections: { a: one } }, ...body })), field).toEqual(
        ['INVALID_REQUEST', field],
      );
    expect(await sql('select 1 from ticketing.seats where event_id = $1', [event.eventId])).toEqual([]);
    expect((await tiersOf(event.eventId)).map((t) => t.quantity)).toEqual([1, 7, 50]);
  });

  test('S21: a standing area sells no more tickets than it holds people', async () => {
    const event = await world.createEvent({ tiers: [{}, { quantity: 51 }], drop: null });
    const mapId = await storeMap(world, MAP);
    const body = (floor: string) => ({
      mapId,
      assignment: { sections: { a: event.tierIds[0] as string }, standing: { floor } },
    });
    expect(code(await put(event, body(event.tierIds[1] as string)))).toEqual([
      'INVALID_REQUEST',
      'assignment.standing.floor',
    ]);
    await sql('update ticketing.ticket_tiers set quantity = 50 where id = $1', [event.tierIds[1]]);
    expect(code(await put(event, body(event.tierIds[1] as string)))).toBe('OK');
    expect(await tiersOf(event.eventId)).toMatchObject([
      { seated: true, quantity: 40 },
      { seated: false, quantity: 50 },
    ]);
  });

  test('S22: accessible and companion seats are kept until so long before the start, and not at all where nobody asks for it', async () => {
    const startAt = new Date(world.clock.now() + 10 * 86_400_000);
    const seed = { map: MAP, tiers: THREE, assignment: { sections: { a: '0', b: '1' } }, startAt };
    const kept = await seatEvent(world, { ...seed, accessibleHoursBefore: 24 });
    expect(await tiersOf(kept.eventId)).toMatchObject([{ kept: 2 }, { kept: 2 }, { kept: 0 }]);
    expect(
      await sql('select channel, name, code, release_at from ticketing.seat_channels where event_id = $1', [
        kept.eventId,
      ]),
    ).toEqual([
      {
        channel: 1,
        name: 'Accessible seats',
        code: null,
        release_at: new Date(startAt.getTime() - 86_400_000),
      },
    ]);
    for (const accessibleHoursBefore of [null, 0, 8_760]) {
      const free = await seatEvent(world, { ...seed, accessibleHoursBefore });
      expect((await tiersOf(free.eventId)).map((t) => t.kept)).toEqual([0, 0, 0]);
      expect(await sql('select 1 from ticketing.seat_channels where event_id = $1', [free.eventId])).toEqual(
        [],
      );
    }
    const vendor = vendorOf(kept);
    expect((await readPlan(world.ledger.reads, kept.eventId, vendor))?.accessibleUntil).toBe(
      new Date(startAt.getTime() - 86_400_000).toISOString(),
    );
    const byDefault = await put(await world.createEvent({ startAt, vendorId: kept.vendorId, drop: null }), {
      mapId: kept.mapId,
      assignment: {},
    });
    expect(code(byDefault)).toEqual(['INVALID_REQUEST', 'assignment']);
  });
});

describe('changing a plan', () => {
  const whole = (event: MadeSeatEvent, over: Partial<SeatingBody> = {}): SeatingBody => ({
    mapId: event.mapId,
    assignment: { sections: { a: event.tierIds[0] as string } },
    ...over,
  });

  test("S23: while nothing was held or sold the plan is replaced whole, the drop's epoch moves on and its gate is reopened", async () => {
    const event = await seatEvent(world, { map: MAP, tiers: THREE });
    const [before] = await sql<{ epoch: number }>('select epoch from ticketing.drops where id = $1', [
      event.dropId,
    ]);
    const answer = await put(event, whole(event, { orphanRule: false, orphanRelaxPercent: 20 }));
    expect(answer).toMatchObject({
      ok: true,
      value: {
        tierRuns: [
          [0, 40],
          [-1, 40],
        ],
        orphanRule: false,
        orphanRelaxPercent: 20,
      },
    });
    const [after] = await sql<{ epoch: number }>('select epoch from ticketing.drops where id = $1', [
      event.dropId,
    ]);
    expect(after!.epoch).toBe(before!.epoch + 1);
    expect(reopened.at(-1)?.[0]).toBe(event.dropId);
    expect(await tiersOf(event.eventId)).toMatchObject([{ quantity: 40 }, { seated: false }, {}]);
    expect(
      await sql(`select action, actor_user_id from ticketing.seat_log where event_id = $1`, [event.eventId]),
    ).toEqual(Array(2).fill({ action: 'plan', actor_user_id: event.vendorId }));
  });

  test('S23: a tier that has seats gets others, but never none', async () => {
    const event = await seatEvent(world, { map: MAP, tiers: THREE });
    const other = { sections: { a: event.tierIds[1] as string } };
    expect(code(await put(event, whole(event, { assignment: other })))).toEqual([
      'INVALID_REQUEST',
      'assignment',
    ]);
  });

  test('S23: once anything was held, even if it was given back, nothing changes any more', async () => {
    const event = await seatEvent(world, { map: MAP, tiers: THREE });
    const fan = await world.createUser();
    await sql(
      `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
       values ($1, $2, $3, $1, '', 'released', 1, now(), 1)`,
      [world.ids.next(), event.dropId, fan.id],
    );
    expect(code(await put(event, whole(event)))).toEqual(['INVALID_STATE', undefined]);
    expect((await tiersOf(event.eventId))[0]).toMatchObject({ quantity: 80 });
  });

  test("S24: an event's seats are its vendor's to plan, and an operator's", async () => {
    const event = await seatEvent(world, { map: MAP, tiers: THREE });
    const rival = await world.createUser('vendor');
    const as = (id: string, role: Account['role']) => ({ ...vendorOf(event), id, role });
    expect(code(await put(event, whole(event), as(rival.id, 'vendor')))).toEqual(['NOT_FOUND', undefined]);
    expect(code(await put(event, whole(event), as(rival.id, 'operator')))).toBe('OK');
    await sql(`update ticketing.drops set phase = 'ended' where id = $1`, [event.dropId]);
    expect(code(await put(event, whole(event)))).toEqual(['INVALID_STATE', undefined]);
  });

  test('S25: a plan is read by whoever may see its event; an event without seats has none', async () => {
    const event = await seatEvent(world, { map: MAP, tiers: THREE, status: 'draft', drop: null });
    const read = (viewer: Account | null) => readPlan(world.ledger.reads, event.eventId, viewer);
    expect(await read(null)).toBeNull();
    expect(await read({ ...vendorOf(event), id: world.ids.next() })).toBeNull();
    expect(await read(vendorOf(event))).toMatchObject({
      eventId: event.eventId,
      dropId: null,
      mapId: event.mapId,
      tiers: [event.tierIds[0]],
      tierRuns: [[0, 80]],
      standing: {},
      orphanRule: true,
      orphanRelaxPercent: 5,
      accessibleUntil: null,
    });
    await sql(`update events.events set status = 'published' where id = $1`, [event.eventId]);
    expect(await read(null)).toMatchObject({ mapId: event.mapId });
    expect(await readPlan(world.ledger.reads, (await world.createEvent()).eventId, null)).toBeNull();
  });

  test('S23: a refused plan leaves the transaction it stands in nothing to commit', async () => {
    const event = await world.createEvent({ drop: null });
    const attempt = world.ledger.reads.transaction((tx) =>
      applyPlan(
        tx,
        {
          eventId: event.eventId,
          vendorId: event.vendorId,
          startsAt: new Date(world.clock.now() + 86_400_000),
          now: new Date(world.clock.now()),
          actorId: event.vendorId,
          prefix: 'seating.',
        },
        { mapId: world.ids.next(), assignment: { sections: { a: '0' } } },
      ),
    );
    await expect(attempt).rejects.toThrow(RefusalError);
  });
});
