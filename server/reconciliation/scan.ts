/**
 * Reads ledger and books side by side and names what looks different: a first, cheap look, in pages, at whatever happened
 * since a moment. Nothing is said or done about it before it was looked at again, singly (look.ts).
 */
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { BookedCharge } from '../payments/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type AccountName, type Accounts, BooksAway, nameOf } from './accounts.ts';
import { type Charges, readCharges } from './charges.ts';
import { type Item, readItems } from './item.ts';
import { type Bounds, isEnded, isOpen, judge, judgeStranger, keepsBooks } from './judge.ts';
import { type Subject, subjectKey } from './kinds.ts';
import { booksOf, paymentsOf } from './look.ts';

export interface Suspect {
  subject: Subject;
  /** When the provider says it made the charge. */
  madeAtMs: number | null;
}

export interface Scanned {
  payments: number;
  charges: number;
  tickets: number;
  /** Accounts whose books could not be read, and why. */
  away: string[];
}

export interface ScanDeps {
  db: Db;
  accounts: Accounts;
  bounds: Bounds;
  log: Logger;
  nowMs: number;
  /** ms since 1970; null: everything there is. */
  sinceMs: number | null;
  pageMax?: number;
  chargesMax?: number;
}

const NEVER = '00000000-0000-0000-0000-000000000000';
const LAG_MS = LIMITS.reconcileChargeLagSeconds * 1_000;

/** The least id that anything made at a moment can have: ids begin with their time. */
export function leastIdAt(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

const paymentPage = statement(
  'reconcile_payment_page',
  'select id from ticketing.payments where id > $1 and id < $2 order by id limit $3',
);
const orderPage = statement(
  'reconcile_order_page',
  'select id from ticketing.orders where id > $1 and id < $2 order by id limit $3',
);
/** Orders whose tickets admit, and that no money paid for, by orders of one page. */
const unpaidOrders = statement(
  'reconcile_unpaid_orders',
  `select o.id from ticketing.orders o
    where o.id >= $1 and o.id <= $2 and o.total_cents > 0
      and exists (select from ticketing.tickets k where k.order_id = o.id and k.status in ('issued', 'transferred', 'redeemed'))
      and not exists (select from ticketing.payments p where p.order_id = o.id
        and (p.captured_cents > p.refunded_cents or p.provider in ('cash_on_arrival', 'free')))
    order by o.id`,
);
/** Payments that something happened to since, however old they are: a refund moved, one was told of, they are still open. */
const movedPayments = statement(
  'reconcile_moved_payments',
  `select id from (
     select r.payment_id as id from ticketing.refunds r where r.payment_id is not null and ($1::timestamptz is null or r.updated_at >= $1)
     union select p.id from ticketing.unknown_reports u join ticketing.payments p on p.provider_ref = u.payment_ref where u.kind = 'refund'
     union select p.id from ticketing.payments p
            where p.status in ('started', 'requires_action', 'unknown') or (p.status = 'authorized' and p.provider <> 'cash_on_arrival')) m
    where id > $2 and id < $3 order by id limit $4`,
);

const about = (subject: Partial<Subject>, madeAtMs: number | null = null): Suspect => ({
  subject: { orderId: null, paymentId: null, refundId: null, charge: null, ...subject },
  madeAtMs,
});

/** One suspect per thing to look at, however many ways it looks wrong. */
function unique(suspects: readonly Suspect[]): Suspect[] {
  const byKey = new Map<string, Suspect>();
  for (const suspect of suspects) {
    const { orderId, paymentId, charge } = suspect.subject;
    const key = subjectKey({ orderId, paymentId, refundId: null, charge });
    if (!byKey.has(key)) byKey.set(key, { ...suspect, subject: { ...suspect.subject, refundId: null } });
  }
  return [...byKey.values()];
}

interface Side {
  name: AccountName;
  charges: Charges;
}

export function createScan(deps: ScanDeps, scanned: Scanned) {
  const { db, accounts, bounds, log, nowMs, sinceMs } = deps;
  const pageMax = deps.pageMax ?? LIMITS.reconcilePageMax;
  const [fromId, toId] = [sinceMs === null ? NEVER : leastIdAt(sinceMs), leastIdAt(nowMs)];
  const sides = new Map<string, Side>();
  const away = new Set<string>();

  function lost(name: AccountName, err: unknown): void {
    log.error({ err, account: nameOf(name) }, 'books cannot be read: nothing is said about them');
    sides.delete(nameOf(name));
    away.add(nameOf(name));
    scanned.away.push(new BooksAway(nameOf(name), err).message);
  }

  async function open(): Promise<void> {
    const range = { fromMs: sinceMs ?? 0, toMs: nowMs };
    for (const name of accounts.all) {
      try {
        const provider = await accounts.provider(name);
        if (provider.list)
          sides.set(nameOf(name), {
            name,
            charges: readCharges(
              provider.list.bind(provider),
              range,
              deps.chargesMax ?? LIMITS.reconcileChargesMax,
            ),
          });
      } catch (err) {
        lost(name, err instanceof BooksAway ? err.cause : err);
      }
    }
  }

  async function readOn(untilMs: number): Promise<void> {
    for (const { name, charges } of [...sides.values()]) {
      try {
        await charges.until(untilMs);
      } catch (err) {
        lost(name, err);
      }
    }
  }

  /** Of a payment that was read: what looks different about it and its charge. */
  function compare(item: Item): Suspect[] {
    const p = item.payment;
    if (!p) return [];
    const name = accounts.of(p);
    const charge = keepsBooks(p) ? sides.get(nameOf(name))?.charges.take(p) : undefined;
    const wrong = judge(item, charge ? booksOf(charge) : null, null, bounds);
    const madeAtMs = charge?.createdAtMs ?? null;
    const suspects = wrong.map(({ subject }) => about(subject, madeAtMs));
    const unseen =
      !charge &&
      keepsBooks(p) &&
      !isOpen(p) &&
      !isEnded(p) &&
      p.capturedCents > 0 &&
      item.quietMs >= bounds.graceMs &&
      !away.has(nameOf(name));
    return unseen ? [...suspects, about({ orderId: item.orderId, paymentId: p.id })] : suspects;
  }

  /** Charges that none of the payments read so far took: of older payments, or of none. */
  async function strangers(name: AccountName, charges: readonly BookedCharge[]): Promise<Suspect[]> {
    const suspects: Suspect[] = [];
    for (let at = 0; at < charges.length; at += pageMax) {
      const some = charges.slice(at, at + pageMax);
      const payments = await paymentsOf(db, some);
      const items = await readItems(db, [...new Set([...payments.values()].map((row) => row.id))]);
      const byId = new Map(items.map((item) => [item.payment?.id, item]));
      for (const charge of some) {
        const payment = payments.get(charge.ref);
        const item = payment ? (byId.get(payment.id) ?? null) : null;
        const { provider, methodId } = name;
        const wrong =
          payment?.named && item
            ? judge(item, booksOf(charge), null, bounds)
            : judgeStranger(charge, { provider, methodId }, item, nowMs, bounds);
        suspects.push(...wrong.map(({ subject }) => about(subject, charge.createdAtMs)));
      }
    }
    return suspects;
  }

  async function left(beforeMs: number): Promise<Suspect[]> {
    const suspects: Suspect[] = [];
    for (const { name, charges } of sides.values())
      suspects.push(...(await strangers(name, charges.left(beforeMs))));
    return suspects;
  }

  async function* payments(): AsyncGenerator<Suspect[]> {
    let after = fromId;
    for (;;) {
      const ids = (await db.all<{ id: string }>(paymentPage, [after, toId, pageMax])).map((row) => row.id);
      const [first, last] = [ids[0], ids.at(-1)];
      if (first === undefined || last === undefined) return;
      after = last;
      const items = await readItems(db, ids);
      const madeAt = items.map((item) => item.payment?.createdAtMs ?? 0);
      await readOn(Math.max(...madeAt) + LAG_MS);
      const suspects = items.flatMap(compare);
      suspects.push(...(await left(Math.min(...madeAt) - LAG_MS)));
      scanned.payments += items.length;
      scanned.tickets += items.reduce((sum, item) => sum + item.made, 0);
      yield unique(suspects);
    }
  }

  /** What is left of the books once all payments were read. */
  async function* restOfBooks(): AsyncGenerator<Suspect[]> {
    do {
      await readOn(Number.POSITIVE_INFINITY);
      yield unique(await left(Number.POSITIVE_INFINITY));
    } while ([...sides.values()].some(({ charges }) => !charges.ended));
  }

  async function* orders(): AsyncGenerator<Suspect[]> {
    let after = fromId;
    for (;;) {
      const page = await db.all<{ id: string }>(orderPage, [after, toId, LIMITS.reconcileOrdersPageMax]);
      const [first, last] = [page[0]?.id, page.at(-1)?.id];
      if (first === undefined || last === undefined) return;
      after = last;
      const wrong = await db.all<{ id: string }>(unpaidOrders, [first, last]);
      yield wrong.map(({ id }) => about({ orderId: id }));
    }
  }

  /** Older payments that something happened to since. */
  async function* moved(): AsyncGenerator<Suspect[]> {
    let after = NEVER;
    const since = sinceMs === null ? null : new Date(sinceMs);
    for (;;) {
      const rows = await db.all<{ id: string }>(movedPayments, [since, after, fromId, pageMax]);
      const last = rows.at(-1)?.id;
      if (last === undefined) return;
      after = last;
      const items = await readItems(
        db,
        rows.map((row) => row.id),
      );
      scanned.payments += items.length;
      yield items.map((item) => about({ orderId: item.orderId, paymentId: item.payment?.id ?? null }));
    }
  }

  return async function* scan(): AsyncGenerator<Suspect[]> {
    await open();
    const all = [...sides.values()];
    try {
      yield* payments();
      yield* restOfBooks();
      yield* orders();
      yield* moved();
    } finally {
      scanned.charges = all.reduce((sum, { charges }) => sum + charges.read, 0);
    }
  };
}
