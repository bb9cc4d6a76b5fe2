/**
 * The built-in provider: a small bank whose cards behave as documented, with books of its own in the ledger's
 * database (`payments.test_charges`, joined by nothing), so that a restarted server can ask it what became of a
 * charge. For development, demos and tests; compose leaves it out where real money is taken (rules P4–P6, P8).
 */
import type { Clock } from '../kernel/index.ts';
import { ok, refuse } from '../protocol/index.ts';
import { columnsOf, createGroupCommit, type GroupCommit, type Pool, statement } from '../stores/index.ts';
import type {
  BookedCharge,
  Charge,
  ChargeOutcome,
  ChargeState,
  Provider,
  Refund,
  RefundOutcome,
} from './provider.ts';

interface CardBehaviour {
  /** How the bank answers the authorisation. */
  answer: 'authorized' | 'declined' | 'requires_action' | 'pending';
  reason?: string;
  captureFails?: boolean;
}

/** The cards of the public contract; any other number is declined. */
export const TEST_CARDS: Readonly<Record<string, CardBehaviour>> = {
  '4242424242424242': { answer: 'authorized' },
  '4000000000000002': { answer: 'declined', reason: 'card_declined' },
  '4000002500003155': { answer: 'requires_action' },
  '4000000000000341': { answer: 'authorized', captureFails: true },
  '4000000000000077': { answer: 'pending' },
};
const UNKNOWN_CARD: CardBehaviour = { answer: 'declined', reason: 'not_a_test_card' };

export const SLOW_ANSWER_MS = 20_000;

/** What is asked of the bank at once, it writes at once: arrays side by side. */
const book = statement(
  'test_charge_book',
  `insert into payments.test_charges (id, amount_cents, currency, last4, status, reason, capture_fails, ready_at)
   select c.id, c.amount, c.currency, c.last4, c.status, c.reason, c.fails,
          now() + make_interval(secs => c.wait_ms::double precision / 1000)
     from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::int[])
       as c (id, amount, currency, last4, status, reason, fails, wait_ms)
    order by c.id on conflict (id) do nothing`,
);
/** A slow bank's mind is made up once its time has come, whoever asks. */
const ripen = statement(
  'test_charge_ripen',
  `update payments.test_charges set status = 'authorized', updated_at = now()
    where id = $1 and status = 'pending' and ready_at <= now()`,
);
const read = statement(
  'test_charge_read',
  'select id, status, reason from payments.test_charges where id = any ($1)',
);
const approve = statement(
  'test_charge_approve',
  `update payments.test_charges
      set status = case when $2 then 'authorized' else 'declined' end,
          reason = case when $2 then null else 'step_refused' end, updated_at = now()
    where id = $1 and status = 'requires_action'`,
);
const capture = statement(
  'test_charge_capture',
  `update payments.test_charges
      set status = case when capture_fails then 'capture_failed' else 'captured' end,
          reason = case when capture_fails then 'capture_refused' end, updated_at = now()
    where id = any ($1) and status = 'authorized'`,
);
/** Also for a charge that was never seen: the row then keeps a straggling authorisation out for good. */
const voidCharge = statement(
  'test_charge_void',
  `insert into payments.test_charges (id, amount_cents, currency, status) values ($1, $2, $3, 'voided')
   on conflict (id) do update set status = 'voided', updated_at = now()
   where test_charges.status in ('pending', 'requires_action', 'authorized')`,
);

/** Under the charge's lock: what was given back never passes what was taken. */
const lockCharge = statement(
  'test_charge_lock',
  'select 1 from payments.test_charges where id = $1 for update',
);
const refund = statement(
  'test_refund_book',
  `insert into payments.test_refunds (id, charge_id, amount_cents, status)
   select $1::uuid, $2::uuid, $3::bigint, case when c.status = 'captured' and $3 <= c.amount_cents - coalesce((
       select sum(r.amount_cents) from payments.test_refunds r where r.charge_id = $2 and r.status = 'succeeded'), 0)
     then 'succeeded' else 'failed' end
     from (select 1) one left join payments.test_charges c on c.id = $2
   on conflict (id) do nothing`,
);
const readRefund = statement(
  'test_refund_read',
  'select status, amount_cents as "amountCents" from payments.test_refunds where id = $1',
);
const listCharges = statement(
  'test_charges_list',
  `select c.id, c.amount_cents, c.currency, c.status, c.created_at, coalesce((
            select sum(r.amount_cents) from payments.test_refunds r where r.charge_id = c.id and r.status = 'succeeded'), 0)::bigint as refunded
     from payments.test_charges c
    where c.created_at >= to_timestamp($1::double precision / 1000) and c.created_at < to_timestamp($2::double precision / 1000)
      and ($3::uuid is null or c.id > $3)
    order by c.id limit $4`,
);
const LIST_PAGE = 500;
const BATCH_MAX = 200;
const WAITING_MAX = 10_000;

const BRANDS: readonly (readonly [RegExp, string])[] = [
  [/^4/, 'visa'],
  [/^(5[1-5]|2[2-7])/, 'mastercard'],
  [/^3[47]/, 'amex'],
];
const brandOf = (card: string): string | null => BRANDS.find(([begins]) => begins.test(card))?.[1] ?? null;

const CARD = /^[0-9]{12,19}$/;

interface ListedCharge {
  id: string;
  amount_cents: number;
  currency: string;
  status: ChargeState;
  created_at: Date;
  refunded: number;
}

export interface TestProviderDeps {
  db: Pool;
  clock: Clock;
  /** How long the slow card's bank takes; default 20,000 ms. */
  slowAnswerMs?: number;
}

export function createTestProvider({ db, clock, slowAnswerMs = SLOW_ANSWER_MS }: TestProviderDeps): Provider {
  async function outcomes(ids: readonly string[]): Promise<ChargeOutcome[]> {
    const rows = await db.all<{ id: string; status: ChargeState; reason: string | null }>(read, [ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = found.get(id);
      if (!row) return { state: 'none' };
      return { state: row.status, ref: `test_${id}`, ...(row.reason ? { reason: row.reason } : {}) };
    });
  }
  const outcome = async ({ id }: Charge): Promise<ChargeOutcome> =>
    (await outcomes([id]))[0] as ChargeOutcome;

  const together = <Request>(
    idOf: (request: Request) => string,
    write: (batch: readonly Request[]) => Promise<unknown>,
  ): GroupCommit<Request, ChargeOutcome> =>
    createGroupCommit({
      async commit(_key, batch) {
        await write(batch);
        return outcomes(batch.map(idOf));
      },
      maxBatch: BATCH_MAX,
      maxInFlight: 2,
      maxWaiting: WAITING_MAX,
      onFull: () => ({ state: 'unknown', reason: 'busy' }),
    });
  const bookings = together<readonly unknown[]>(
    ([id]) => id as string,
    (rows) => db.all(book, columnsOf(rows)),
  );
  const captures = together<string>(
    (id) => id,
    (ids) => db.all(capture, [[...ids].sort()]),
  );

  async function refundOutcome({ id }: Refund): Promise<RefundOutcome> {
    const row = await db.one<{ status: 'succeeded' | 'failed'; amountCents: number }>(readRefund, [id]);
    return row
      ? { state: row.status, ref: `test_refund_${id}`, amountCents: row.amountCents }
      : { state: 'none' };
  }

  async function lookup(charge: Charge): Promise<ChargeOutcome> {
    await db.all(ripen, [charge.id]);
    return outcome(charge);
  }

  return {
    name: 'test',
    money: 'capture',
    lookup,
    async instrument(method) {
      const card = (method.card ?? '').replaceAll(/[ -]/g, '');
      if (!CARD.test(card))
        return refuse('INVALID_REQUEST', { field: 'method.card' }, 'A test card has 12 to 19 digits.');
      return ok({ last4: card.slice(-4), brand: brandOf(card), secret: card });
    },
    async authorise(charge, instrument) {
      const card = TEST_CARDS[instrument.secret] ?? UNKNOWN_CARD;
      const waitMs = card.answer === 'pending' ? slowAnswerMs : 0;
      const answer = await bookings.submit('', [
        charge.id,
        charge.amountCents,
        charge.currency,
        instrument.last4,
        card.answer,
        card.reason ?? null,
        card.captureFails ?? false,
        waitMs,
      ]);
      if (waitMs === 0) return answer;
      await clock.sleep(waitMs);
      return lookup(charge);
    },
    capture: (charge) => captures.submit('', charge.id),
    async void(charge) {
      await db.all(voidCharge, [charge.id, charge.amountCents, charge.currency]);
      return outcome(charge);
    },
    async approve(charge, approved) {
      await db.all(approve, [charge.id, approved]);
      return outcome(charge);
    },
    async refund(wanted) {
      await db.transaction(async (tx) => {
        await tx.all(lockCharge, [wanted.charge.id]);
        await tx.all(refund, [wanted.id, wanted.charge.id, wanted.amountCents]);
      });
      return refundOutcome(wanted);
    },
    lookupRefund: refundOutcome,
    async list({ fromMs, toMs }, cursor) {
      const rows = await db.all<ListedCharge>(listCharges, [fromMs, toMs, cursor, LIST_PAGE]);
      const items = rows.map(
        (row): BookedCharge => ({
          ref: `test_${row.id}`,
          paymentId: row.id,
          amountCents: row.amount_cents,
          capturedCents: row.status === 'captured' ? row.amount_cents : 0,
          refundedCents: row.refunded,
          currency: row.currency,
          state: row.status,
          createdAtMs: row.created_at.getTime(),
        }),
      );
      return { items, nextCursor: rows.length === LIST_PAGE ? (rows.at(-1)?.id ?? null) : null };
    },
  };
}
