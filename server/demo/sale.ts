/** The demo's sale: a small hall, more fans than tickets, short times, so that everything can be seen within minutes. */
import type { Catalog, EventBody } from '../catalog/index.ts';
import type { Clock, Uuid } from '../kernel/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { DEMO_ACCOUNTS } from './accounts.ts';

export interface DemoSale {
  eventId: Uuid;
  dropId: Uuid;
  opensAt: Date;
  fresh: boolean;
}

export interface DemoSaleDeps {
  ledger: Ledger;
  catalog: Pick<Catalog, 'create'>;
  clock: Clock;
  /** From its making to its doors; default 60 s. */
  doorsAfterMs?: number;
}

const DOORS_AFTER_MS = 60_000;
const SALE_LASTS_MS = 45 * 60_000;
/** Any constant: processes that look after the same demo take turns. */
const DEMO_LOCK = 771_204_118;

const lockDemo = statement('demo_lock', 'select pg_advisory_xact_lock($1)');
const findOpenSale = statement(
  'demo_find_open_sale',
  `select d.event_id as "eventId", d.id as "dropId", d.opens_at as "opensAt"
     from ticketing.drops d join events.events e on e.id = d.event_id
    where e.is_demo and exists (select from ticketing.seat_plans p where p.event_id = e.id) = $1 and d.phase not in ('ended', 'canceled') and coalesce(d.ends_at, e.start_at) > now()
    order by d.created_at desc limit 1`,
);
const countSales = statement(
  'demo_count_sales',
  `select count(*)::int as n from events.events e
    where e.is_demo and exists (select from ticketing.seat_plans p where p.event_id = e.id) = $1`,
);
const findVendor = statement('demo_find_vendor', 'select id, name from accounts.users where email = $1');
const giveCode = statement(
  'demo_give_code',
  `insert into ticketing.codes (id, event_id, code, kind, value, max_tickets, max_per_fan, channel)
   values (gen_random_uuid(), $1, $2, 'percent', 1000, 100, 4, 'demo') on conflict do nothing`,
);
const markDemo = statement('demo_mark', 'update events.events set is_demo = true where id = $1');

/** Modest, so that newcomers see a price that is taken apart. */
export const DEMO_TERMS = {
  feeCents: 150,
  taxName: 'VAT',
  taxBp: 700,
  taxIncluded: true,
  refundUntilHours: 48,
};
/** Ten per cent off, for who finds it in the log of `npm start`. */
export const DEMO_CODE = 'FIRSTTIDE';

const BILLS = [
  {
    artist: 'The Tidewater Lights',
    title: 'The Tidewater Lights: one night at the harbour',
    description:
      'Eleven musicians, two drum kits and a foghorn. The last night of a tour that began on a ferry.\n\nDoors at seven, support from Paper Cranes.',
  },
  {
    artist: 'Marisol Vane',
    title: 'Marisol Vane and the Night Orchestra',
    description: 'Songs from “Salt Year”, played once through with strings, in the dark.',
  },
  {
    artist: 'Copperhead Radio',
    title: 'Copperhead Radio: ten years of noise',
    description: 'Every song of the first record, in order, loud. Ear plugs at the door.',
  },
  {
    artist: 'Juno & the Long Way Home',
    title: 'Juno & the Long Way Home',
    description: 'Two guitars, one accordion and a room that sings along.',
  },
];

function billFor(count: number, now: number, doorsAfterMs: number) {
  const bill = BILLS[count % BILLS.length] as (typeof BILLS)[number];
  const currency = 'EUR';
  return {
    ...bill,
    type: 'concert',
    venue: { name: 'Harbour Hall', city: 'Hamburg', timeZone: 'Europe/Berlin' },
    // Three to four weeks ahead.
    startsAt: saturdayAfter(now, 21).toISOString(),
    status: 'published' as const,
    tiers: [
      { name: 'Floor, standing', priceCents: 4900, currency, quantity: 220 },
      { name: 'Balcony, seated', priceCents: 6900, currency, quantity: 120 },
      { name: 'Captain’s table', priceCents: 14900, currency, quantity: 24 },
    ],
    // Prices as they are in Germany: tax contained, a small fee on top, all of it shown from the first page.
    terms: DEMO_TERMS,
    drop: {
      lobbyOpensAt: new Date(now - 1_000).toISOString(),
      opensAt: new Date(now + doorsAfterMs).toISOString(),
      endsAt: new Date(now + doorsAfterMs + SALE_LASTS_MS).toISOString(),
      claimSeconds: 45,
      turnSeconds: 240,
      holdSeconds: 150,
      extendSeconds: 120,
      maxTurns: 24,
      // Twice as many may choose as there are tickets: the last few do not keep the line waiting.
      overbook: 2,
      limitPerFan: 4,
    },
  };
}

/** The first Saturday evening after so many days. */
export function saturdayAfter(now: number, days: number): Date {
  const start = new Date(now + days * 86_400_000);
  start.setUTCDate(start.getUTCDate() + ((6 - start.getUTCDay() + 7) % 7));
  start.setUTCHours(18, 0, 0, 0);
  return start;
}

/**
 * The open demo sale with or without seats, or a fresh one. Safe to call from any number of processes, again and again.
 * @param billOf what is sold, by its vendor, how many such sales there were before, and the time
 */
export function ensureOpen(
  { ledger, catalog, clock }: DemoSaleDeps,
  seated: boolean,
  billOf: (vendor: Account, count: number, now: number) => EventBody | Promise<EventBody>,
): Promise<DemoSale> {
  return ledger.reads.transaction(async (tx) => {
    await tx.all(lockDemo, [DEMO_LOCK]);
    const open = await tx.one<Omit<DemoSale, 'fresh'>>(findOpenSale, [seated]);
    if (open) return { ...open, fresh: false };
    const email = DEMO_ACCOUNTS.find((account) => account.role === 'vendor')?.email;
    const owner = await tx.one<{ id: Uuid; name: string }>(findVendor, [email]);
    if (!owner) throw new Error('the demo’s vendor is missing');
    const { n } = (await tx.one<{ n: number }>(countSales, [seated])) as { n: number };
    const vendor: Account = { ...owner, role: 'vendor', sessionId: owner.id };
    const made = await catalog.create(vendor, await billOf(vendor, n, clock.now()));
    if (!made.ok) throw new Error(`demo sale: ${made.error.message ?? made.error.code}`);
    const { id: eventId, drop } = made.value;
    if (!drop) throw new Error('the demo’s event has no drop');
    await tx.all(markDemo, [eventId]);
    // The event was committed by the catalogue: a code has nothing to wait for.
    await tx.all(giveCode, [eventId, DEMO_CODE]);
    return { eventId, dropId: drop.id, opensAt: new Date(drop.opensAt), fresh: true };
  });
}

/** The sale with a line, which everybody comes for. */
export const ensureSale = (deps: DemoSaleDeps): Promise<DemoSale> =>
  ensureOpen(deps, false, (_vendor, count, now) => billFor(count, now, deps.doorsAfterMs ?? DOORS_AFTER_MS));
