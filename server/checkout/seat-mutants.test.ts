/** The checks of seats find nothing in the program, and something in each of its mutants: they can fail. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CARDS, type CheckoutWorld, checkoutWorld, type Probes, probes } from './testing.ts';
import {
  bookSeats,
  endUnderPayment,
  holdSeats,
  keepSeats,
  seatedEvent,
  seatProblems,
} from './testing-seats.ts';

let w: CheckoutWorld;
let pay: Probes['pay'];
beforeAll(async () => {
  w = await checkoutWorld();
  ({ pay } = probes(() => w));
});
afterAll(() => w.close());

type Edit = [from: string, to: string];

/** A checkout function of the ledger, changed by `edits`; each must find its text. */
function mutated(file: string, edits: readonly Edit[]): string {
  let text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`the mutant of ${file} changes nothing: ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** What an answer or an error of the ledger is called. */
const outcome = (answer: Promise<{ ok: true } | { ok: false; error: { code: string } }>): Promise<string> =>
  answer.then(
    (a) => (a.ok ? 'OK' : a.error.code),
    (err: { code?: string; message: string }) => `error ${err.code ?? err.message}`,
  );
const unless = (expected: string, what: string, got: string) =>
  got === expected ? [] : [`${what}: ${got} and not ${expected}`];

async function payForSeats(): Promise<string[]> {
  const b = await bookSeats(w, [2, 3], { units: 1 });
  return [...unless('OK', 'paid', await outcome(pay(b, CARDS.good))), ...(await seatProblems(w, b.event))];
}

/** A payment whose hold ended meets another fan who takes one of its seats; `slow`: 100 ms into its transaction. */
async function lateAgainstRival(): Promise<string[]> {
  const b = await bookSeats(w, [2, 3]);
  const rival = (await w.world.createUser()).id;
  await pay(b, CARDS.step);
  await endUnderPayment(w, b);
  const [late, held] = await Promise.all([
    outcome(w.checkout.confirm(b.userId, b.orderId, true)),
    w.world.clock.sleep(100).then(() => holdSeats(w, b.event, rival, [3])),
  ]);
  return [
    ...unless(held === null ? 'OK' : 'ORDER_EXPIRED', 'late', late),
    ...(await seatProblems(w, b.event)),
  ];
}

async function lateAfterRival(): Promise<string[]> {
  const b = await bookSeats(w, [2, 3]);
  await pay(b, CARDS.step);
  await endUnderPayment(w, b);
  await bookSeats(w, [3], { event: b.event });
  const late = await outcome(w.checkout.confirm(b.userId, b.orderId, true));
  return [...unless('ORDER_EXPIRED', 'late', late), ...(await seatProblems(w, b.event))];
}

async function lateOnKeptSeats(channel: number, expected: string): Promise<string[]> {
  const b = await bookSeats(w, [2, 3]);
  await pay(b, CARDS.step);
  await endUnderPayment(w, b);
  await keepSeats(w, b.event, channel, [3]);
  const late = await outcome(w.checkout.confirm(b.userId, b.orderId, true));
  return [...unless(expected, 'late', late), ...(await seatProblems(w, b.event))];
}

async function failCapture(): Promise<string[]> {
  const event = await seatedEvent(w);
  await keepSeats(w, event, 2, [2]);
  const b = await bookSeats(w, [2, 3], { event });
  const got = await outcome(pay(b, CARDS.captureFails));
  const again = (await holdSeats(w, event, (await w.world.createUser()).id, [3])) === null;
  return [
    ...unless('CAPTURE_FAILED', 'capture', got),
    ...(again ? ['a canceled seat cannot be held'] : []),
    ...(await seatProblems(w, event)),
  ];
}

const checks = async () => [
  ...(await payForSeats()),
  ...(await lateAgainstRival()),
  ...(await lateAfterRival()),
  ...(await lateOnKeptSeats(2, 'ORDER_EXPIRED')),
  ...(await lateOnKeptSeats(1, 'OK')),
  ...(await failCapture()),
];

/** Wide enough for every other connection to come in between; the original stands this, too. */
const SLOWLY: Edit = [
  '    if v_short > 0 or v_open',
  '    perform pg_sleep(0.3);\n    if v_short > 0 or v_open',
];

test('O21, O22, O23: the checks find nothing wrong with the program, even where it is slowed down in its middle', async () => {
  await w.sql(mutated('./complete_order.function.sql', [SLOWLY]));
  expect(await checks()).toEqual([]);
  expect(await w.broken()).toEqual([]);
});

/** Nothing is plain: every order is completed by the function that knows all cases. */
const ALONE = mutated('./complete_orders.function.sql', [['o.drop_id = p_drop and', 'false and']]);

const MUTANTS: [rule: string, file: string, ...edits: Edit[]][] = [
  ['O21: tickets that all get the first seat', './complete_order.function.sql', ['i.seats[g]', 'i.seats[1]']],
  [
    'O21: tickets that do not take the claims over',
    './complete_orders.function.sql',
    ['set ticket_id = k.id', 'set ticket_id = c.ticket_id'],
  ],
  [
    'O22: re-seating without the claim test',
    './complete_order.function.sql',
    [
      'and not exists (select from ticketing.seat_claims c where c.event_id = v_order.event_id and c.seat = s.seat)',
      '',
    ],
  ],
  [
    'O22: re-seating that does not claim',
    './complete_order.function.sql',
    ['where k.order_id = v_order.id and k.seat is not null;', 'where false;'],
  ],
  [
    'O22: re-seating whatever the seats are kept for',
    './complete_order.function.sql',
    ['s.channel in (0, 1)', 'true'],
  ],
  [
    'O22: re-seating that does not count what was kept',
    './complete_order.function.sql',
    ['t.kept_quantity - g.kept', 't.kept_quantity'],
  ],
  [
    'O23: cancel that leaves the claims',
    './cancel_order.function.sql',
    ['and c.hold_id = v_order.hold_id returning', 'and false returning'],
  ],
  [
    'O23: cancel that forgets the channel',
    './cancel_order.function.sql',
    ['t.kept_quantity + g.kept', 't.kept_quantity'],
  ],
];
test.each(MUTANTS)('%s is found', async (_rule, file, ...edits) => {
  const alone = file === './complete_order.function.sql' ? [ALONE] : [];
  expect(await spoilt([...alone, mutated(file, edits)])).not.toEqual([]);
});

test('O22: without locks the claims keep a seat from being sold twice; without claims it is', async () => {
  const naive = mutated('./complete_order.function.sql', [SLOWLY, ['for no key update', '']]);
  expect(await spoilt([naive], lateAgainstRival)).toEqual(['late: error 23505 and not ORDER_EXPIRED']);
  const unguarded = [
    naive,
    'alter table ticketing.seat_claims drop constraint seat_claims_pkey',
    'drop index ticketing.one_live_ticket_per_seat',
  ];
  expect(await spoilt(unguarded, lateAgainstRival)).toContain('seat 3 was given 2 times');
});

/** Runs the checks under a mutant in a world of its own, which is thrown away with what the mutant did to it. */
async function spoilt(texts: readonly string[], run = checks): Promise<string[]> {
  const kept = w;
  w = await checkoutWorld();
  try {
    for (const text of texts) await w.sql(text);
    return await run();
  } finally {
    await w.close();
    w = kept;
  }
}
