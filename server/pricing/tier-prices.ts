/** A tier's price and presale, changed by its vendor, and the log of what prices did (rules C4, C7, C8, C30). */
import { Type } from 'typebox';
import { instant } from '../kernel/index.ts';
import { ok, RefusalError, type Result, TimeSchema, UuidSchema } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { changeableTier, ownEvent, refusable } from './owned.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** What a tier costs, as it stands in every view of it. */
export const TierPrice = Type.Object({
  tierId: UuidSchema,
  priceCents: Type.Integer(),
  feeCents: Type.Integer(),
  taxCents: Type.Integer(),
  taxIncludedCents: Type.Integer(),
  allInCents: Type.Integer(),
  priceRange: Type.Optional(Type.Object({ minCents: Type.Integer(), maxCents: Type.Integer() })),
  presaleUntil: Type.Optional(TimeSchema),
});
export type TierPrice = Type.Static<typeof TierPrice>;

export const PriceChange = Type.Object({
  at: TimeSchema,
  tierId: UuidSchema,
  fromCents: Type.Integer(),
  toCents: Type.Integer(),
  /** With fee and tax. */
  fromAllInCents: Type.Integer(),
  toAllInCents: Type.Integer(),
  /** `rule`, `terms`, or what its vendor said. */
  why: Type.String(),
  /** Who did it; null: a rule. */
  actor: Nullable(UuidSchema),
});
export type PriceChange = Type.Static<typeof PriceChange>;

const SHOW = statement(
  'tier_price_show',
  'select ticketing.show_price(t) as price from ticketing.ticket_tiers t where t.id = $1',
);
const RULED = statement(
  'tier_price_ruled',
  'select 1 from ticketing.price_rules where tier_id = $1 and enabled',
);
const PRICE = statement('tier_price_set', 'select ticketing.price_tier($1, $2, $3, $4)');
const PRESALE = statement(
  'tier_presale_set',
  'update ticketing.ticket_tiers set presale_until = $2, version = version + 1, updated_at = now() where id = $1',
);
const CHANGES = statement(
  'price_changes',
  `select l.id, l.at, l.tier_id as "tierId", l.from_cents as "fromCents", l.to_cents as "toCents",
          l.from_all_in_cents as "fromAllInCents", l.to_all_in_cents as "toAllInCents", l.why, l.actor_user_id as actor
     from ticketing.price_log l where l.event_id = $1 and ($2::bigint is null or l.id < $2) order by l.id desc limit $3`,
);

export interface TierPrices {
  /** Refuses INVALID_STATE while a rule gives the price. */
  setPrice(account: Account, tierId: string, priceCents: number, why: string): Promise<Result<TierPrice>>;
  setPresale(account: Account, tierId: string, until: string | null): Promise<Result<TierPrice>>;
  /** Newest first. */
  changes(
    account: Account,
    eventId: string,
    limit: number,
    after: number | null,
  ): Promise<Result<{ items: PriceChange[]; nextCursor: string | null }>>;
}

export function createTierPrices(ledger: Ledger): TierPrices {
  const change = (
    account: Account,
    tierId: string,
    work: (tx: Parameters<Parameters<Ledger['payments']['transaction']>[0]>[0], id: string) => Promise<void>,
  ): Promise<Result<TierPrice>> =>
    refusable(() =>
      ledger.payments.transaction(async (tx) => {
        const { id } = await changeableTier(tx, account, tierId);
        await work(tx, id);
        const shown = await tx.one<{ price: Omit<TierPrice, 'tierId'> }>(SHOW, [id]);
        return ok({ tierId: id, ...(shown as { price: Omit<TierPrice, 'tierId'> }).price });
      }),
    );

  return {
    setPrice: (account, tierId, priceCents, why) =>
      change(account, tierId, async (tx, id) => {
        if (await tx.one(RULED, [id]))
          throw new RefusalError(
            'INVALID_STATE',
            {},
            'A price rule gives this price: change or disable the rule.',
          );
        await tx.all(PRICE, [id, priceCents, why, account.id]);
      }),
    setPresale: (account, tierId, until) =>
      change(account, tierId, async (tx, id) => {
        const at = until === null ? null : instant(until);
        if (until !== null && at === null)
          throw new RefusalError('INVALID_REQUEST', { field: 'until' }, 'This is not a date and time.');
        await tx.all(PRESALE, [id, at]);
      }),
    changes: (account, eventId, limit, after) =>
      refusable(async () => {
        await ownEvent(ledger.reads, account, eventId);
        const rows = await ledger.reads.all<Omit<PriceChange, 'at'> & { id: number; at: Date }>(CHANGES, [
          eventId,
          after,
          limit + 1,
        ]);
        const items = rows
          .slice(0, limit)
          .map(({ id: _id, at, ...rest }) => ({ at: at.toISOString(), ...rest }));
        const last = rows[limit - 1];
        return ok({ items, nextCursor: rows.length > limit && last ? String(last.id) : null });
      }),
  };
}
