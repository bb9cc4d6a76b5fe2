/**
 * Maps in the ledger. An imported map never changes, so that whatever was made of it may be kept: pages cache its geometry
 * for ever, and a process keeps the last ones it was asked for, compressed.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Ids } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import { checkMap } from './check-map.ts';
import { expand } from './expand.ts';
import { geometryOf } from './geometry.ts';
import { inWords } from './map-problems.ts';
import type { ExpandedMap } from './venue-map.ts';

export interface MapRef {
  id: string;
  name: string;
  seats: number;
}

export interface MapEntry extends MapRef {
  createdAt: string;
  /** Nobody's in particular: every vendor may use it. */
  shared: boolean;
}

/** A VenueGeometry as JSON, as it goes over the wire. */
export interface GeometryText {
  etag: string;
  plain: Buffer;
  gzip: Buffer;
  br: Buffer;
}

export interface Maps {
  /** `created: false`: this vendor had this very document already, and it is that map. `null`: a shared map. */
  import(vendorId: string | null, document: unknown): Promise<Result<MapRef & { created: boolean }>>;
  /** A vendor's own and the shared ones, newest first. */
  list(vendorId: string | null): Promise<MapEntry[]>;
  /** The geometry of any map; null: there is none of this id. */
  geometry(id: string): Promise<GeometryText | null>;
  /** The document in its normal form, for its owner, or for `everybody`'s sake when the map is shared or an operator asks. */
  document(id: string, viewer: { id: string | null; seesAll: boolean }): Promise<ExpandedMap | null>;
}

const INSERT = statement(
  'seating_insert_map',
  `insert into ticketing.venue_maps (id, vendor_id, name, seat_count, map, digest) values ($1, $2, $3, $4, $5, $6)
   on conflict (coalesce(vendor_id, '00000000-0000-0000-0000-000000000000'), digest) do nothing returning id`,
);
const FIND = statement(
  'seating_find_map',
  'select id from ticketing.venue_maps where vendor_id is not distinct from $1 and digest = $2',
);
const COUNT = statement(
  'seating_count_maps',
  'select count(*)::int as maps from ticketing.venue_maps where vendor_id = $1',
);
const LIST = statement(
  'seating_list_maps',
  `select id, name, seat_count as seats, created_at, vendor_id is null as shared from ticketing.venue_maps
    where vendor_id is null or vendor_id = $1 order by created_at desc, id desc`,
);
const READ = statement('seating_read_map', 'select map from ticketing.venue_maps where id = $1');
const READ_OWN = statement(
  'seating_read_own_map',
  'select map from ticketing.venue_maps where id = $1 and (vendor_id is null or vendor_id = $2 or $3)',
);

const zip = promisify(gzip);
const brotli = promisify(brotliCompress);

/** Text members stand in a fixed order (expand.ts), so that the same map has the same digest. */
const digestOf = (map: ExpandedMap): Buffer => createHash('sha256').update(JSON.stringify(map)).digest();

const seatCount = ({ sections }: ExpandedMap): number =>
  sections.reduce((sum, { rows }) => sum + rows.reduce((seats, row) => seats + row.seats.length, 0), 0);

async function textOf(map: ExpandedMap, id: string): Promise<GeometryText> {
  const plain = Buffer.from(JSON.stringify(geometryOf(map, id)));
  // Brotli's best makes a quarter less of it, and takes 2.7 s for 60,000 seats where this takes 0.07: not while somebody waits.
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [zipped, br] = await Promise.all([zip(plain, { level: 9 }), brotli(plain, quality)]);
  const mark = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  return { etag: `W/"${mark}"`, plain, gzip: zipped, br };
}

/** The last geometries asked for, each made once however many ask at the same time. */
function geometryCache(pool: Pool): Maps['geometry'] {
  const kept = new Map<string, Promise<GeometryText | null>>();
  const make = async (id: string) => {
    const row = await pool.one<{ map: ExpandedMap }>(READ, [id]);
    return row ? textOf(row.map, id) : null;
  };
  return (asked) => {
    const id = asked.toLowerCase();
    const made = kept.get(id) ?? make(id);
    // Last in the order: those nobody asks for go first.
    kept.delete(id);
    kept.set(id, made);
    const forget = () => {
      if (kept.get(id) === made) kept.delete(id);
    };
    // A map that is not there may come; an error may pass.
    made.then((text) => text ?? forget(), forget);
    for (const old of kept.keys()) {
      if (kept.size <= LIMITS.mapsCachedMax) break;
      kept.delete(old);
    }
    return made;
  };
}

export function createMaps({ db, ids }: { db: Pool; ids: Ids }): Maps {
  return {
    async import(vendorId, document) {
      const checked = checkMap(document);
      if (!checked.ok) {
        const { problems } = checked;
        const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
        const problem = problems[0] ? inWords(problems[0]) : 'is not a map';
        return refuse('INVALID_REQUEST', { field: 'body', problem: problem + more, problems });
      }
      const { map } = checked;
      const digest = digestOf(map);
      const ref = { name: map.name, seats: seatCount(map) };
      const known = await db.one<{ id: string }>(FIND, [vendorId, digest]);
      if (known) return ok({ ...known, ...ref, created: false });
      const own = vendorId && (await db.one<{ maps: number }>(COUNT, [vendorId]));
      if (own && own.maps >= LIMITS.mapsPerVendorMax)
        return refuse(
          'INVALID_STATE',
          { maps: own.maps },
          `You have ${own.maps} maps: no more can be imported.`,
        );
      const values = [ids.next(), vendorId, ref.name, ref.seats, JSON.stringify(map), digest];
      const made = await db.one<{ id: string }>(INSERT, values);
      if (made) return ok({ ...made, ...ref, created: true });
      // Imported by somebody else at the same moment.
      const other = await db.one<{ id: string }>(FIND, [vendorId, digest]);
      if (!other) throw new Error('a map was neither inserted nor there');
      return ok({ ...other, ...ref, created: false });
    },
    async list(vendorId) {
      const rows = await db.all<Omit<MapEntry, 'createdAt'> & { created_at: Date }>(LIST, [vendorId]);
      return rows.map(({ created_at, ...entry }) => ({ ...entry, createdAt: created_at.toISOString() }));
    },
    geometry: geometryCache(db),
    async document(id, { id: viewerId, seesAll }) {
      const row = await db.one<{ map: ExpandedMap }>(READ_OWN, [id, viewerId, seesAll]);
      // The ledger keeps members in an order of its own.
      return row ? expand(row.map) : null;
    },
  };
}
