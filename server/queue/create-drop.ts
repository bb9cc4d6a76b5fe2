/**
 * Q1, Q2: a drop begins with its draw's secret committed to. The secret's hash is public from here on; the secret
 * itself stays in `drop_secrets` until the draw is over.
 *
 * Phases at birth: no line: `scheduled`, or `live` when it opens in the past. With a line: `scheduled`, or `lobby` when the
 * lobby opens in the past (or no time is named: then at once), or `live` with an empty draw on record.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Ids, Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type DropPhase, ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type Beacon, roundAfterClose } from './beacon.ts';
import { seedOf } from './seed.ts';

export interface DropSettings {
  /** Known beforehand where a draft already showed it; default a new id. */
  dropId?: Uuid;
  eventId: Uuid;
  /** False: a plain sale within the drop's times. */
  hasLine: boolean;
  /** Default, with a line: at once. */
  lobbyOpensAt?: Date | null;
  opensAt: Date;
  /** Default: when the event starts. */
  endsAt?: Date | null;
  turnSeconds?: number;
  claimSeconds?: number;
  holdSeconds?: number;
  maxTurns?: number;
  overbook?: number;
  limitPerFan?: number;
  maxCallsPerMinute?: number | null;
  extendSeconds?: number | null;
}

export interface CreatedDrop {
  id: Uuid;
  phase: DropPhase;
  lobbyOpensAt: Date | null;
  secretHash: Buffer;
}

export interface CreateDropDeps {
  ids: Ids;
  beacon?: Beacon | null;
}

const readNow = statement('queue_now', 'select now() as now');
const insertDrop = statement(
  'queue_insert_drop',
  `insert into ticketing.drops (id, event_id, phase, has_line, lobby_opens_at, opens_at, ends_at, turn_seconds,
     claim_seconds, hold_seconds, max_turns, overbook, limit_per_fan, max_calls_per_minute, extend_seconds,
     secret_hash, beacon_source, beacon_round)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
);
const insertSecrets = statement(
  'queue_insert_secrets',
  'insert into ticketing.drop_secrets (drop_id, secret, receipt_salt) values ($1, $2, $3)',
);
const insertLine = statement('queue_insert_line', 'insert into ticketing.lines (drop_id) values ($1)');
const insertEmptyDraw = statement(
  'queue_insert_empty_draw',
  `insert into ticketing.draws (drop_id, closed_at, root, place_count, seed, drawn_at)
   values ($1, now(), $2, 0, $3, now())`,
);

/** The root of a tree without leaves: SHA-256 of nothing. */
const EMPTY_ROOT = createHash('sha256').digest();

function phaseAtBirth(settings: DropSettings, now: Date): { phase: DropPhase; lobbyOpensAt: Date | null } {
  if (settings.opensAt <= now) return { phase: 'live', lobbyOpensAt: settings.lobbyOpensAt ?? null };
  if (!settings.hasLine) return { phase: 'scheduled', lobbyOpensAt: null };
  const lobbyOpensAt = settings.lobbyOpensAt ?? now;
  return { phase: lobbyOpensAt <= now ? 'lobby' : 'scheduled', lobbyOpensAt };
}

/** Times a drop cannot have. `field` names the member of the request's `drop`. */
export function refuseTimes(settings: Pick<DropSettings, 'hasLine' | 'lobbyOpensAt' | 'opensAt' | 'endsAt'>) {
  if (settings.hasLine && settings.lobbyOpensAt && settings.lobbyOpensAt > settings.opensAt)
    return refuse('INVALID_REQUEST', { field: 'drop.lobbyOpensAt' }, 'The lobby opens before the sale does.');
  if (settings.endsAt && settings.endsAt <= settings.opensAt)
    return refuse('INVALID_REQUEST', { field: 'drop.endsAt' }, 'The sale ends after it opens.');
  return null;
}

/**
 * Writes a drop, its secrets and its line inside the caller's transaction. Times are judged by the ledger's clock.
 * Refuses `INVALID_REQUEST` with `details.field`; a second open drop of one event breaks `one_open_drop_per_event`.
 */
export async function createDrop(
  deps: CreateDropDeps,
  tx: Db,
  settings: DropSettings,
): Promise<Result<CreatedDrop>> {
  const refused = refuseTimes(settings);
  if (refused) return refused;
  const { now } = (await tx.one<{ now: Date }>(readNow))!;
  const { phase, lobbyOpensAt } = phaseAtBirth(settings, now);
  const id = settings.dropId ?? deps.ids.next();
  const secret = randomBytes(32);
  const secretHash = createHash('sha256').update(secret).digest();
  const drawLater = settings.hasLine && phase !== 'live';
  const round = drawLater && deps.beacon ? roundAfterClose(deps.beacon, settings.opensAt) : null;
  await tx.all(insertDrop, [
    id,
    settings.eventId,
    phase,
    settings.hasLine,
    lobbyOpensAt,
    settings.opensAt,
    settings.endsAt ?? null,
    settings.turnSeconds ?? LIMITS.turnSecondsDefault,
    settings.claimSeconds ?? LIMITS.claimSecondsDefault,
    settings.holdSeconds ?? LIMITS.holdSecondsDefault,
    settings.maxTurns ?? LIMITS.maxTurnsDefault,
    settings.overbook ?? 1,
    settings.limitPerFan ?? LIMITS.limitPerFanDefault,
    settings.maxCallsPerMinute ?? null,
    settings.extendSeconds ?? null,
    secretHash,
    round === null ? null : deps.beacon!.source,
    round,
  ]);
  await tx.all(insertSecrets, [id, secret, randomBytes(32)]);
  await tx.all(insertLine, [id]);
  if (settings.hasLine && phase === 'live')
    await tx.all(insertEmptyDraw, [id, EMPTY_ROOT, seedOf(secret, EMPTY_ROOT, null)]);
  return ok({ id, phase, lobbyOpensAt, secretHash });
}
