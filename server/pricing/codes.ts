/** Promo and presale codes as vendors write them (rules C20, C26). What uses them is in order-codes.ts and presale.ts. */
import { type Static, Type } from 'typebox';
import { type Ids, instant } from '../kernel/index.ts';
import { type CodeView, ok, RefusalError, type Result, refuse, UuidSchema } from '../protocol/index.ts';
import { type Db, type Ledger, sqlState, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { lockOwnEvent, ownEvent, refusable } from './owned.ts';

const strict = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));
const Limit = orNull(Type.Integer({ minimum: 1, maximum: 10_000_000 }));
const Time = orNull(Type.String({ format: 'date-time', maxLength: 40 }));

const changeable = {
  /** `percent`: basis points; `amount`: minor units off each ticket; `presale`: left out. */
  value: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
  tierIds: orNull(Type.Array(UuidSchema, { minItems: 1, maxItems: 50, uniqueItems: true })),
  maxTickets: Limit,
  maxPerFan: Limit,
  startsAt: Time,
  endsAt: Time,
  channel: orNull(
    Type.String({
      minLength: 1,
      maxLength: 120,
      pattern: '^[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
    }),
  ),
  active: Type.Optional(Type.Boolean()),
};
export const CodeBody = Type.Object(
  {
    /** In any case: codes are compared without. */
    code: Type.String({ minLength: 3, maxLength: 64, pattern: '^[A-Za-z0-9_-]{3,64}$' }),
    kind: Type.Enum(['percent', 'amount', 'presale']),
    ...changeable,
  },
  strict,
);
export type CodeBody = Static<typeof CodeBody>;
/** What is left out stays. */
export const CodeEdit = Type.Object(changeable, { ...strict, minProperties: 1 });
export type CodeEdit = Static<typeof CodeEdit>;

const COLUMNS = `c.id, c.code, c.kind, c.value, c.tier_ids::text[] as "tierIds", c.max_tickets as "maxTickets",
  c.max_per_fan as "maxPerFan", c.starts_at as "startsAt", c.ends_at as "endsAt", c.channel, c.active, c.used`;
const LIST = statement(
  'codes_list',
  `select ${COLUMNS} from ticketing.codes c where c.event_id = $1 and c.removed_at is null and ($2::uuid is null or c.id < $2)
    order by c.id desc limit $3`,
);
const LOCK = statement(
  'codes_lock',
  `select ${COLUMNS} from ticketing.codes c where c.id = $1 and c.event_id = $2 and c.removed_at is null for update`,
);
const INSERT = statement(
  'codes_insert',
  `insert into ticketing.codes as c (id, event_id, code, kind, value, tier_ids, max_tickets, max_per_fan, starts_at, ends_at,
     channel, active)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning ${COLUMNS}`,
);
const UPDATE = statement(
  'codes_update',
  `update ticketing.codes c set value = $2, tier_ids = $3, max_tickets = $4, max_per_fan = $5, starts_at = $6, ends_at = $7,
     channel = $8, active = $9, updated_at = now() where c.id = $1 returning ${COLUMNS}`,
);
const REMOVE = statement(
  'codes_remove',
  'update ticketing.codes set removed_at = now(), active = false, updated_at = now() where id = $1',
);
const TIERS = statement(
  'codes_tiers',
  'select id from ticketing.ticket_tiers where event_id = $1 and id = any ($2)',
);
const MOST_PER_FAN = statement(
  'codes_most_per_fan',
  `select coalesce(max(s.tickets), 0)::int as most from (
     select sum(u.tickets) as tickets from ticketing.code_uses u where u.code_id = $1 and u.live group by u.user_id) s`,
);

type Row = Omit<CodeView, 'startsAt' | 'endsAt'> & { startsAt: Date | null; endsAt: Date | null };
const view = (row: Row): CodeView => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
});

const wrong = (field: string, message: string): never => {
  throw new RefusalError('INVALID_REQUEST', { field }, message);
};

function instantOf(text: string | null, field: string): Date | null {
  if (text === null) return null;
  return instant(text) ?? wrong(field, 'This is not a date and time.');
}

/** What a schema cannot say. @throws RefusalError INVALID_REQUEST with its field */
async function judge(tx: Db, eventId: string, code: Omit<CodeView, 'id' | 'used' | 'code'>): Promise<void> {
  const { kind, value, tierIds } = code;
  if (kind === 'percent' && (value < 1 || value > 10_000))
    wrong('value', 'A share is 1 to 10,000 basis points.');
  if (kind === 'amount' && value < 1) wrong('value', 'An amount off is at least one minor unit.');
  if (kind === 'presale' && value !== 0) wrong('value', 'A presale code takes nothing off.');
  const [from, to] = [instantOf(code.startsAt, 'startsAt'), instantOf(code.endsAt, 'endsAt')];
  if (from && to && from >= to) wrong('endsAt', 'A code ends after it starts.');
  if (tierIds && (await tx.all(TIERS, [eventId, tierIds])).length < tierIds.length)
    wrong('tierIds', 'One of these is no tier of this event.');
}

/** A limit below what was used already would make the ledger wrong. @throws RefusalError INVALID_REQUEST */
async function judgeLimits(tx: Db, id: string, code: CodeView): Promise<void> {
  if (code.maxTickets !== null && code.maxTickets < code.used)
    wrong('maxTickets', `This code was used for ${code.used} tickets already.`);
  const { most } = (await tx.one<{ most: number }>(MOST_PER_FAN, [id])) as { most: number };
  if (code.maxPerFan !== null && code.maxPerFan < most)
    wrong('maxPerFan', `Somebody has used this code for ${most} tickets already.`);
}

export interface Codes {
  list(
    account: Account,
    eventId: string,
    limit: number,
    after: string | null,
  ): Promise<Result<{ items: CodeView[]; nextCursor: string | null }>>;
  create(account: Account, eventId: string, body: CodeBody): Promise<Result<CodeView>>;
  edit(account: Account, eventId: string, codeId: string, edit: CodeEdit): Promise<Result<CodeView>>;
  /** Nobody can use it any more; the orders that did stay as they are. */
  remove(account: Account, eventId: string, codeId: string): Promise<Result<CodeView>>;
}

export function createCodes({ ledger, ids }: { ledger: Ledger; ids: Ids }): Codes {
  /** Runs `work` on the locked code of the account's event. */
  const changing = (
    account: Account,
    eventId: string,
    codeId: string,
    work: (tx: Db, before: CodeView) => Promise<CodeView>,
  ): Promise<Result<CodeView>> =>
    refusable(() =>
      ledger.payments.transaction(async (tx) => {
        await lockOwnEvent(tx, account, eventId);
        const row = await tx.one<Row>(LOCK, [codeId, eventId]);
        return row ? ok(await work(tx, view(row))) : refuse('NOT_FOUND');
      }),
    );

  return {
    list: (account, eventId, limit, after) =>
      refusable(async () => {
        await ownEvent(ledger.reads, account, eventId);
        const rows = await ledger.reads.all<Row>(LIST, [eventId, after, limit + 1]);
        const items = rows.slice(0, limit).map(view);
        return ok({ items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
      }),

    async create(account, eventId, body) {
      const code = {
        tierIds: null,
        maxTickets: null,
        maxPerFan: null,
        startsAt: null,
        endsAt: null,
        channel: null,
        active: true,
        value: 0,
        ...body,
      };
      try {
        return await refusable(() =>
          ledger.payments.transaction(async (tx) => {
            await lockOwnEvent(tx, account, eventId);
            await judge(tx, eventId, code);
            const { kind, value, tierIds, maxTickets, maxPerFan, startsAt, endsAt, channel, active } = code;
            const values = [kind, value, tierIds, maxTickets, maxPerFan, startsAt, endsAt, channel, active];
            const row = await tx.one<Row>(INSERT, [ids.next(), eventId, code.code, ...values]);
            return ok(view(row as Row));
          }),
        );
      } catch (err) {
        if (sqlState(err) !== '23505') throw err;
        return refuse('INVALID_REQUEST', { field: 'code' }, 'This event has such a code already.');
      }
    },

    edit: (account, eventId, codeId, edit) =>
      changing(account, eventId, codeId, async (tx, before) => {
        const after = { ...before, ...edit };
        await judge(tx, eventId, after);
        await judgeLimits(tx, codeId, after);
        const { value, tierIds, maxTickets, maxPerFan, startsAt, endsAt, channel, active } = after;
        const values = [codeId, value, tierIds, maxTickets, maxPerFan, startsAt, endsAt, channel, active];
        return view((await tx.one<Row>(UPDATE, values)) as Row);
      }),

    remove: (account, eventId, codeId) =>
      changing(account, eventId, codeId, async (tx, before) => {
        await tx.all(REMOVE, [codeId]);
        return { ...before, active: false };
      }),
  };
}
