/** What a fan has of points, and where they came from and went (rule Y20). */
import { LIMITS } from '../limits.ts';
import type { PointsEntry, PointsView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

/** The ledger's functions take a point for a minor unit (decision 0021). */
const POINT_WORTH_CENTS = 1;

const STANDS = statement(
  'points_stands',
  'select balance, owed from loyalty.entries where user_id = $1 order by seq desc limit 1',
);
const ENTRIES = statement(
  'points_entries',
  `select e.seq, e.at, e.kind, e.points, e.balance, e.owed, e.order_id as "orderId", o.reference, v.title as "eventTitle"
     from loyalty.entries e
     join ticketing.orders o on o.id = e.order_id
     join events.events v on v.id = o.event_id
    where e.user_id = $1 and ($2::int is null or e.seq < $2)
    order by e.seq desc limit $3`,
);

type Row = Omit<PointsEntry, 'at'> & { seq: number; at: Date };

export interface Standing {
  balance: number;
  owed: number;
}

export const readStanding = async (db: Db, userId: string): Promise<Standing> =>
  (await db.one<Standing>(STANDS, [userId])) ?? { balance: 0, owed: 0 };

/** Newest first. `after`: the cursor of the page before. */
export async function readPoints(
  db: Db,
  userId: string,
  limit: number,
  after: number | null,
): Promise<PointsView> {
  const { balance, owed } = await readStanding(db, userId);
  const rows = await db.all<Row>(ENTRIES, [userId, after, limit + 1]);
  const shown = rows.slice(0, limit);
  return {
    balance,
    owed,
    earn: {
      pointsPer100Cents: LIMITS.pointsPer100Cents,
      pointWorthCents: POINT_WORTH_CENTS,
    },
    items: shown.map(({ seq: _, at, ...entry }) => ({ ...entry, at: at.toISOString() })),
    nextCursor: rows.length > limit ? String(shown.at(-1)?.seq) : null,
  };
}
