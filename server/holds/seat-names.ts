/** What the seats of a drop are called, for answers: read once per process and map, since a map never changes. */
import { type SeatRef, seatIdOf, seatIdPrefix } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';

const MAP = statement(
  'seat_names_map',
  `select p.event_id, p.map_id from ticketing.drops d join ticketing.seat_plans p on p.event_id = d.event_id
    where d.id = $1`,
);
const SEATS = statement(
  'seat_names',
  'select section, row_label, label from ticketing.seats where event_id = $1 order by seat',
);

/** Drops whose names are kept at once: about 4 MB for 60,000 seats. */
const DROPS_MAX = 16;

export interface SeatNames {
  readonly prefix: string;
  ref(seat: number): SeatRef;
}

export interface SeatNaming {
  /** Names for a drop whose seats' ids begin with `prefix` (empty: whatever it has now). @throws Error without a plan */
  of(dropId: string, prefix: string): Promise<SeatNames>;
}

async function read(db: Db, dropId: string): Promise<SeatNames> {
  const plan = await db.one<{ event_id: string; map_id: string }>(MAP, [dropId]);
  if (!plan) throw new Error(`drop ${dropId} has no seats`);
  const rows = await db.all<{ section: string; row_label: string; label: string }>(SEATS, [plan.event_id]);
  // The driver makes a string for every cell: sections and rows repeat, and are kept once.
  const strings = new Map<string, string>();
  const once = (text: string): string => {
    const known = strings.get(text);
    if (known !== undefined) return known;
    strings.set(text, text);
    return text;
  };
  const names = rows.map((row) => [once(row.section), once(row.row_label), once(row.label)] as const);
  return {
    prefix: seatIdPrefix(plan.map_id),
    ref(seat) {
      const [section, row, label] = names[seat] ?? ['', '', ''];
      return { id: seatIdOf(plan.map_id, seat), section, row, label };
    },
  };
}

export function createSeatNaming(db: Db): SeatNaming {
  const known = new Map<string, Promise<SeatNames>>();

  function load(dropId: string): Promise<SeatNames> {
    const names = read(db, dropId);
    known.delete(dropId);
    known.set(dropId, names);
    if (known.size > DROPS_MAX) known.delete(known.keys().next().value as string);
    names.catch(() => {
      if (known.get(dropId) === names) known.delete(dropId);
    });
    return names;
  }

  return {
    async of(dropId, prefix) {
      const names = await (known.get(dropId) ?? load(dropId));
      // Another map since: a plan can change until something is sold.
      return prefix === '' || names.prefix === prefix ? names : load(dropId);
    },
  };
}
