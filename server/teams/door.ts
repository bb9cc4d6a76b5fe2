/**
 * Acting for a vendor: what the HTTP edge asks before a member's request goes on under the vendor's name.
 *
 *   header ─▶ does the route open to members? ─▶ membership, straight from the ledger ─▶ written down, if it changes something
 *
 * Nothing is cached: who was removed a moment ago is refused, and only requests that carry the header pay the look-up.
 */
import type { Ids } from '../kernel/index.ts';
import { ok, type Result, refuse, type TeamRight } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { type NeededRight, rightFor } from './rights.ts';

const MEMBERSHIP = statement(
  'team_membership',
  `select m.rights, v.name from accounts.team_members m join accounts.users v on v.id = m.vendor_id
    where m.vendor_id = $1 and m.user_id = $2 and v.role = 'vendor' and v.disabled_at is null`,
);
const BEGIN = statement(
  'team_act_begin',
  `insert into accounts.team_acts (id, vendor_id, user_id, method, route, path, request_id) values ($1, $2, $3, $4, $5, $6, $7)`,
);
const END = statement(
  'team_act_end',
  'update accounts.team_acts set status = $2 where id = $1 and status is null',
);

export interface Act {
  method: string;
  /** Fastify's spelling of the path. */
  route: string;
  path: string;
  requestId: string;
}

export interface TeamDoor {
  /** What the header must bring along on a route; null: it opens nothing there. */
  rightFor(method: string, url: string): NeededRight | null;
  /** The vendor as `person` may act for it. FORBIDDEN, whichever of "no such vendor", "no member" and "no right" it is. */
  enter(person: Account, vendorId: string, needed: NeededRight): Promise<Result<Account>>;
  /** Writes down what is about to be done; the id is for `end`. @throws when it cannot be written down: then it is not done */
  begin(account: Account, act: Act): Promise<string>;
  end(actId: string, status: number): Promise<void>;
}

const PATH_MAX = 500;

export function createDoor({ db, ids }: { db: Db; ids: Ids }): TeamDoor {
  return {
    rightFor,
    async enter(person, vendorId, needed) {
      const row = await db.one<{ rights: TeamRight[]; name: string }>(MEMBERSHIP, [vendorId, person.id]);
      const rights = new Set(row?.rights);
      if (!row || (needed !== 'member' && !rights.has(needed)))
        return refuse('FORBIDDEN', needed === 'member' ? {} : { right: needed });
      return ok({
        id: vendorId,
        role: 'vendor',
        name: row.name,
        sessionId: person.sessionId,
        member: { userId: person.id, rights },
      });
    },
    async begin({ id: vendorId, member }, { method, route, path, requestId }) {
      const actId = ids.next();
      await db.all(BEGIN, [
        actId,
        vendorId,
        member?.userId,
        method,
        route,
        path.slice(0, PATH_MAX),
        requestId,
      ]);
      return actId;
    },
    async end(actId, status) {
      await db.all(END, [actId, status]);
    },
  };
}
