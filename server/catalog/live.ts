/**
 * What of an event must be exact whenever it is shown: its sale's phase, its prices and its stock. It is read for whoever asks at the same
 * time in one statement, and laid over what is kept of the event (rule E31).
 */
import type { EventView } from '../protocol/index.ts';
import { createReadTogether, type Db, sqlFile } from '../stores/index.ts';
import { type DropColumns, dropShown } from './read.ts';
import { type LiveTier, tiersNow } from './tier.ts';

const LIVE = sqlFile(import.meta.url, 'live.sql');

export interface LiveEvent extends DropColumns {
  id: string;
  version: number;
  status: EventView['status'];
  vendor_id: string;
  tiers: LiveTier[] | null;
}

export type ReadLive = (eventId: string) => Promise<LiveEvent | undefined>;

export function createReadLive(db: Db): ReadLive {
  const read = createReadTogether<string, LiveEvent>(db, {
    statement: LIVE,
    values: (ids) => [ids],
    keyOf: (id) => id,
    keyOfRow: (row) => row.id,
  });
  return async (eventId) => (await read(eventId))[0];
}

/** The event as it is now; null: what was kept of it is not of its present version. */
export function eventNow(kept: EventView, live: LiveEvent): EventView | null {
  const tiers = tiersNow(kept.tiers, live.tiers ?? []);
  // Its version says that nobody edited it since, so that whoever might see what was kept may see it now.
  if (!tiers || live.version !== kept.version) return null;
  return {
    ...kept,
    status: live.status,
    drop: live.drop_id === null ? kept.drop : dropShown(live.drop_id, live),
    tiers,
  };
}
