/** Reading events: who may see one, and what of it (rules E6, E7). */
import { LIMITS } from '../limits.ts';
import { type DropPhase, type EventView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import type { DropPlan } from './event.ts';
import { type TierColumns, tierOf } from './tier.ts';

const EVENTS = sqlFile(import.meta.url, 'events.sql');

/** What every look at an event reads of its row. */
export interface EventColumns {
  vendor_id: string;
  title: string;
  type: string;
  artist: string | null;
  description: string | null;
  venue_name: string;
  venue_city: string | null;
  time_zone: string;
  start_at: Date;
  status: EventView['status'];
  currency: string;
  version: number;
  draft_drop: DropPlan | null;
}

export interface DropColumns {
  drop_id: string | null;
  phase: DropPhase;
  has_line: boolean;
  lobby_opens_at: Date | null;
  opens_at: Date;
  ends_at: Date;
  limit_per_fan: number;
}

interface EventRow extends EventColumns, DropColumns {
  id: string;
  map_id: string | null;
  image_id: string | null;
  tiers: TierColumns[] | null;
}

export const dropShown = (id: string, row: DropColumns): NonNullable<EventView['drop']> => ({
  id,
  phase: row.phase,
  hasLine: row.has_line,
  lobbyOpensAt: row.lobby_opens_at?.toISOString() ?? null,
  opensAt: row.opens_at.toISOString(),
  endsAt: row.ends_at.toISOString(),
  limitPerFan: row.limit_per_fan,
});

/** A draft shows its drop as planned; one that is to open with its publication has none until then. */
function dropOf(row: EventRow): EventView['drop'] {
  if (row.drop_id) return dropShown(row.drop_id, row);
  const plan = row.draft_drop;
  if (!plan?.opensAt) return null;
  const utc = (time: string) => new Date(time).toISOString();
  return {
    id: plan.dropId,
    phase: row.status === 'canceled' ? 'canceled' : 'scheduled',
    hasLine: plan.hasLine,
    lobbyOpensAt: plan.lobbyOpensAt ? utc(plan.lobbyOpensAt) : null,
    opensAt: utc(plan.opensAt),
    endsAt: plan.endsAt ? utc(plan.endsAt) : row.start_at.toISOString(),
    limitPerFan: plan.limitPerFan ?? LIMITS.limitPerFanDefault,
  };
}

const viewOf = (row: EventRow): EventView => ({
  id: row.id,
  vendorId: row.vendor_id,
  title: row.title,
  type: row.type,
  artist: row.artist,
  description: row.description,
  venue: { name: row.venue_name, city: row.venue_city, timeZone: row.time_zone },
  startsAt: row.start_at.toISOString(),
  status: row.status,
  imageUrl: row.image_id && `/images/${row.image_id}`,
  currency: row.currency,
  version: row.version,
  drop: dropOf(row),
  mapId: row.map_id,
  tiers: (row.tiers ?? []).map((tier) => tierOf(tier, row.currency)),
});

export interface Seen {
  view: EventView;
  /** Never published: only its vendor and operators see it. */
  hidden: boolean;
}

/** Events by id, in the order asked for; unknown ids are left out. */
export async function loadEvents(db: Db, ids: readonly string[]): Promise<Seen[]> {
  const rows = new Map((await db.all<EventRow>(EVENTS, [ids])).map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = rows.get(id.toLowerCase());
    return row
      ? [{ view: viewOf(row), hidden: row.status === 'draft' || (row.status === 'canceled' && !row.drop_id) }]
      : [];
  });
}

/** Those of these events that anybody may see, in the order asked for. */
export const shownEvents = async (db: Db, ids: readonly string[]): Promise<EventView[]> =>
  (await loadEvents(db, ids)).flatMap(({ view, hidden }) => (hidden ? [] : [view]));

export const mayEdit = (account: Account | null, vendorId: string): boolean =>
  account !== null && (account.role === 'operator' || account.id === vendorId);

/** An event for a viewer. Refuses NOT_FOUND, also for what the viewer may not see. */
export const showTo = (viewer: Account | null, seen: Seen | undefined | null): Result<EventView> =>
  seen && (!seen.hidden || mayEdit(viewer, seen.view.vendorId)) ? ok(seen.view) : refuse('NOT_FOUND');

export const readEvent = async (db: Db, id: string, viewer: Account | null): Promise<Result<EventView>> =>
  showTo(viewer, (await loadEvents(db, [id]))[0]);
