/**
 * Stock comes back once (rule F23): random walks of whatever may run at the same time, a twin without locks that must fail, and
 * changes of the SQL and Lua text that must be noticed.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { mutantLuaFile } from '../holds/testing-mutants.ts';
import type { MadeSeatEvent } from '../seating/testing.ts';
import { bothSides } from '../seating/testing-agreement.ts';
import type * as Redis from '../stores/redis.ts';
import { until } from '../stores/testing.ts';
import { codeOf, type RefundWorld, refundWorld, type Sold } from './testing.ts';

let w: RefundWorld;
beforeAll(async () => {
  w = await refundWorld();
});
afterAll(() => w.close());

/** What is wrong, in words; empty: nothing. */
async function problemsOf(sold: readonly Sold[]): Promise<string[]> {
  const found = await w.broken();
  for (const s of sold) {
    const { gate, ledger } = await w.bothSides(s.event, s.userId);
    const sorted = (free: Record<string, number>) => JSON.stringify(Object.entries(free).sort());
    if (sorted(gate.free) !== sorted(ledger.free) || gate.used !== ledger.used)
      found.push(`the gate has ${JSON.stringify(gate)}, the ledger ${JSON.stringify(ledger)}`);
  }
  return found;
}

/** Whether the gate has the seats as the ledger does. */
async function seatsDiffer(s: Sold): Promise<string[]> {
  const { gate, ledger } = await bothSides(w.world, s.event as MadeSeatEvent);
  return gate.seats === ledger.seats
    ? []
    : [`the gate's seats are ${gate.seats}, the ledger's ${ledger.seats}`];
}

type Op = { of: number; tickets: number[]; as: 'fan' | 'operator' | 'settle' | 'gate' | 'dispute' };
const ops = fc.array(
  fc.record<Op>({
    of: fc.nat(1),
    tickets: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 4 }),
    as: fc.constantFrom('fan', 'fan', 'fan', 'operator', 'settle', 'gate', 'dispute'),
  }),
  { minLength: 6, maxLength: 16 },
);

async function runOp(op: Op, sold: readonly Sold[]): Promise<void> {
  const s = sold[op.of] as Sold;
  const ticketIds = op.tickets.map((n) => s.ticketIds[n] as string);
  if (op.as === 'settle') await w.refunds.settle({ all: true });
  else if (op.as === 'gate') await w.holds.gate.reopen(s.event.dropId, 'test');
  else if (op.as === 'dispute') {
    const [p] = await w.sql<{ ref: string }>(
      'select provider_ref as ref from ticketing.payments where order_id = $1',
      [s.orderId],
    );
    const told = {
      provider: 'test',
      paymentRef: p?.ref as string,
      amountCents: 100,
      currency: 'EUR',
      reason: null,
    };
    await w.refunds.onDispute({ ...told, ref: `dp_${s.orderId}`, status: 'lost', createdAt: new Date() });
  } else {
    const ownerId = op.as === 'fan' ? s.userId : null;
    const given = await w.refunds.giveBack({
      ownerId,
      actorId: ownerId ?? w.operator,
      ticketIds,
      reason: 'walk',
      key: null,
    });
    expect(['OK', 'ALREADY_REFUNDED', 'REFUND_REFUSED']).toContain(codeOf(given));
  }
}

test('F23: whatever runs at the same time, each ticket comes back once, in ledger and gate', async () => {
  await fc.assert(
    fc.asyncProperty(ops, async (walk) => {
      const event = await w.event({ tiers: [{ quantity: 12 }] });
      const sold = [await w.sell({ event, quantity: 4 }), await w.sell({ event, quantity: 4 })];
      await Promise.all(walk.map((op) => runOp(op, sold)));
      await w.refunds.settle({ all: true });
      expect(await problemsOf(sold)).toEqual([]);
      for (const s of sold) {
        const ended = (await w.statusesOf(s)).filter((status) => status !== 'issued').length;
        expect((await w.stands(s)).bought).toBe(4 - ended);
      }
    }),
    { numRuns: 6 },
  );
}, 300_000);

describe('negative control', () => {
  /** Reads, then writes, as one does who has not thought of a second tab. */
  const naive = {
    look: `select status from ticketing.tickets where id = $1`,
    take: `with k as (update ticketing.tickets set status = 'canceled', qr_code = null where id = $1 returning tier_id)
           update ticketing.ticket_tiers t set issued_quantity = issued_quantity - 1 from k where t.id = k.tier_id`,
  };

  async function twoAtOnce<T>(first: (query: Query) => Promise<T>, second: (query: Query) => Promise<T>) {
    const [a, b] = await Promise.all([
      w.world.ledger.payments.raw.connect(),
      w.world.ledger.payments.raw.connect(),
    ]);
    try {
      await a.query('begin');
      await b.query('begin');
      const one = await first((text, values) => a.query(text, values));
      const { pid } = (await b.query('select pg_backend_pid() as pid')).rows[0];
      let done = false;
      const two = second((text, values) => b.query(text, values)).finally(() => {
        done = true;
      });
      await until('the second waits for a lock, or is through', async () => {
        const [row] = await w.sql<{ wait: string }>(
          'select wait_event_type as wait from pg_stat_activity where pid = $1',
          [pid],
        );
        return done || row?.wait === 'Lock';
      });
      await a.query('commit');
      const other = await two;
      await b.query('commit');
      return [one, other];
    } finally {
      a.release();
      b.release();
    }
  }
  type Query = (text: string, values: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

  test('F23: a twin without locks gives the stock back twice, and the check sees it', async () => {
    const s = await w.sell();
    const other = await w.sell({ event: s.event });
    const [ticket] = s.ticketIds;
    const looked = [await w.sql(naive.look, [ticket]), await w.sql(naive.look, [ticket])];
    for (const [row] of looked) if (row?.status === 'issued') await w.sql(naive.take, [ticket]);
    const issued = async () => (await w.stands(other)).issued;
    expect(await issued()).toBe(2);
    expect((await problemsOf([])).some((line) => line.startsWith('tier-issued'))).toBe(true);
    // put right for the tests that follow
    await w.sql(`update ticketing.tickets set status = 'issued' where id = $1`, [ticket]);
    await w.sql('update ticketing.ticket_tiers set issued_quantity = 4 where event_id = $1', [
      s.event.eventId,
    ]);
    expect(await w.broken()).toEqual([]);
  });

  const GIVE = `select outcome, why from ticketing.refund_tickets($1, $2, array[gen_random_uuid()], gen_random_uuid(), $1, 'fan', null, null, null)`;
  const give = (s: Sold) => (query: Query) =>
    query(GIVE, [s.userId, s.ticketIds.slice(0, 1)]).then(
      ({ rows }) => [rows[0]?.outcome, rows[0]?.why].join(),
      (err: { code?: string }) => `error ${err.code}`,
    );

  test('F23: the same overlap through the ledger: the second hears that it came back already', async () => {
    const s = await w.sell();
    expect(await twoAtOnce(give(s), give(s))).toEqual(['DONE,', 'REFUSED,refunded']);
    await w.holds.settle(s.event.dropId);
    expect(await problemsOf([s])).toEqual([]);
  });

  const SQL: [name: string, file: string, line: string, becomes: string][] = [
    ['nothing is locked', 'refund_tickets', 'perform ticketing.lock_orders(v_orders);', ''],
    ['the allowance stays', 'take_back', 'set bought = f.bought - v_ended', 'set bought = f.bought'],
    [
      'the counter stays',
      'take_back',
      'issued_quantity = t.issued_quantity - g.ended',
      'issued_quantity = t.issued_quantity',
    ],
    [
      'the payment owes nothing',
      'take_back',
      'refunded_cents = p.refunded_cents + v_refund.amount_cents',
      'refunded_cents = p.refunded_cents',
    ],
    [
      'the gate is told nothing',
      'take_back',
      "if v_phase not in ('ended', 'canceled') then",
      'if false then',
    ],
  ];
  test.each(SQL)('F23: %s: noticed', async (_name, name, line, becomes) => {
    const text = readFileSync(new URL(`${name}.function.sql`, import.meta.url), 'utf8');
    expect(text.split(line)).toHaveLength(2);
    const s = await w.sell();
    await w.sql(text.replace(line, () => becomes));
    const heard = await twoAtOnce(give(s), give(s));
    await w.sql(text);
    const noticed = [
      ...heard.filter((x) => x !== 'DONE,' && x !== 'REFUSED,refunded'),
      ...(await problemsOf([s])),
    ];
    expect(noticed).not.toEqual([]);
    await w.sql(
      `truncate ticketing.holds, ticketing.ticket_holds, ticketing.orders, ticketing.tickets, ticketing.fans, ticketing.gate_credits cascade`,
    );
    await w.sql('update ticketing.ticket_tiers set reserved_quantity = 0, issued_quantity = 0');
  });

  const LUA: [name: string, line: string, becomes: string][] = [
    ['applied as often as told', "redis.call('SADD', gate.refunds, refund) == 0", 'false'],
    ['the allowance stays', "redis.call('HINCRBY', gate.fans, user, -total)", "redis.call('PING')"],
    ['the units stay', "redis.call('HINCRBY', gate.stock, tier_id, n)", "redis.call('PING')"],
    ['the seats stay', 'set(B, i, FREE)\n      local t', 'local t'],
  ];
  test.each(LUA)('F27: in the gate %s: noticed', async (_name, line, becomes) => {
    vi.resetModules();
    const actual = await vi.importActual<typeof Redis>('../stores/redis.ts');
    const mutant = { file: 'credit.lua', line, becomes };
    vi.doMock('../stores/redis.ts', () => ({ ...actual, luaFile: mutantLuaFile(actual.luaFile, mutant) }));
    const { createHolds } = await import('../holds/index.ts');
    vi.doUnmock('../stores/redis.ts');
    const mutated = createHolds(w.world);
    const s = await w.sell({ seats: [1, 2], units: 1 });
    const mute = w.anotherRefunds({ settleGate: async () => 0, publish: async () => undefined });
    const given = await mute.giveBack({
      ownerId: s.userId,
      actorId: s.userId,
      ticketIds: s.ticketIds,
      reason: null,
      key: null,
    });
    const row = await w.sql('select * from ticketing.gate_credits where drop_id = $1', [s.event.dropId]);
    expect([codeOf(given), row.length]).toEqual(['OK', 1]);
    await mutated.settle(s.event.dropId);
    // told once more, as by two workers at once
    await w.sql(
      `insert into ticketing.gate_credits (drop_id, hold_id, user_id, epoch, kind, seats, refund_id, units)
       select drop_id, hold_id, user_id, epoch, kind, seats, refund_id, units
         from json_populate_record(null::ticketing.gate_credits, $1)`,
      [JSON.stringify(row[0])],
    );
    await mutated.settle(s.event.dropId);
    expect([...(await problemsOf([s])), ...(await seatsDiffer(s))]).not.toEqual([]);
    await w.holds.gate.reopen(s.event.dropId, 'test');
    expect([...(await problemsOf([s])), ...(await seatsDiffer(s))]).toEqual([]);
  });
});
