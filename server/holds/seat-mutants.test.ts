/** That the tests of seats can fail: each change of the SQL or Lua text is noticed by a probe that finds nothing without it. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import type { HoldItem, SeatOffer } from '../protocol/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from '../seating/testing.ts';
import type * as Redis from '../stores/redis.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { type Mutant, mutantLuaFile, mutate, textOf } from './testing-mutants.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);

/** The holds module as it is, or with one script mutated. */
async function load(mutant?: Mutant) {
  vi.resetModules();
  const actual = await vi.importActual<typeof Redis>('../stores/redis.ts');
  vi.doMock('../stores/redis.ts', () => ({ ...actual, luaFile: mutantLuaFile(actual.luaFile, mutant) }));
  const { createHolds } = await import('./index.ts');
  const { createBatches } = await import('./batch.ts');
  const deps = { ...world, pendingLookupMs: 0 };
  vi.doUnmock('../stores/redis.ts');
  return {
    holds: createHolds(deps),
    batches: [0, 1].map(() =>
      createBatches({ pool: world.ledger.holds, clock: world.clock, ids: world.ids, log: world.log }),
    ),
  };
}
type Loaded = Awaited<ReturnType<typeof load>>;
/** What went wrong, in words; empty: nothing. */
type Probe = (loaded: Loaded) => Promise<string[]>;

const fan = async () => (await world.createUser()).id;
const hall = (perRow = 8) =>
  seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: perRow }), orphanRule: false });
const items = (event: MadeSeatEvent, seats: number[]): HoldItem[] => [
  { tierId: event.tierIds[0] as string, seatIds: seats.map((seat) => event.seatIds[seat] as string) },
];
const place = (
  holds: Loaded['holds'],
  event: MadeSeatEvent,
  user: string,
  seats: number[],
  more: object = {},
) =>
  holds.place(user, {
    dropId: event.dropId,
    requestId: world.ids.next(),
    items: items(event, seats),
    ...more,
  });
const broken = async () => brokenInvariants(await checkInvariants(world.ledger.reads));

async function seatsIn(holds: Loaded['holds'], event: MadeSeatEvent): Promise<string> {
  const read = await holds.gate.readSeats(event.dropId, null);
  return read === null || read === 'same' ? '' : read.seats.toString();
}

/** Two processes bring batches for one seat to the ledger, as two gates that know nothing of each other would. */
const sameSeatProbe: Probe = async ({ batches }) => {
  const event = await hall();
  const users = await world.createUsers(8);
  const answers = await Promise.all(
    users.map((userId, i) =>
      batches[i % 2]?.submit({
        holdId: world.ids.next(),
        userId,
        dropId: event.dropId,
        requestId: world.ids.next(),
        bodyHash: 'h',
        epoch: 1,
        lines: [{ tierId: event.tierIds[0] as string, quantity: 1, seats: [3] }],
        wish: { prefix: '', channel: 0, accessible: false, picks: [], bests: [] },
        replaces: null,
      }),
    ),
  );
  const granted = answers.filter((answer) => answer?.code === 'GRANTED').length;
  return [...(granted === 1 ? [] : [`${granted} fans were told they have the seat`]), ...(await broken())];
};

const releaseProbe: Probe = async ({ holds }) => {
  const event = await hall();
  const user = await fan();
  const held = await place(holds, event, user, [0, 1]);
  if (!held.ok) return ['not held'];
  await holds.release(user, held.value.id);
  const again = await place(holds, event, await fan(), [0, 1]);
  return [...(again.ok ? [] : [`the seats stayed taken: ${again.error.code}`]), ...(await broken())];
};

const twiceReleasedProbe: Probe = async ({ holds }) => {
  const event = await hall();
  const user = await fan();
  const first = await place(holds, event, user, [0, 1]);
  if (!first.ok) return ['not held'];
  // Its request is let through again and again, but its seats are another's by then.
  await run('delete from ticketing.seat_claims where event_id = $1', [event.eventId]);
  await run(
    `insert into ticketing.seat_claims (event_id, seat, hold_id) select $1, s, gen_random_uuid() from unnest(array[0, 1]) s`,
    [event.eventId],
  );
  const [owners] = await world.gate.keys(`{${event.dropId}}:*:owners`);
  await world.gate.hset(owners as string, '0', 'another', '1', 'another');
  await run(
    `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind)
     select $1, $2, $3, epoch, 'release' from ticketing.drops where id = $1`,
    [event.dropId, first.value.id, user],
  );
  await holds.settle(event.dropId);
  const seats = await seatsIn(holds, event);
  await run('delete from ticketing.seat_claims where event_id = $1', [event.eventId]);
  await run(`insert into ticketing.seat_claims (event_id, seat, hold_id) values ($1, 0, $2), ($1, 1, $2)`, [
    event.eventId,
    first.value.id,
  ]);
  return seats.startsWith('11') ? [] : [`another's seats were given away: ${seats}`];
};

/** Seats 0 and 1 are kept for a channel with a code. */
async function keepFirst(event: MadeSeatEvent): Promise<void> {
  await run(
    `insert into ticketing.seat_channels (event_id, channel, name, code) values ($1, 2, 'Guests', 'GUESTS')`,
    [event.eventId],
  );
  await run('update ticketing.seats set channel = 2 where event_id = $1 and seat < 2', [event.eventId]);
  await run('update ticketing.ticket_tiers set kept_quantity = 2 where id = $1', [event.tierIds[0]]);
  await run('update ticketing.seat_plans set kept_version = kept_version + 1 where event_id = $1', [
    event.eventId,
  ]);
}

const keptProbe: Probe = async ({ holds }) => {
  const event = await hall();
  // The gate was loaded before: it does not know that anything is kept.
  await holds.gate.reopen(event.dropId, 'test');
  await keepFirst(event);
  const without = await place(holds, event, await fan(), [0, 1]);
  const user = await fan();
  const withCode = await place(holds, event, user, [0, 1], { channel: 'guests' });
  const found = await broken();
  if (withCode.ok) await holds.release(user, withCode.value.id);
  return [
    ...(without.ok ? ['seats for guests were sold to somebody else'] : []),
    ...(withCode.ok ? [] : [`the code did not open them: ${withCode.error.code}`]),
    ...found,
    ...(await broken()),
  ];
};

const swapProbe: Probe = async ({ holds }) => {
  const event = await hall();
  const user = await fan();
  const first = await place(holds, event, user, [0, 1]);
  if (!first.ok) return ['not held'];
  const swap = (seats: number[]) =>
    holds.swap(user, {
      holdId: first.value.id,
      dropId: event.dropId,
      requestId: world.ids.next(),
      items: items(event, seats),
    });
  const both = await Promise.all([swap([2, 3]), swap([4, 5])]);
  const mine = await holds.mine(user, event.dropId);
  return [
    ...(mine.length === 1 ? [] : [`${mine.length} holds are left of one`]),
    ...(both.filter((answer) => answer.ok).length === 1 ? [] : ['not exactly one exchange was granted']),
    ...(await broken()),
  ];
};

const learnProbe: Probe = async ({ holds }) => {
  const event = await hall();
  const held = await place(holds, event, await fan(), [0, 1]);
  if (!held.ok) return ['not held'];
  const [seats] = await world.gate.keys(`{${event.dropId}}:*:seats`);
  const [owners] = await world.gate.keys(`{${event.dropId}}:*:owners`);
  await world.gate.setrange(seats as string, 0, '00');
  await world.gate.hdel(owners as string, '0', '1');
  const refused = await place(holds, event, await fan(), [0, 1]);
  if (refused.ok) return ['held twice'];
  await holds.idle();
  try {
    await expect.poll(async () => (await seatsIn(holds, event)).slice(0, 2), { timeout: 500 }).toBe('11');
    return [];
  } catch {
    return [`the gate still shows ${await seatsIn(holds, event)}`];
  }
};

const offerProbe: Probe = async ({ holds }) => {
  const event = await hall();
  await place(holds, event, await fan(), [0, 1]);
  const refused = await place(holds, event, await fan(), [0, 1]);
  const offer = refused.ok ? null : (refused.error.details?.offer as SeatOffer | null);
  if (!offer) return ['nothing was offered'];
  const seats = offer.seats.map((seat) => event.seatIds.indexOf(seat.id));
  const other = await place(holds, event, await fan(), seats);
  return other.ok ? ['what was offered to one fan was sold to another'] : [];
};

const MUTANTS: { name: string; probe: Probe; mutant: Mutant; without?: string }[] = [
  {
    name: 'S65: claims are neither tested nor unique',
    probe: sameSeatProbe,
    without: 'alter table ticketing.seat_claims drop constraint seat_claims_pkey',
    mutant: {
      file: 'judge-seats.function.sql',
      line: 's.channel = 0 and c.seat is null), false into',
      becomes: 's.channel = 0), false into',
    },
  },
  {
    name: 'S67: the seats of an ended hold stay claimed',
    probe: releaseProbe,
    mutant: { file: 'end.function.sql', line: 'if v_seats then', becomes: 'if false then' },
  },
  {
    name: 'S67: a credit frees seats whoever owns them',
    probe: twiceReleasedProbe,
    mutant: {
      file: 'credit.lua',
      line: 'if owner(tonumber(seat)) == id then\n      if state == SOLD',
      becomes: 'if true then\n      if state == SOLD',
    },
  },
  {
    name: 'S46: the batch does not look at channels',
    probe: keptProbe,
    mutant: {
      file: 'judge-seats.function.sql',
      line: 'or s.channel <> 0 and s.channel <> p_channel[u.hold] and not (s.channel = 1 and p_accessible[u.hold])',
      becomes: '',
    },
  },
  {
    name: 'S67: kept seats are not counted when they are held',
    probe: keptProbe,
    mutant: { file: 'place.function.sql', line: 'if v_kept then', becomes: 'if false then' },
  },
  {
    name: 'S61: an exchange does not ask whether the old hold still stands',
    probe: swapProbe,
    mutant: {
      file: 'swap.function.sql',
      line: "and h.status = 'active'\n     and h.expires_at > coalesce(d.paused_at, now()) for",
      becomes: 'for',
    },
  },
  {
    name: 'S68: the gate does not note whose the seats are',
    probe: learnProbe,
    mutant: {
      file: 'refuse.lua',
      line: 'if B.state[n] ~= SOLD and owner(tonumber(ARGV[i])) ~= ARGV[i + 1] then',
      becomes: 'if false then',
    },
  },
  {
    name: 'S41: what was offered is open to all',
    probe: offerProbe,
    mutant: {
      file: 'place.lua',
      line: 'if owner(B.first + i - 1) ~= who.user then return false end',
      becomes: '',
    },
  },
];

describe('mutants', () => {
  test.for(MUTANTS)(
    '$name: noticed, and nothing is noticed without it',
    async ({ probe, mutant, without }) => {
      expect(await probe(await load())).toEqual([]);
      const isSql = mutant.file.endsWith('.sql');
      try {
        if (without) await run(without);
        if (isSql) await run(mutate(textOf(mutant.file), mutant));
        const noticed = await probe(await load(isSql ? undefined : mutant));
        expect(noticed).not.toEqual([]);
      } finally {
        if (isSql) await run(textOf(mutant.file));
        // What the mutant broke must not be blamed on the next one.
        await run(
          'truncate ticketing.holds, ticketing.ticket_holds, ticketing.gate_credits, ticketing.fans, ticketing.seat_claims cascade',
        );
        await run('update ticketing.ticket_tiers set reserved_quantity = 0, kept_quantity = 0');
        await run('update ticketing.seats set channel = 0');
        await run(
          `alter table ticketing.seat_claims drop constraint if exists seat_claims_pkey, add primary key (event_id, seat)`,
        );
        await world.gate.flushall();
      }
    },
  );
});
