/** The race checks find nothing in the program, and something in each of its mutants: they can fail. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CARDS, type CheckoutWorld, checkoutWorld, type Probes, probes } from './testing.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
let code: Probes['code'];
let lapseIn: Probes['lapseIn'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay, code, lapseIn } = probes(() => w));
});
afterAll(() => w.close());

/** A checkout function of the ledger, changed by `edit`; every edit must find its text. */
function mutated(file: string, ...edits: [from: RegExp | string, to: string][]): string {
  let text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
  for (const [from, to] of edits) {
    const next = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), to);
    if (next === text) throw new Error(`the mutant of ${file} changes nothing: ${from}`);
    text = next;
  }
  return text;
}

const original = (file: string) => w.sql(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'));

/** Two connections complete the same authorised payment at once; what came of it. */
async function completeTwice(): Promise<string[]> {
  const b = await w.book({ seed: { tiers: [{ quantity: 10 }] } });
  await pay(b, CARDS.step);
  const [p] = await w.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [
    b.orderId,
  ]);
  const once = () =>
    w
      .sql<{ outcome: string }>('select outcome from ticketing.complete_order($1, null, $2, null)', [
        p!.id,
        [w.world.ids.next(), w.world.ids.next()],
      ])
      .then(
        ([row]) => row!.outcome,
        (err: { code?: string }) => `error ${err.code}`,
      );
  const outcomes = (await Promise.all([once(), once(), once()])).sort();
  return outcomes.join() === 'COMPLETED,DONE,DONE' ? [] : [`complete_order: ${outcomes.join()}`];
}

/** Ten submits at once; what came of it. */
async function submitTogether(): Promise<string[]> {
  const b = await w.book();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      pay(b, CARDS.good).then(code, (err: { code?: string }) => `error ${err.code}`),
    ),
  );
  const charges = await w.sql(
    `select 1 from payments.test_charges c join ticketing.payments p on p.id = c.id where p.order_id = $1`,
    [b.orderId],
  );
  const problems = answers.filter((a) => a !== 'OK').map((a) => `a submit got ${a}`);
  const codes = await w.sql('select 1 from ticketing.tickets where order_id = $1 and qr_code is not null', [
    b.orderId,
  ]);
  if (codes.length !== 2) problems.push(`${codes.length} codes for two tickets`);
  return charges.length === 1 ? problems : [...problems, `${charges.length} charges`];
}

/** A capture fails for good; what the gate then shows of two tickets. */
async function failCapture(): Promise<string[]> {
  const b = await w.book({ seed: { tiers: [{ quantity: 2 }] } });
  const got = code(
    await pay(b, CARDS.captureFails).catch((err: { code?: string }) => ({
      ok: false as const,
      error: { code: `error ${err.code}` },
    })),
  );
  await w.holds.settle(b.event.dropId);
  const free = (await w.holds.gate.read(b.event.dropId))?.tiers[0]?.available;
  return got === 'CAPTURE_FAILED' && free === 2 ? [] : [`${got}, the gate shows ${free}`];
}

async function payLapsed(): Promise<string[]> {
  const b = await w.book();
  await lapseIn(b, -5);
  const got = code(await pay(b, CARDS.good));
  return got === 'HOLD_EXPIRED' ? [] : [`a lapsed hold was paid: ${got}`];
}

/** Nothing is plain: every order is decided by the function that knows all cases. */
const ALONE = [
  mutated('./begin_payments.function.sql', [
    "  if v_can is null then return '{}'",
    "  if true then return '{}'",
  ]),
  mutated('./complete_orders.function.sql', ['o.drop_id = p_drop and', 'false and']),
  mutated('./payments_captured.function.sql', ["o.status = 'committed'", 'false']),
].join('\n');

/** Wide enough for every other connection to come in between; the original stands this, too. */
const SLOWLY: [string, string] = [
  '  v_quantity := v_hold.quantity;',
  '  perform pg_sleep(0.5); v_quantity := v_hold.quantity;',
];

describe('controls', () => {
  const files = [
    'complete_order',
    'complete_orders',
    'begin_payments',
    'payments_captured',
    'begin_payment',
    'cancel_order',
    'payment_captured',
    'withdraw_payment',
  ].map((f) => `./${f}.function.sql`);
  afterEach(async () => {
    for (const file of files) await original(file);
  });

  const checks = async () => [
    ...(await completeTwice()),
    ...(await submitTogether()),
    ...(await failCapture()),
    ...(await payLapsed()),
    ...(await w.broken()),
  ];

  test('O8, O10: the checks find nothing wrong with the program, even where it is slowed down in its middle', async () => {
    await w.sql(mutated('./complete_order.function.sql', SLOWLY));
    expect(await checks()).toEqual([]);
  });

  const MUTANTS: [rule: string, file: string, ...edits: [RegExp | string, string][]][] = [
    ['O10: complete without locks', './complete_order.function.sql', SLOWLY, [/for (no key )?update/, '']],
    [
      'O10: complete that does not look whether it is done',
      './complete_order.function.sql',
      ["v_order.status in ('committed', 'paid', 'partially_refunded', 'refunded')", 'false'],
    ],
    [
      'O8: begin without locks',
      './begin_payment.function.sql',
      ['for update', ''],
      [
        "  if payment_id is not null then outcome := 'LIVE'; return; end if;",
        "  if payment_id is not null then outcome := 'LIVE'; return; end if; perform pg_sleep(0.3);",
      ],
    ],
    [
      'O8: begin that does not see the other attempt',
      './begin_payment.function.sql',
      ["p.status in ('started', 'requires_action', 'authorized', 'captured', 'unknown')", 'false'],
    ],
    [
      'O3: begin that does not look at the deadline',
      './begin_payment.function.sql',
      ['or v_hold.expires_at <= v_now', ''],
    ],
    [
      'O7: complete that forgets what was reserved',
      './complete_order.function.sql',
      ["case outcome when 'COMPLETED' then i.quantity else 0 end", '0'],
    ],
    ['O15: cancel without the credit', './cancel_order.function.sql', ["'release')", "'complete')"]],
    [
      'O15: cancel that leaves the tickets',
      './cancel_order.function.sql',
      ["set status = 'canceled', qr_code = null", 'set qr_code = null'],
    ],
    [
      'O14: captured without the codes',
      './payment_captured.function.sql',
      ['set qr_code = c.code', 'set qr_code = null'],
    ],
  ];
  test.each(MUTANTS)('%s is found', async (_rule, file, ...edits) => {
    const before = await w.broken();
    expect(before).toEqual([]);
    const found = await spoilt(`${ALONE}\n${mutated(file, ...edits)}`);
    expect(found.length).toBeGreaterThan(0);
  });

  test('O8, O10, O14: alone they find nothing wrong either', async () => {
    expect(await spoilt(ALONE)).toEqual([]);
  });

  const TOGETHER: [rule: string, file: string, ...edits: [RegExp | string, string][]][] = [
    [
      'O3: begin together that does not look at the deadline',
      './begin_payments.function.sql',
      ['where h.expires_at > coalesce(d.paused_at, now())', 'where true'],
    ],
    [
      'O7: complete together that forgets what was reserved',
      './complete_orders.function.sql',
      ['reserved_quantity = t.reserved_quantity - g.quantity,', 'reserved_quantity = t.reserved_quantity,'],
    ],
    [
      'O14: captured together without the codes',
      './payments_captured.function.sql',
      ['set qr_code = c.code', 'set qr_code = null'],
    ],
  ];
  test.each(TOGETHER)('%s is found', async (_rule, file, ...edits) => {
    expect((await spoilt(mutated(file, ...edits))).length).toBeGreaterThan(0);
  });

  /** Runs the checks under a mutant in a world of its own, which is thrown away with what the mutant did to it. */
  async function spoilt(text: string): Promise<string[]> {
    const kept = w;
    w = await checkoutWorld();
    try {
      await w.sql(text);
      return await checks();
    } finally {
      await w.close();
      w = kept;
    }
  }
});
