/** What one fan has in one drop (rules Q31, Q32): the place with receipt, turn and forecast, and with it all a page rebuilds itself from. */
import type { Clock, Uuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import {
  type HoldView,
  type MineView,
  ok,
  type PlaceState,
  type PlaceView,
  type Result,
  refuse,
} from '../protocol/index.ts';
import { type Pool, sqlFile, statement } from '../stores/index.ts';
import { signTurn } from './claim.ts';
import { forecast } from './forecast.ts';
import { signReceipts } from './receipt.ts';

export interface ViewDeps {
  reads: Pool;
  keys: KeyRing;
  clock: Clock;
  /** The fan's live holds in the drop (server/holds). */
  holdsOf(userId: Uuid, dropId: Uuid): Promise<HoldView[]>;
}

interface Row {
  placeId: Uuid;
  number: number | null;
  state: PlaceState;
  commitment: Buffer;
  claimBy: Date | null;
  turnExpiresAt: Date | null;
  joinedAtMicros: number;
  secretHash: Buffer;
  hasTurn: boolean;
  serving: number;
  calls: number;
  seconds: number;
  free: number;
  taken: number;
}

const PLACE = sqlFile(import.meta.url, 'place-view.sql');
const ALLOWANCE = statement(
  'queue_allowance',
  `select d.limit_per_fan as "limit", coalesce(f.held, 0) as held, coalesce(f.bought, 0) as bought
   from ticketing.drops d left join ticketing.fans f on f.drop_id = d.id and f.user_id = $2 where d.id = $1`,
);

function forecastOf(row: Row): PlaceView['forecast'] {
  if (row.number === null || (row.state !== 'waiting' && row.state !== 'late')) return null;
  const ahead = Math.max(0, row.number - row.serving - 1);
  return forecast(
    ahead,
    { calls: row.calls, seconds: row.seconds },
    { free: row.free, taken: row.taken, called: row.serving },
  );
}

function viewOf(keys: KeyRing, dropId: Uuid, userId: Uuid, row: Row): PlaceView {
  const { placeId, number, state, commitment, joinedAtMicros } = row;
  const [receipt] = signReceipts(keys, dropId, row.secretHash, [{ placeId, commitment, joinedAtMicros }]);
  return {
    placeId,
    dropId,
    number,
    state,
    joinedAt: new Date(joinedAtMicros / 1000).toISOString(),
    receipt: receipt!,
    claimBy: state === 'called' && row.claimBy ? row.claimBy.toISOString() : null,
    turn:
      row.hasTurn && row.turnExpiresAt && number !== null
        ? signTurn(keys, { dropId, placeId, userId, number, expiresAt: row.turnExpiresAt })
        : null,
    forecast: forecastOf(row),
  };
}

/** The fan's live place, or the last one that ended. Refuses NOT_FOUND when there never was one. */
export async function placeOf(deps: ViewDeps, dropId: Uuid, userId: Uuid): Promise<Result<PlaceView>> {
  const row = await deps.reads.one<Row>(PLACE, [dropId, userId]);
  return row ? ok(viewOf(deps.keys, dropId, userId, row)) : refuse('NOT_FOUND');
}

/** Everything the fan has in the drop. Refuses NOT_FOUND for an unknown drop. */
export async function mineOf(deps: ViewDeps, dropId: Uuid, userId: Uuid): Promise<Result<MineView>> {
  const [allowance, place, holds] = await Promise.all([
    deps.reads.one<{ limit: number; held: number; bought: number }>(ALLOWANCE, [dropId, userId]),
    placeOf(deps, dropId, userId),
    deps.holdsOf(userId, dropId),
  ]);
  if (!allowance) return refuse('NOT_FOUND');
  return ok({
    dropId,
    serverTime: new Date(deps.clock.now()).toISOString(),
    place: place.ok ? place.value : null,
    holds,
    bought: allowance.bought,
    remainingAllowance: Math.max(0, allowance.limit - allowance.held - allowance.bought),
  });
}
