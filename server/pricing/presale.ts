/**
 * Presales (rules C30 to C36): until a tier's time has come, holding of it needs a code. Looked at before the gate is
 * asked, since the gate knows nothing of codes. Which tiers of a drop are in presale is kept per process for a moment, so
 * that a drop without one costs a hold nothing; that a presale has ended is known as late.
 */
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type HoldItem, ok, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';

const TIERS = statement(
  'presale_tiers',
  `select coalesce(array_agg(t.id) filter (where t.presale_until > now()), '{}')::text[] as "all",
          coalesce(array_agg(t.id) filter (where t.presale_until > now() and t.seated), '{}')::text[] as seated
     from ticketing.drops d join ticketing.ticket_tiers t on t.event_id = d.event_id where d.id = $1 group by d.id`,
);
/** By the ledger's clock. `fits`: how many more tickets the code is good for, for this fan. */
const CODE = statement(
  'presale_code',
  `select c.id, c.tier_ids::text[] as "tierIds",
          case when not c.active then 'inactive' when c.starts_at > now() then 'not_yet' when c.ends_at <= now() then 'over' end as why,
          least(c.max_tickets - c.used, c.max_per_fan - (
            select coalesce(sum(u.tickets), 0) from ticketing.code_uses u
             where u.code_id = c.id and u.user_id = $3 and u.live))::int as fits
     from ticketing.codes c join ticketing.drops d on d.event_id = c.event_id
    where d.id = $1 and lower(c.code) = lower($2) and c.kind = 'presale' and c.removed_at is null`,
);
const GRANT = statement(
  'presale_grant',
  `insert into ticketing.presale_grants (drop_id, user_id, request_id, code_id, tier_ids) values ($1, $2, $3, $4, $5)
   on conflict (drop_id, user_id, request_id) do update set code_id = excluded.code_id, tier_ids = excluded.tier_ids`,
);

/** What of a hold's wish matters here. */
export interface PresaleWish {
  dropId: string;
  requestId: string;
  items: readonly HoldItem[];
}

interface Tiers {
  all: readonly string[];
  /** Those among them with seats. */
  seated: readonly string[];
  readAt: number;
}

export interface Presale {
  /** Tiers the wish asks for that are in presale; almost always none, and then at once. @throws while the ledger is away */
  closedOf(wish: PresaleWish): readonly string[] | Promise<readonly string[]>;
  /** Opens `closed` for this request. Refuses CODE_NOT_VALID, CODE_USED_UP. */
  open(userId: string, wish: PresaleWish, closed: readonly string[], code: string): Promise<Result<void>>;
}

const unitsOf = (item: HoldItem): number =>
  'quantity' in item ? item.quantity : 'seatIds' in item ? item.seatIds.length : item.bestAvailable;

function closedAmong(items: readonly HoldItem[], { all, seated }: Tiers): readonly string[] {
  if (all.length === 0) return all;
  const asked = new Set<string>();
  for (const item of items) {
    const tierId = item.tierId?.toLowerCase();
    if (tierId === undefined) for (const id of seated) asked.add(id);
    else if (all.includes(tierId)) asked.add(tierId);
  }
  return [...asked].sort();
}

export function createPresale(deps: { ledger: Ledger; clock: Clock; log: Logger }): Presale {
  const { ledger, clock, log } = deps;
  const known = new Map<string, Tiers>();
  const reading = new Map<string, Promise<Tiers>>();

  /** One read at a time per drop; those who ask meanwhile share it. Of drops that do not exist nothing is kept. */
  function read(dropId: string): Promise<Tiers> {
    const under = reading.get(dropId);
    if (under) return under;
    const startedAt = clock.now();
    const fresh = ledger.reads
      .one<Omit<Tiers, 'readAt'>>(TIERS, [dropId])
      .then((row) => {
        const tiers: Tiers = { all: row?.all ?? [], seated: row?.seated ?? [], readAt: startedAt };
        if (row) known.set(dropId, tiers);
        if (known.size > LIMITS.presaleDropsMax) known.delete(known.keys().next().value as string);
        return tiers;
      })
      .finally(() => reading.delete(dropId));
    reading.set(dropId, fresh);
    return fresh;
  }

  return {
    closedOf({ dropId: named, items }) {
      const dropId = named.toLowerCase();
      const tiers = known.get(dropId);
      const age = tiers ? clock.now() - tiers.readAt : Number.POSITIVE_INFINITY;
      if (!tiers || age > LIMITS.presaleStaleMs) return read(dropId).then((now) => closedAmong(items, now));
      if (age > LIMITS.presaleFreshMs)
        read(dropId).catch((err: Error) =>
          log.debug({ err: err.message, dropId }, 'presales not read again'),
        );
      return closedAmong(items, tiers);
    },

    async open(userId, { dropId, requestId, items }, closed, code) {
      const found = code.includes('\0')
        ? undefined
        : await ledger.reads.one<{
            id: string;
            tierIds: string[] | null;
            why: string | null;
            fits: number | null;
          }>(CODE, [dropId, code.trim(), userId]);
      if (!found) return refuse('CODE_NOT_VALID', { why: 'unknown', field: 'channel' });
      const { tierIds } = found;
      const why = found.why ?? (tierIds && closed.some((id) => !tierIds.includes(id)) ? 'tier' : null);
      if (why) return refuse('CODE_NOT_VALID', { why, field: 'channel' });
      const units = items
        .filter((item) => item.tierId === undefined || closed.includes(item.tierId.toLowerCase()))
        .reduce((sum, item) => sum + unitsOf(item), 0);
      // Booking counts, under the code's lock; who comes too late should not have to choose seats first.
      if (found.fits !== null && units > found.fits)
        return refuse('CODE_USED_UP', { left: Math.max(0, found.fits) });
      await ledger.reads.all(GRANT, [dropId, userId, requestId, found.id, closed]);
      return ok(undefined);
    },
  };
}
