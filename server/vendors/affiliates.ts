/** Affiliates: who sends fans to a vendor's sales, and what that was worth (rules V40 to V49). */
import { randomInt } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { type Ids, instant } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import {
  AFFILIATE_CODE,
  type AffiliateFigures,
  type AffiliateView,
  type AffiliationView,
  ok,
  type Result,
  refuse,
  UuidSchema,
} from '../protocol/index.ts';
import { type Db, type Ledger, sqlState, statement } from '../stores/index.ts';

const strict = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));
const Time = orNull(Type.String({ format: 'date-time', maxLength: 40 }));
const Name = Type.String({
  minLength: 1,
  maxLength: 120,
  pattern: '^[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
});
const Bp = Type.Integer({ minimum: 0, maximum: 10_000 });
const more = {
  eventIds: orNull(Type.Array(UuidSchema, { minItems: 1, maxItems: 100, uniqueItems: true })),
  email: orNull(Type.String({ maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' })),
  active: Type.Optional(Type.Boolean()),
  startsAt: Time,
  endsAt: Time,
};
export const AffiliateBody = Type.Object(
  {
    name: Name,
    /** In any case; left out: one is made up that nobody guesses. It stays, for links with it are out in the world. */
    code: Type.Optional(Type.String({ minLength: 3, maxLength: 32, pattern: AFFILIATE_CODE.source })),
    commissionBp: Bp,
    ...more,
  },
  strict,
);
export type AffiliateBody = Static<typeof AffiliateBody>;
/** What is left out stays. */
export const AffiliateEdit = Type.Object(
  { name: Type.Optional(Name), commissionBp: Type.Optional(Bp), ...more },
  { ...strict, minProperties: 1 },
);
export type AffiliateEdit = Static<typeof AffiliateEdit>;

const COLUMNS = `a.id, a.name, a.code, a.commission_bp as "commissionBp", a.event_ids::text[] as "eventIds", a.email, a.active,
  a.starts_at as "startsAt", a.ends_at as "endsAt", a.created_at as "createdAt"`;
const LIST = statement(
  'affiliates_list',
  `select ${COLUMNS} from ticketing.affiliates a where a.vendor_id = $1 and ($2::uuid is null or a.id < $2) order by a.id desc limit $3`,
);
const LOCK = statement(
  'affiliates_lock',
  `select ${COLUMNS} from ticketing.affiliates a where a.id = $1 and a.vendor_id = $2 for no key update`,
);
const LOCK_VENDOR = statement(
  'affiliates_lock_vendor',
  `select id from accounts.users where id = $1 and role in ('vendor', 'operator') for no key update`,
);
const COUNT = statement(
  'affiliates_count',
  'select count(*)::int as has from ticketing.affiliates where vendor_id = $1',
);
const INSERT = statement(
  'affiliates_insert',
  `insert into ticketing.affiliates as a (id, vendor_id, code, name, commission_bp, event_ids, email, active, starts_at, ends_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${COLUMNS}`,
);
const UPDATE = statement(
  'affiliates_update',
  `update ticketing.affiliates a set name = $2, commission_bp = $3, event_ids = $4, email = $5, active = $6, starts_at = $7, ends_at = $8,
     updated_at = now() where a.id = $1 returning ${COLUMNS}`,
);
const OWN_EVENTS = statement(
  'affiliates_events',
  'select id from events.events where vendor_id = $1 and id = any ($2)',
);
/** An address counts once its owner has proven it: before that, anybody may have typed it. */
const OF_ACCOUNT = statement(
  'affiliates_of_account',
  `select a.id, v.name as vendor, a.code, a.commission_bp as "commissionBp", a.event_ids::text[] as "eventIds", a.active,
          a.starts_at as "startsAt", a.ends_at as "endsAt"
     from accounts.users u join ticketing.affiliates a on a.email = u.email join accounts.users v on v.id = a.vendor_id
    where u.id = $1 and u.email_verified_at is not null and ($2::uuid is null or a.id < $2) order by a.id desc limit $3`,
);
const FIGURES = statement(
  'affiliates_figures',
  `select c.affiliate_id as id, c.currency, count(*)::int as orders, sum(c.tickets)::int as tickets,
          sum(c.ticket_cents)::bigint as "ticketCents", sum(c.commission_cents)::bigint as "commissionCents"
     from ticketing.commissions c where c.affiliate_id = any ($1) group by 1, 2 order by 1, 2`,
);

type Times = { startsAt: Date | null; endsAt: Date | null };
type Row = Omit<AffiliateView, 'startsAt' | 'endsAt' | 'createdAt' | 'figures'> & Times & { createdAt: Date };
type OwnRow = Omit<AffiliationView, 'startsAt' | 'endsAt' | 'figures'> & Times;

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Affiliates {
  /** Newest first. `after`: the cursor of the page before. */
  list(vendorId: string, limit: number, after: string | null): Promise<Page<AffiliateView>>;
  /** Refuses NOT_FOUND, INVALID_REQUEST (a code the vendor has already, another's event, an end before the start), INVALID_STATE (too many). */
  create(vendorId: string, body: AffiliateBody): Promise<Result<AffiliateView>>;
  edit(vendorId: string, id: string, edit: AffiliateEdit): Promise<Result<AffiliateView>>;
  /** What an account sees of itself as others' affiliate. */
  ofAccount(userId: string, limit: number, after: string | null): Promise<Page<AffiliationView>>;
}

const times = ({ startsAt, endsAt }: Times) => ({
  startsAt: startsAt?.toISOString() ?? null,
  endsAt: endsAt?.toISOString() ?? null,
});
const viewOf = (row: Row, figures: AffiliateFigures[] = []): AffiliateView => ({
  ...row,
  ...times(row),
  createdAt: row.createdAt.toISOString(),
  figures,
});

/** No vowels, and nothing that is read as something else: 40 bits in 8 characters that make no words. */
const LETTERS = '23456789bcdfghjkmnpqrstvwxzBCDFG';
const madeUp = (): string =>
  Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)] as string).join('');

const wrong = (field: string, message: string): Result<never> =>
  refuse('INVALID_REQUEST', { field }, message);

/** What a schema cannot say. */
async function judge(tx: Db, vendorId: string, wish: AffiliateEdit): Promise<Result<unknown>> {
  for (const field of ['startsAt', 'endsAt'] as const) {
    const text = wish[field];
    if (text && !instant(text)) return wrong(field, 'This is not a date and time.');
  }
  const [from, to] = [wish.startsAt && instant(wish.startsAt), wish.endsAt && instant(wish.endsAt)];
  if (from && to && from >= to) return wrong('endsAt', 'It ends after it starts.');
  const { eventIds } = wish;
  if (eventIds && (await tx.all(OWN_EVENTS, [vendorId, eventIds])).length < eventIds.length)
    return wrong('eventIds', 'One of these is no event of yours.');
  return ok(null);
}

export function createAffiliates({ ledger, ids }: { ledger: Ledger; ids: Ids }): Affiliates {
  async function figuresOf(affiliates: readonly { id: string }[]): Promise<Map<string, AffiliateFigures[]>> {
    const rows = await ledger.views.all<AffiliateFigures & { id: string }>(FIGURES, [
      affiliates.map(({ id }) => id),
    ]);
    const found = new Map<string, AffiliateFigures[]>();
    for (const { id, ...figures } of rows) found.set(id, [...(found.get(id) ?? []), figures]);
    return found;
  }

  async function pageOf<R extends { id: string }, T>(
    rows: R[],
    limit: number,
    view: (row: R, figures: AffiliateFigures[]) => T,
  ): Promise<Page<T>> {
    const shown = rows.slice(0, limit);
    const figures = await figuresOf(shown);
    return {
      items: shown.map((row) => view(row, figures.get(row.id) ?? [])),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    };
  }

  return {
    list: async (vendorId, limit, after) =>
      pageOf(await ledger.reads.all<Row>(LIST, [vendorId, after, limit + 1]), limit, viewOf),

    async create(vendorId, body) {
      const { code = madeUp(), name, commissionBp, eventIds = null, active = true } = body;
      const { email = null, startsAt = null, endsAt = null } = body;
      try {
        return await ledger.reads.transaction(async (tx): Promise<Result<AffiliateView>> => {
          // Counted in a statement of its own: of many at once each sees what the one before it added.
          if (!(await tx.one(LOCK_VENDOR, [vendorId]))) return refuse('NOT_FOUND');
          const { has } = (await tx.one<{ has: number }>(COUNT, [vendorId])) as { has: number };
          if (has >= LIMITS.affiliatesPerVendor)
            return refuse(
              'INVALID_STATE',
              { most: LIMITS.affiliatesPerVendor },
              'You have as many affiliates as there can be.',
            );
          const judged = await judge(tx, vendorId, body);
          if (!judged.ok) return judged;
          const row = await tx.one<Row>(INSERT, [
            ids.next(),
            vendorId,
            code,
            name,
            commissionBp,
            eventIds,
            email?.toLowerCase() ?? null,
            active,
            startsAt,
            endsAt,
          ]);
          return ok(viewOf(row as Row));
        });
      } catch (err) {
        if (sqlState(err) !== '23505') throw err;
        return wrong('code', 'You have such a code already.');
      }
    },

    async edit(vendorId, id, edit) {
      const edited = await ledger.reads.transaction(async (tx): Promise<Result<Row>> => {
        const before = await tx.one<Row>(LOCK, [id, vendorId]);
        if (!before) return refuse('NOT_FOUND');
        const after = { ...before, ...times(before), ...edit };
        const judged = await judge(tx, vendorId, after);
        if (!judged.ok) return judged;
        const { name, commissionBp, eventIds, email, active, startsAt, endsAt } = after;
        const values = [
          id,
          name,
          commissionBp,
          eventIds,
          email?.toLowerCase() ?? null,
          active,
          startsAt,
          endsAt,
        ];
        return ok((await tx.one<Row>(UPDATE, values)) as Row);
      });
      if (!edited.ok) return edited;
      return ok(viewOf(edited.value, (await figuresOf([edited.value])).get(id.toLowerCase())));
    },

    ofAccount: async (userId, limit, after) =>
      pageOf(
        await ledger.reads.all<OwnRow>(OF_ACCOUNT, [userId, after, limit + 1]),
        limit,
        (row, figures) => ({
          ...row,
          ...times(row),
          figures,
        }),
      ),
  };
}
