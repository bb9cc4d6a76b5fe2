/** An event's terms: what is added to its prices, and on what terms a ticket comes back (rules C1 to C6). */
import { type Static, Type } from 'typebox';
import { ok, RefusalError, type Result, refuse, type TermsView } from '../protocol/index.ts';
import { type Db, type Ledger, statement } from '../stores/index.ts';
import { type Account, matchesVersion } from '../transport/index.ts';
import { lockOwnEvent, refusable } from './owned.ts';

const Cents = Type.Integer({ minimum: 0, maximum: 1_000_000 });
const Share = (maximum: number) => Type.Integer({ minimum: 0, maximum });

/** What is left out stays; at first: no fee, no tax, tickets come back until the event starts. Bounds are the ledger's. */
export const TermsBody = Type.Object(
  {
    feeCents: Type.Optional(Cents),
    feeBp: Type.Optional(Share(5_000)),
    taxName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        pattern: '^[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
      }),
    ),
    taxBp: Type.Optional(Share(5_000)),
    taxIncluded: Type.Optional(Type.Boolean()),
    refundUntilHours: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 8_760 }), Type.Null()])),
    refundFeeCents: Type.Optional(Cents),
    refundFeeBp: Type.Optional(Share(10_000)),
    refundNeedsApproval: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type TermsBody = Static<typeof TermsBody>;

const COLUMNS = `fee_cents as "feeCents", fee_bp as "feeBp", tax_name as "taxName", tax_bp as "taxBp", tax_included as "taxIncluded",
  refund_until_hours as "refundUntilHours", refund_fee_cents as "refundFeeCents", refund_fee_bp as "refundFeeBp",
  refund_needs_approval as "refundNeedsApproval", version`;

/** A draft, and one deleted before it was published, is seen by its vendor and operators only. */
const VISIBLE = statement(
  'pricing_visible_event',
  `select 1 from events.events e
    where e.id = $1 and ($3 = 'operator' or e.vendor_id = $2 or not (e.status = 'draft'
      or (e.status = 'canceled' and not exists (select from ticketing.drops d where d.event_id = e.id))))`,
);
const READ = statement('pricing_terms', `select ${COLUMNS} from ticketing.event_terms where event_id = $1`);
const WRITE = statement(
  'pricing_write_terms',
  `insert into ticketing.event_terms as t (event_id, fee_cents, fee_bp, tax_name, tax_bp, tax_included, refund_until_hours,
     refund_fee_cents, refund_fee_bp, refund_needs_approval)
   values ($1, coalesce($2::int, 0), coalesce($3::int, 0), coalesce($4, 'VAT'), coalesce($5::int, 0), coalesce($6::boolean, true),
     case when $7::boolean then $8::int else 0 end, coalesce($9::int, 0), coalesce($10::int, 0), coalesce($11::boolean, false))
   on conflict (event_id) do update set fee_cents = coalesce($2, t.fee_cents), fee_bp = coalesce($3, t.fee_bp),
     tax_name = coalesce($4, t.tax_name), tax_bp = coalesce($5, t.tax_bp), tax_included = coalesce($6, t.tax_included),
     refund_until_hours = case when $7 then $8 else t.refund_until_hours end,
     refund_fee_cents = coalesce($9, t.refund_fee_cents), refund_fee_bp = coalesce($10, t.refund_fee_bp),
     refund_needs_approval = coalesce($11, t.refund_needs_approval), version = t.version + 1, updated_at = now()
   returning ${COLUMNS}`,
);
const PRICE_EVENT = statement('pricing_price_event', `select ticketing.price_event($1, 'terms', $2)`);

/** Terms of an event that nobody set any for; version 0. */
export const PLAIN_TERMS: TermsView = {
  feeCents: 0,
  feeBp: 0,
  taxName: 'VAT',
  taxBp: 0,
  taxIncluded: true,
  refundUntilHours: 0,
  refundFeeCents: 0,
  refundFeeBp: 0,
  refundNeedsApproval: false,
  version: 0,
};

/** Writes terms; the caller prices the event's tiers in the same transaction. */
export async function writeTerms(tx: Db, eventId: string, body: TermsBody): Promise<TermsView> {
  const written = await tx.one<TermsView>(WRITE, [
    eventId,
    body.feeCents ?? null,
    body.feeBp ?? null,
    body.taxName?.trim() ?? null,
    body.taxBp ?? null,
    body.taxIncluded ?? null,
    body.refundUntilHours !== undefined,
    body.refundUntilHours ?? null,
    body.refundFeeCents ?? null,
    body.refundFeeBp ?? null,
    body.refundNeedsApproval ?? null,
  ]);
  return written as TermsView;
}

export interface Terms {
  /** Refuses NOT_FOUND, also for an event the viewer may not see. */
  read(eventId: string, viewer: Account | null): Promise<Result<TermsView>>;
  /** Refuses NOT_FOUND, EDIT_CONFLICT, INVALID_STATE. */
  put(account: Account, eventId: string, body: TermsBody, ifMatch?: string): Promise<Result<TermsView>>;
}

export function createTerms(ledger: Ledger): Terms {
  const current = async (db: Db, eventId: string) =>
    (await db.one<TermsView>(READ, [eventId])) ?? PLAIN_TERMS;
  return {
    async read(eventId, viewer) {
      const seen = await ledger.reads.one(VISIBLE, [eventId, viewer?.id ?? null, viewer?.role ?? null]);
      return seen ? ok(await current(ledger.reads, eventId)) : refuse('NOT_FOUND');
    },
    put: (account, eventId, body, ifMatch) =>
      refusable(() =>
        ledger.payments.transaction(async (tx) => {
          await lockOwnEvent(tx, account, eventId);
          const { version } = await current(tx, eventId);
          if (!matchesVersion(ifMatch, version)) throw new RefusalError('EDIT_CONFLICT', { version });
          const terms = await writeTerms(tx, eventId, body);
          await tx.all(PRICE_EVENT, [eventId, account.id]);
          return ok(terms);
        }),
      ),
  };
}
