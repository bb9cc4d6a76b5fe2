/** Presales: what is closed until when, what opens it, and how often (rules C30 to C34). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHolds } from '../holds/index.ts';
import { statement } from '../stores/index.ts';
import { type MadeEvent, until } from '../stores/testing.ts';
import { createPresale } from './index.ts';
import { codeOf, type PricingWorld, pricingWorld, value } from './testing.ts';

let w: PricingWorld;
beforeAll(async () => {
  w = await pricingWorld();
});
afterAll(async () => {
  expect(await w.broken()).toEqual([]);
  await w.close();
});

const inAnHour = () => new Date(w.world.clock.now() + 3_600_000).toISOString();

/** An event whose first tier is in presale, and a code that opens it. */
async function presale(code: object = {}): Promise<MadeEvent> {
  const event = await w.event({ tiers: [{}, {}] });
  const shown = await w.pricing.tiers.setPresale(w.vendorOf(event), event.tierIds[0] as string, inAnHour());
  expect(value(shown).presaleUntil).toMatch(/Z$/);
  await w.makeCode(event, { code: 'DOOR', kind: 'presale', ...code });
  return event;
}
const fan = async () => (await w.world.createUser()).id;
const ask = (event: MadeEvent, tier: number, channel?: string, quantity = 1) => ({
  dropId: event.dropId,
  requestId: w.world.ids.next(),
  items: [{ tierId: event.tierIds[tier] as string, quantity }],
  ...(channel === undefined ? {} : { channel }),
});

test('C30: a tier in presale is held with its code only, by socket, exchange and booking alike', async () => {
  const event = await presale();
  await w.makeCode(event, { code: 'TENTH' });
  const [closed, open] = event.tierIds as [string, string];
  const userId = await fan();
  const place = async (tier: number, channel?: string) =>
    codeOf(await w.holds.place(userId, ask(event, tier, channel)));
  expect(await place(0)).toBe('CODE_REQUIRED');
  expect(await place(0, 'NONESUCH')).toBe('CODE_NOT_VALID unknown');
  expect(await place(0, 'TENTH')).toBe('CODE_NOT_VALID unknown');
  expect(await place(1)).toBe('OK');
  expect(await place(1, 'DOOR')).toBe('NOT_FOUND');
  expect(await place(0, 'door')).toBe('OK');

  const held = value(await w.holds.place(userId, ask(event, 1)));
  const swap = (channel?: string) => w.holds.swap(userId, { holdId: held.id, ...ask(event, 0, channel) });
  expect(codeOf(await swap())).toBe('CODE_REQUIRED');
  expect(codeOf(await swap('DOOR'))).toBe('OK');
  const book = (channel?: string) =>
    w.checkout.book(
      userId,
      {
        eventId: event.eventId,
        items: [{ tierId: closed, quantity: 1 }],
        ...(channel ? { channel } : {}),
      },
      null,
    );
  expect(codeOf(await book())).toBe('CODE_REQUIRED');
  expect(codeOf(await book('DOOR'))).toBe('OK');
  // Somebody else's best: any tier with seats, of which none is in presale here.
  expect(
    codeOf(await w.holds.place(await fan(), { ...ask(event, 1), items: [{ tierId: open, quantity: 1 }] })),
  ).toBe('OK');
});

test('C30: a code for other tiers, too early, over or given up opens nothing', async () => {
  const event = await presale({ code: 'EARLY', startsAt: inAnHour() });
  const [, open] = event.tierIds as [string, string];
  await w.makeCode(event, { code: 'OTHER', kind: 'presale', tierIds: [open] });
  await w.makeCode(event, { code: 'OVER', kind: 'presale', endsAt: '2026-01-01T00:00:00Z' });
  await w.makeCode(event, { code: 'OFF', kind: 'presale', active: false });
  const userId = await fan();
  const told = [];
  for (const code of ['EARLY', 'OTHER', 'OVER', 'OFF'])
    told.push(codeOf(await w.holds.place(userId, ask(event, 0, code))));
  expect(told).toEqual(['not_yet', 'tier', 'over', 'inactive'].map((why) => `CODE_NOT_VALID ${why}`));
});

test('C31: one text opens a channel of seats and a presale', async () => {
  const event = await presale();
  await w.sql(
    `insert into ticketing.seat_channels (event_id, channel, name, code) values ($1, 2, 'Club', 'DOOR')`,
    [event.eventId],
  );
  expect(codeOf(await w.holds.place(await fan(), ask(event, 0, 'DOOR')))).toBe('OK');
  expect(codeOf(await w.holds.place(await fan(), ask(event, 1, 'DOOR')))).toBe('OK');
});

test('C32: what is in presale is not read for every hold, and a change is seen soon', async () => {
  const event = await w.event();
  const { world } = w;
  let reads = 0;
  const counted = {
    ...world.ledger,
    reads: {
      ...world.ledger.reads,
      one: <Row>(s: Parameters<typeof world.ledger.reads.one>[0], values?: readonly unknown[]) => {
        reads++;
        return world.ledger.reads.one<Row>(s, values);
      },
    },
  };
  let now = 0;
  const clock = { now: () => now, sleep: world.clock.sleep };
  const looked = createPresale({ ledger: counted, clock, log: world.log });
  const wish = ask(event, 0);
  expect(await Promise.all(Array.from({ length: 50 }, () => looked.closedOf(wish)))).toEqual(
    Array(50).fill([]),
  );
  for (let i = 0; i < 50; i++) expect(looked.closedOf(wish)).toEqual([]);
  expect(reads).toBe(1);
  value(await w.pricing.tiers.setPresale(w.vendorOf(event), event.tierIds[0] as string, inAnHour()));
  now = 1_500;
  await until('the presale is seen', async () => (await looked.closedOf(wish)).length === 1);
  expect(reads).toBe(2);
  value(await w.pricing.tiers.setPresale(w.vendorOf(event), event.tierIds[0] as string, null));
  now = 20_000;
  // Too old to be believed: read again before anything is said.
  expect(await looked.closedOf(wish)).toEqual([]);
  expect(await looked.closedOf({ ...wish, dropId: world.ids.next() })).toEqual([]);
});

test('C30, C32: without the ledger nobody is let in or refused: it is said that it is away', async () => {
  const event = await w.event();
  const { world } = w;
  const away = {
    ...world.ledger,
    reads: { ...world.ledger.reads, one: () => Promise.reject(new Error('away')) },
  };
  const holds = createHolds({ ...world, ledger: away });
  expect(codeOf(await holds.place(await fan(), ask(event, 0)))).toBe('TEMPORARILY_UNAVAILABLE');
});

test('C34: a presale code’s limits hold at booking, and are told before where they are known', async () => {
  const event = await presale({ maxTickets: 3, maxPerFan: 2 });
  const hold = async (userId: string, quantity: number) =>
    value(await w.holds.place(userId, ask(event, 0, 'DOOR', quantity))).id;
  const book = (userId: string, holdId: string) => w.checkout.book(userId, { holdId }, null);
  const fans = await Promise.all(Array.from({ length: 6 }, fan));
  const holds = await Promise.all(fans.map((userId) => hold(userId, 1)));
  const answers = await Promise.all(fans.map((userId, i) => book(userId, holds[i] as string).then(codeOf)));
  expect(answers.sort()).toEqual([...Array(3).fill('CODE_USED_UP'), ...Array(3).fill('OK')]);
  expect(codeOf(await w.holds.place(await fan(), ask(event, 0, 'DOOR')))).toBe('CODE_USED_UP');
  expect(
    await w.world.ledger.reads.all(
      statement('presale_test', 'select used from ticketing.codes where event_id = $1'),
      [event.eventId],
    ),
  ).toEqual([{ used: 3 }]);

  const other = await presale({ maxPerFan: 2 });
  const greedy = await fan();
  expect(codeOf(await w.holds.place(greedy, ask(other, 0, 'DOOR', 3)))).toBe('CODE_USED_UP');
  const [a, b] = [
    await w.holds.place(greedy, ask(other, 0, 'DOOR', 2)),
    await w.holds.place(greedy, ask(other, 0, 'DOOR', 1)),
  ];
  expect([codeOf(await book(greedy, value(a).id)), codeOf(await book(greedy, value(b).id))]).toEqual([
    'OK',
    'CODE_USED_UP',
  ]);
});
