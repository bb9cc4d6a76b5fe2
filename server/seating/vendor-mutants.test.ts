/** The race checks of moving and keeping find nothing in the program, and something in each of its mutants: they can fail. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { claimsOf } from '../checkout/testing-seats.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';
import { type SeatingWorld, seatingWorld } from './testing-sold.ts';

let w: SeatingWorld;
beforeAll(async () => {
  w = await seatingWorld();
});
afterAll(() => w.close());

const textOf = (file: string) => readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
/** A function of the ledger, changed by `edits`; every edit must find its text. */
function mutated(file: string, ...edits: [from: string, to: string][]): string {
  let text = textOf(file);
  for (const [from, to] of edits) {
    const next = text.replaceAll(from, to);
    if (next === text) throw new Error(`the mutant of ${file} changes nothing: ${from}`);
    text = next;
  }
  return text;
}

const makeEvent = () =>
  seatEvent(w.world, {
    map: hallMap({ rows: 2, seatsPerRow: 10 }),
    drop: { limitPerFan: 20 },
    orphanRule: false,
  });
const word = (err: { code?: string }) => `error ${err.code}`;
const moveTo = (event: MadeSeatEvent, ticketId: string, seat: number): Promise<string> =>
  w.seating
    .move(w.vendorOf(event), { ticketId, seatId: event.seatIds[seat] as string })
    .then((moved) => (moved.ok ? 'OK' : moved.error.code), word);
const keep = (event: MadeSeatEvent, channel: number, seat: number): Promise<string> =>
  w.seating.channels
    .keep(w.vendorOf(event), event.eventId, channel, { add: [event.seatIds[seat] as string] })
    .then((kept) => (kept.ok ? 'OK' : kept.error.code), word);

/** Tickets of six orders want one seat; what came of it. */
async function moveTogether(): Promise<string[]> {
  const event = await makeEvent();
  const tickets: string[] = [];
  for (let seat = 0; seat < 6; seat++) tickets.push(...(await w.sell(event, [seat])).ticketIds);
  const answers = (await Promise.all(tickets.map((ticketId) => moveTo(event, ticketId, 19)))).sort();
  const there = (await claimsOf(w.checkoutWorld, event)).filter(({ seat }) => seat === 19).length;
  const expected = ['OK', ...Array(5).fill('SEATS_TAKEN')].join();
  return answers.join() === expected && there === 1 ? [] : [`moved: ${answers.join()}; ${there} sit there`];
}

/** A ticket moves to a free seat and on to a kept one; whether that is on record. */
async function moveKept(): Promise<string[]> {
  const event = await makeEvent();
  const { channels } = w.seating;
  const made = await channels.create(w.vendorOf(event), event.eventId, { name: 'House' });
  if (!made.ok) throw new Error(made.error.code);
  await keep(event, made.value.channel, 12);
  const [ticketId] = (await w.sell(event, [1, 2])).ticketIds as [string];
  const moved = [await moveTo(event, ticketId, 4), await moveTo(event, ticketId, 12)];
  const [log] = await w.sql<{ n: number }>(
    `select count(*)::int as n from ticketing.seat_log where event_id = $1 and action = 'move'`,
    [event.eventId],
  );
  return moved.join() === 'OK,OK' && log?.n === 2 ? [] : [`moved: ${moved.join()}, ${log?.n} on record`];
}

/** Seats are kept while fans hold them; what came of it. */
async function keepAndHold(): Promise<string[]> {
  const event = await makeEvent();
  const { channels } = w.seating;
  const made = await channels.create(w.vendorOf(event), event.eventId, { name: 'House' });
  if (!made.ok) throw new Error(made.error.code);
  const fans = await w.world.createUsers(20);
  const tierId = event.tierIds[0] as string;
  await w.holds.gate.read(event.dropId);
  const [kept] = await Promise.all([
    Promise.all(fans.map((_, seat) => keep(event, made.value.channel, seat))),
    Promise.all(
      fans.map((userId, seat) =>
        w.holds.place(userId, {
          dropId: event.dropId,
          requestId: w.world.ids.next(),
          items: [{ tierId, seatIds: [event.seatIds[seat] as string] }],
        }),
      ),
    ),
  ]);
  const claims = (await claimsOf(w.checkoutWorld, event)).length;
  const both = kept.filter((answer) => answer === 'OK').length + claims;
  return both === 20 ? [] : [`${both} seats of 20 were kept or held`];
}

/** A sold seat is to be kept: whoever comes first in a race, this one is late. */
async function keepSold(): Promise<string[]> {
  const event = await makeEvent();
  const made = await w.seating.channels.create(w.vendorOf(event), event.eventId, { name: 'House' });
  if (!made.ok) throw new Error(made.error.code);
  await w.sell(event, [5]);
  const answer = await keep(event, made.value.channel, 5);
  return answer === 'SEATS_TAKEN' ? [] : [`keeping a sold seat: ${answer}`];
}

const checks = async () => [
  ...(await moveTogether()),
  ...(await moveKept()),
  ...(await keepSold()),
  ...(await keepAndHold()),
  ...(await w.broken()),
];

/** Wide enough for every other connection to come in between; the original stands this, too. */
const SLOW_MOVE: [string, string] = [
  "  if found then outcome := 'TAKEN'; return; end if;\n\n  delete",
  "  if found then outcome := 'TAKEN'; return; end if;\n  perform pg_sleep(0.2);\n\n  delete",
];
const slowKeep = (seconds: number): [string, string] => [
  "  if seats is not null then outcome := 'TAKEN'; return; end if;",
  `  if seats is not null then outcome := 'TAKEN'; return; end if;\n  perform pg_sleep(${seconds});`,
];

describe('controls', () => {
  const files = ['./move.function.sql', './keep-seats.function.sql', './set-channels.function.sql'];
  afterEach(async () => {
    for (const file of files) await w.sql(textOf(file));
    await w.sql('alter table ticketing.seat_claims drop constraint if exists seat_claims_pkey');
    // What a mutant has broken is of its own events: they go.
    await w.sql(
      'truncate ticketing.seat_claims, ticketing.holds, ticketing.ticket_holds, ticketing.fans, ticketing.seats, ticketing.seat_plans, ticketing.seat_channels cascade',
    );
    await w.sql('delete from ticketing.ticket_tiers');
    await w.sql('alter table ticketing.seat_claims add primary key (event_id, seat)');
    await w.sql(
      `create unique index if not exists one_live_ticket_per_seat on ticketing.tickets (event_id, seat)
        where seat is not null and status in ('issued', 'transferred', 'redeemed')`,
    );
  });

  test('S31, S32, S27: the checks find nothing wrong with the program, even where it is slowed down in its middle', async () => {
    await w.sql(mutated('./move.function.sql', SLOW_MOVE));
    await w.sql(mutated('./keep-seats.function.sql', slowKeep(0.05)));
    expect(await checks()).toEqual([]);
  });

  const noTierLock: [string, string] = [
    '  perform 1 from ticketing.ticket_tiers t where t.id = v_ticket.tier_id for no key update;\n',
    '',
  ];

  test('S32: negative control: without lock and without the claim’s key several tickets get one seat', async () => {
    await w.sql('alter table ticketing.seat_claims drop constraint seat_claims_pkey');
    await w.sql('drop index ticketing.one_live_ticket_per_seat');
    await w.sql(mutated('./move.function.sql', SLOW_MOVE, noTierLock));
    const [problem] = await moveTogether();
    expect(problem).toMatch(/[2-6] sit there$/);
  });

  const mutants: [string, string, ...[string, string][]][] = [
    ['tickets are moved without the lock of their tier', './move.function.sql', SLOW_MOVE, noTierLock],
    [
      'what is kept is not counted when tickets move',
      './move.function.sql',
      [
        'kept_quantity = t.kept_quantity + (v_from.channel <> 0)::int - (v_to.channel <> 0)::int',
        'kept_quantity = t.kept_quantity',
      ],
    ],
    [
      "the order's line goes on naming the old seat",
      './move.function.sql',
      [
        'array_replace(i.seats, v_from.seat, p_seat)) x order by x)\n   where i.id',
        'i.seats) x order by x)\n   where i.id',
      ],
    ],
    [
      "the old seat's claim stays",
      './move.function.sql',
      [
        `  delete from ticketing.seat_claims c
   where c.event_id = v_ticket.event_id and c.seat = v_ticket.seat and c.ticket_id = p_ticket returning c.hold_id into v_hold;`,
        '  update ticketing.seat_claims c set ticket_id = null where c.ticket_id = p_ticket returning c.hold_id into v_hold;',
      ],
    ],
    [
      'seats are kept without the lock of their tier',
      './keep-seats.function.sql',
      // Without locks nobody waits for the sleep but its own caller: long enough for a busy machine, too.
      slowKeep(0.4),
      ['order by t.id for no key update;', 'order by t.id;'],
    ],
    [
      'seats that are taken are kept like others',
      './keep-seats.function.sql',
      ["  if seats is not null then outcome := 'TAKEN'; return; end if;", ''],
    ],
    [
      'held seats are counted as kept',
      './set-channels.function.sql',
      ['where not exists (select from', 'where true or not exists (select from'],
    ],
  ];

  test.each(mutants)('S27, S31: a mutant is found: %s', async (_what, file, ...edits) => {
    expect(await w.broken()).toEqual([]);
    await w.sql(mutated(file, ...edits));
    const found = [...(await checks()), ...(await keepHeld())];
    expect(found).not.toEqual([]);
  });

  /** A held seat leaves its channel; what the invariants say. */
  async function keepHeld(): Promise<string[]> {
    const event = await makeEvent();
    const { channels } = w.seating;
    const made = await channels.create(w.vendorOf(event), event.eventId, { name: 'House', code: 'band' });
    if (!made.ok) throw new Error(made.error.code);
    await keep(event, made.value.channel, 3);
    const user = (await w.world.createUser()).id;
    const items = [{ tierId: event.tierIds[0] as string, seatIds: [event.seatIds[3] as string] }];
    const wish = { dropId: event.dropId, requestId: w.world.ids.next(), items, channel: 'band' };
    const held = await w.holds.place(user, wish);
    const let_go = await channels
      .remove(w.vendorOf(event), event.eventId, made.value.channel)
      .then((gone) => (gone.ok ? 'OK' : gone.error.code), word);
    const told = held.ok && let_go === 'OK' ? [] : [`held ${held.ok}, let go ${let_go}`];
    return [...told, ...(await w.broken())];
  }
});
