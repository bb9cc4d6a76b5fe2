/** Holds as the ledger has them, shown the way the contract says. */
import { totalCents } from '../kernel/index.ts';
import type { HoldItemView, HoldStatus, HoldView } from '../protocol/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';

const VIEW = sqlFile(import.meta.url, 'view.sql');

const MINE = statement(
  'holds_mine',
  `select id from ticketing.holds where drop_id = $1 and user_id = $2 and status in ('active', 'paying')`,
);

interface Row {
  id: string;
  drop_id: string;
  user_id: string;
  status: HoldStatus | 'void';
  extended: boolean;
  currency: string;
  expires_at: Date;
  live: boolean;
  order_id: string | null;
  items: (HoldItemView & { unitAllInCents: number })[];
}

export interface HoldRow {
  userId: string;
  rawStatus: HoldStatus | 'void';
  /** Active and not yet due by the ledger's clock, or being paid for. */
  live: boolean;
  view: HoldView;
}

function toRow(row: Row): HoldRow {
  const lapsed = row.status === 'active' && !row.live;
  return {
    userId: row.user_id,
    rawStatus: row.status,
    live: row.live,
    view: {
      id: row.id,
      dropId: row.drop_id,
      status: lapsed || row.status === 'void' ? 'expired' : row.status,
      expiresAt: row.expires_at.toISOString(),
      extended: row.extended,
      items: row.items,
      totalCents: totalCents(row.items),
      currency: row.currency,
      orderId: row.order_id,
    },
  };
}

export async function loadHold(db: Db, holdId: string): Promise<HoldRow | undefined> {
  const row = await db.one<Row>(VIEW, [[holdId]]);
  return row && toRow(row);
}

/** The fan's live holds in this drop, oldest first. */
export async function loadLiveHolds(db: Db, userId: string, dropId: string): Promise<HoldView[]> {
  const ids = await db.all<{ id: string }>(MINE, [dropId, userId]);
  if (ids.length === 0) return [];
  const rows = await db.all<Row>(VIEW, [ids.map((row) => row.id)]);
  return rows
    .map(toRow)
    .filter((row) => row.live)
    .map((row) => row.view);
}
