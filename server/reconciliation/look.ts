/**
 * Looking again, at one thing, right before anything is said or done about it (rule K4): the ledger, the provider, and
 * the ledger once more. What moved meanwhile is in flight, and a later look will tell.
 */
import { LIMITS } from '../limits.ts';
import type { BookedCharge, Charge, Provider } from '../payments/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type AccountName, type Accounts, BooksAway, nameOf } from './accounts.ts';
import { isOf } from './charges.ts';
import { type Books, type Item, type ItemPayment, readItems, readOrders } from './item.ts';
import { type Bounds, isOpen, judge, judgeStranger, keepsBooks } from './judge.ts';
import type { Heard } from './judge-returns.ts';
import type { Difference, Subject } from './kinds.ts';

export interface LookDeps {
  /** Never written through. */
  db: Db;
  accounts: Accounts;
  bounds: Bounds;
  now(): number;
}

const SECOND_MS = 1_000;
const LAG_MS = LIMITS.reconcileChargeLagSeconds * SECOND_MS;
/** More pages than these of a provider's list are not read for one charge. */
const NEAR_PAGES = 40;

const nameless = statement(
  'reconcile_payments_of_charges',
  `select p.id, p.provider_ref as ref from ticketing.payments p where p.id = any ($1::uuid[]) or p.provider_ref = any ($2::text[])`,
);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const chargeOf = (item: Item, payment: ItemPayment): Charge => ({
  id: payment.id,
  amountCents: payment.amountCents,
  currency: payment.currency,
  ref: payment.ref,
  orderId: item.orderId,
});

/** For each charge the payment that it is of, or, where it only says whose it is, that one's id. */
export async function paymentsOf(
  db: Db,
  charges: readonly BookedCharge[],
): Promise<Map<string, { id: string; named: boolean }>> {
  const ids = charges.map((c) => c.paymentId).filter((id): id is string => id !== null && UUID.test(id));
  const rows = await db.all<{ id: string; ref: string | null }>(nameless, [ids, charges.map((c) => c.ref)]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byRef = new Map(rows.map((row) => [row.ref, row]));
  const out = new Map<string, { id: string; named: boolean }>();
  for (const charge of charges) {
    const row = byRef.get(charge.ref) ?? byId.get(charge.paymentId?.toLowerCase() ?? '');
    if (row) out.set(charge.ref, { id: row.id, named: isOf(charge, row) });
  }
  return out;
}

export const booksOf = (charge: BookedCharge): Books => ({
  state: charge.state,
  booked: {
    capturedCents: charge.capturedCents,
    refundedCents: charge.refundedCents,
    currency: charge.currency,
    ref: charge.ref,
    paymentId: charge.paymentId,
    madeAtMs: charge.createdAtMs,
    disputed: charge.disputed === true,
  },
  disputes: null,
});

export interface Looked {
  differences: Difference[];
  item: Item | null;
  books: Books | null;
  heard: Heard;
  /** It moved under our eyes: nothing can be said. */
  moving: boolean;
}

export function createLook({ db, accounts, bounds, now }: LookDeps) {
  /** Every answer of a provider that is no answer ends the look: it is never taken for a "no". */
  async function asked<T>(name: AccountName, call: (provider: Provider) => Promise<T>): Promise<T> {
    const provider = await accounts.provider(name);
    try {
      return await call(provider);
    } catch (err) {
      throw new BooksAway(nameOf(name), err);
    }
  }

  /** A charge in its provider's list, where that tells its figures. */
  function near(name: AccountName, fromMs: number, toMs: number, fits: (charge: BookedCharge) => boolean) {
    return asked(name, async (provider) => {
      if (!provider.list) return undefined;
      const range = { fromMs, toMs };
      let cursor: string | null = null;
      for (let pages = 0; pages < NEAR_PAGES; pages++) {
        const { items, nextCursor } = await provider.list(range, cursor);
        const found = items.find(fits);
        if (found || nextCursor === null) return found;
        cursor = nextCursor;
      }
      return undefined;
    });
  }

  async function booksFor(item: Item, p: ItemPayment, madeAtMs: number | null): Promise<Books> {
    const name = accounts.of(p);
    const mine = (charge: BookedCharge) => isOf(charge, p);
    if (madeAtMs !== null) {
      const charge = await near(name, madeAtMs, madeAtMs + SECOND_MS, mine);
      if (charge) return booksOf(charge);
    }
    const outcome = await asked(name, (provider) => provider.lookup(chargeOf(item, p)));
    if (outcome.state === 'unknown') throw new BooksAway(nameOf(name), outcome.reason ?? 'no answer');
    // How much went back in all stands in the list only.
    const wantsFigures = outcome.state === 'captured' && p.refunds.length + p.reports > 0;
    const charge = wantsFigures
      ? await near(name, p.createdAtMs - SECOND_MS, p.createdAtMs + LAG_MS, mine)
      : undefined;
    return charge ? booksOf(charge) : { state: outcome.state, booked: null, disputes: null };
  }

  /** With its chargebacks, where the provider says that there are any. */
  async function withDisputes(books: Books, item: Item, p: ItemPayment): Promise<Books> {
    if (!books.booked?.disputed) return books;
    const disputes = await asked(accounts.of(p), async ({ disputes }) => disputes?.(chargeOf(item, p)) ?? []);
    return { ...books, disputes };
  }

  /** What the provider says of each refund of a payment that may have reached it. */
  async function hear(item: Item, p: ItemPayment): Promise<Heard> {
    const heard = new Map<string, Awaited<ReturnType<NonNullable<Provider['lookupRefund']>>>>();
    const name = accounts.of(p);
    for (const refund of p.refunds) {
      if (refund.amountCents === 0 || ['requested', 'rejected'].includes(refund.status)) continue;
      if (refund.recorded) {
        heard.set(refund.id, { state: 'succeeded', amountCents: refund.amountCents });
        continue;
      }
      const outcome = await asked(name, (provider) =>
        provider.lookupRefund
          ? provider.lookupRefund({
              id: refund.key,
              charge: chargeOf(item, p),
              amountCents: refund.amountCents,
            })
          : Promise.resolve({ state: 'unknown' as const, reason: 'it cannot be asked for refunds' }),
      );
      if (outcome.state === 'unknown') throw new BooksAway(nameOf(name), outcome.reason ?? 'no answer');
      heard.set(refund.id, outcome);
    }
    return heard;
  }

  const still = (before: Item, after: Item | undefined): after is Item => after?.stamp === before.stamp;

  /** `madeAtMs`: when the provider says it made the charge, where that is known. */
  async function atPayment(paymentId: string, madeAtMs: number | null): Promise<Looked> {
    const [before] = await readItems(db, [paymentId]);
    const nothing = { differences: [], item: null, books: null, heard: null, moving: false };
    if (!before?.payment) return nothing;
    const p = before.payment;
    const compares = keepsBooks(p) && !isOpen(p);
    const books = compares ? await withDisputes(await booksFor(before, p, madeAtMs), before, p) : null;
    const heard = compares && p.refunds.length > 0 ? await hear(before, p) : new Map();
    const [after] = await readItems(db, [paymentId]);
    if (!still(before, after)) return { ...nothing, item: after ?? null, moving: true };
    return { differences: judge(after, books, heard, bounds), item: after, books, heard, moving: false };
  }

  async function atOrder(orderId: string): Promise<Looked> {
    const [item] = await readOrders(db, [orderId]);
    if (!item) return { differences: [], item: null, books: null, heard: null, moving: false };
    return { differences: judge(item, null, null, bounds), item, books: null, heard: null, moving: false };
  }

  async function atCharge(subject: NonNullable<Subject['charge']>): Promise<Looked> {
    const name = { provider: subject.provider as AccountName['provider'], methodId: subject.methodId };
    const charge = await near(
      name,
      subject.madeAtMs,
      subject.madeAtMs + SECOND_MS,
      (c) => c.ref === subject.ref,
    );
    const nothing = { differences: [], item: null, books: null, heard: null, moving: false };
    if (!charge) return nothing;
    const payment = (await paymentsOf(db, [charge])).get(charge.ref);
    if (payment?.named) return atPayment(payment.id, charge.createdAtMs);
    const [item] = payment ? await readItems(db, [payment.id]) : [];
    const books = { provider: name.provider, methodId: name.methodId };
    const differences = judgeStranger(charge, books, item ?? null, now(), bounds);
    return { ...nothing, differences, item: item ?? null, books: booksOf(charge) };
  }

  return {
    atPayment,
    atCharge,
    /** Looks again at what a difference is about. @throws BooksAway */
    async at(subject: Subject, madeAtMs: number | null): Promise<Looked> {
      if (subject.charge) return atCharge(subject.charge);
      if (subject.paymentId) return atPayment(subject.paymentId, madeAtMs);
      return atOrder(subject.orderId as string);
    },
  };
}

export type Look = ReturnType<typeof createLook>;
