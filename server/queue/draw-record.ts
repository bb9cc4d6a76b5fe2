/** `GET /drops/{id}/draw` and its list of places (rules Q12, Q33): everything that verifying needs, and nobody's account. */
import type { Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { DrawPlace, DrawView, DropPhase } from '../protocol/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Pool, sqlFile, statement } from '../stores/index.ts';

interface Row {
  dropId: Uuid;
  phase: DropPhase;
  hasLine: boolean;
  opensAt: Date;
  secretHash: Buffer;
  beaconSource: string | null;
  beaconRound: number | null;
  closedAt: Date | null;
  root: Buffer | null;
  placeCount: number | null;
  beaconValue: Buffer | null;
  beaconSignature: Buffer | null;
  seed: Buffer | null;
  drawnAt: Date | null;
  secret: Buffer | null;
  beaconChanges: DrawView['beaconChanges'];
}

const RECORD = sqlFile(import.meta.url, 'draw-record.sql');
const PLACE_COLUMNS = `p.id as "placeId", encode(p.commitment, 'hex') as commitment,
  (extract(epoch from p.joined_at) * 1000000)::bigint as "joinedAtMicros", p.number, p.state = 'left' as "left"`;
const PLACES_BY_NUMBER = statement(
  'queue_places_by_number',
  `select ${PLACE_COLUMNS} from ticketing.place_numbers n join ticketing.places p on p.id = n.place_id
   where n.drop_id = $1 and n.number > $2 and n.number <= $2 + $3 and p.lobby order by n.number`,
);
const PLACES_BY_ID = statement(
  'queue_places_by_id',
  `select ${PLACE_COLUMNS} from ticketing.places p where p.drop_id = $1 and p.lobby and p.id > $2 order by p.id limit $3`,
);

const hex = (bytes: Buffer | null): string | null => (bytes ? bytes.toString('hex') : null);
const iso = (date: Date | null): string | null => (date ? date.toISOString() : null);

/** Only what is true (design section 6): without a beacon an operator who knows the secret could steer the order. */
const CLAIMS = {
  none: 'This sale has no line, so nothing is drawn.',
  plain:
    'Anyone can recompute every number, nobody who joined is missing, and no fan could steer the order. There is no public beacon: that the organiser, who knew the secret, did not try out places until the order suited is not proven.',
  beacon:
    'Anyone can recompute every number, nobody who joined is missing, and nobody, the organiser included, could know the order when the lobby closed: it depends on public randomness that appeared later.',
};

function viewOf(row: Row): DrawView {
  return {
    dropId: row.dropId,
    phase: row.phase,
    hasLine: row.hasLine,
    opensAt: row.opensAt.toISOString(),
    secretHash: row.secretHash.toString('hex'),
    beacon:
      row.beaconSource === null || row.beaconRound === null
        ? null
        : {
            source: row.beaconSource,
            round: row.beaconRound,
            value: hex(row.beaconValue),
            signature: hex(row.beaconSignature),
          },
    beaconChanges: row.beaconChanges,
    closedAt: iso(row.closedAt),
    root: hex(row.root),
    placeCount: row.placeCount,
    drawnAt: iso(row.drawnAt),
    seed: hex(row.seed),
    secret: hex(row.secret),
    claim: row.hasLine ? (row.beaconSource ? CLAIMS.beacon : CLAIMS.plain) : CLAIMS.none,
  };
}

/** Refuses NOT_FOUND. */
export async function drawOf(reads: Pool, dropId: Uuid): Promise<Result<DrawView>> {
  const row = await reads.one<Row>(RECORD, [dropId]);
  return row ? ok(viewOf(row)) : refuse('NOT_FOUND');
}

/**
 * The lobby's places, page by page: by number once drawn, by id before. Before the close nothing is listed, since the list still
 * grows. No transaction is held open: what is hashed never changes after the close.
 */
export async function* drawPlaces(reads: Pool, draw: DrawView): AsyncGenerator<DrawPlace[]> {
  if (!draw.root) return;
  if (draw.seed) {
    for (let after = 0; after < (draw.placeCount ?? 0); after += LIMITS.drawPageMax)
      yield await reads.all<DrawPlace>(PLACES_BY_NUMBER, [draw.dropId, after, LIMITS.drawPageMax]);
    return;
  }
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await reads.all<DrawPlace>(PLACES_BY_ID, [draw.dropId, after, LIMITS.drawPageMax]);
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)!.placeId;
  }
}
