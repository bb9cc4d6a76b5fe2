import { expect, test } from 'vitest';
import { layoutOf } from '../../seats/layout.ts';
import { hallOf } from '../../seats/testing-hall.ts';
import { bodyOf, checkDraft, type EventDraft, emptyDraft, fieldsOf } from '../draft.ts';
import {
  assignmentOf,
  nothingPlaced,
  placeRow,
  placeSection,
  placeStanding,
  placesOf,
  seatsByTier,
  tierOfSection,
  withoutTier,
} from './placing.ts';
import { NO_SEATS, type SeatsDraft, withMap } from './seats-draft.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
/** Two sections of ten rows of ten, and a standing area for 300. */
const hall = hallOf(200);
const layout = layoutOf(hall);
const [LEFT, RIGHT] = hall.sections.map(({ key }) => key) as [string, string];
/** Keys of the form's rows: not their places in it. */
const [STALLS, BALCONY, PIT] = [7, 3, 12];
const KEYS = [BALCONY, STALLS, PIT];

const bare = nothingPlaced(hall);
const stalls = placeSection(layout, bare, 0, STALLS);

test('U351: seats are counted as they are placed, a row goes before its section, the rest is not on sale', () => {
  expect([...seatsByTier(layout, bare)]).toEqual([]);
  expect([...seatsByTier(layout, stalls)]).toEqual([[STALLS, 100]]);
  const split = placeRow(placeRow(stalls, 9, BALCONY), 8, null);
  expect([...seatsByTier(layout, split)]).toEqual([
    [STALLS, 80],
    [BALCONY, 10],
  ]);
  expect([tierOfSection(layout, split, 0), tierOfSection(layout, stalls, 0)]).toEqual(['mixed', STALLS]);
  expect(tierOfSection(layout, split, 1)).toBeNull();
  const places = placesOf(layout, split, KEYS);
  expect([places[0], places[79], places[80], places[90], places[100]]).toEqual([1, 1, -1, 0, -1]);
});

test('U351: a tier that leaves the form leaves the map, seats and standing areas alike', () => {
  const placed = placeStanding(placeRow(stalls, 3, PIT), 'pit', PIT);
  const left = withoutTier(placed, PIT);
  expect(left.rows[3]).toBeNull();
  expect(left.standing).toEqual({});
  expect([...seatsByTier(layout, left)]).toEqual([[STALLS, 90]]);
});

/** What the server would make of an assignment: rows go before sections. */
function expanded({ sections, rows }: ReturnType<typeof assignmentOf>): (string | null)[] {
  return layout.rows.map(({ section, label }) => {
    const { key } = hall.sections[section]!;
    return rows[`${key}/${label}`] ?? sections[key] ?? null;
  });
}

test('U350: what is placed is said with the fewest names, and means the same on the server', () => {
  const cases = [
    bare,
    stalls,
    placeRow(stalls, 0, BALCONY),
    placeRow(stalls, 0, null),
    placeSection(layout, placeRow(stalls, 4, null), 1, BALCONY),
    hall.sections.reduce((placed, _, at) => placeSection(layout, placed, at, KEYS[at]!), bare),
  ];
  for (const placed of cases)
    expect(expanded(assignmentOf(layout, placed, KEYS))).toEqual(
      placed.rows.map((tier) => (tier === null ? null : String(KEYS.indexOf(tier)))),
    );
  expect(assignmentOf(layout, placeRow(stalls, 0, BALCONY), KEYS)).toEqual({
    sections: { [LEFT]: '1' },
    rows: { [`${LEFT}/A`]: '0' },
    standing: {},
  });
  // A section that is named would put its unsold row on sale, too.
  expect(assignmentOf(layout, placeRow(stalls, 0, null), KEYS).sections).toEqual({});
});

const tier = (key: number, name: string, quantity = '') => ({ key, name, price: '30', quantity });
const draftWith = (seats: Partial<SeatsDraft>, tiers: EventDraft['tiers']): EventDraft => ({
  ...emptyDraft('Europe/Berlin'),
  title: 'Tidal Choir',
  venueName: 'Harbour Hall',
  startsAt: '2026-12-12T20:00',
  opensAt: '2026-12-01T10:00',
  tiers,
  seats: { ...withMap(NO_SEATS, hall), ...seats },
});
const TIERS = [tier(BALCONY, 'Balcony'), tier(STALLS, 'Stalls'), tier(PIT, 'Pit', '250')];
const whole = placeStanding(placeSection(layout, stalls, 1, BALCONY), 'pit', PIT);

test('U350: a form with reserved seats becomes the body: tiers with seats say no quantity, the others do', () => {
  const draft = draftWith({ placement: whole, relaxPercent: '10', accessibleHours: '24' }, TIERS);
  expect(checkDraft(draft, NOW)).toEqual({});
  const body = bodyOf(draft, 'published');
  expect(body.tiers.map(({ quantity }) => quantity)).toEqual([undefined, undefined, 250]);
  expect(body.seating).toEqual({
    mapId: hall.id,
    assignment: { sections: { [LEFT]: '1', [RIGHT]: '0' }, rows: {}, standing: { pit: '2' } },
    orphanRule: true,
    orphanRelaxPercent: 10,
    accessibleHoursBefore: 24,
  });
  const loose = bodyOf(
    draftWith({ placement: whole, orphanRule: false, keepAccessible: false }, TIERS),
    'draft',
  );
  expect(loose.seating).not.toHaveProperty('orphanRelaxPercent');
  expect(loose.seating).toMatchObject({ orphanRule: false, accessibleHoursBefore: null });
  expect(bodyOf({ ...draft, seats: null }, 'draft')).not.toHaveProperty('seating');
});

test('U352: what cannot be sold like this is said at its own field before it is sent', () => {
  const cases: [Partial<SeatsDraft>, EventDraft['tiers'], string[]][] = [
    [{ geometry: null, mapId: null }, [tier(STALLS, 'Stalls', '5')], ['seating.mapId']],
    [{ placement: bare }, [tier(STALLS, 'Stalls', '5')], ['seating.assignment']],
    [{ placement: stalls }, [tier(STALLS, 'Stalls'), tier(PIT, 'Pit')], ['tiers.1.quantity']],
    [{ placement: whole }, [...TIERS.slice(0, 2), tier(PIT, 'Pit', '301')], ['tiers.2.quantity']],
    [{ placement: placeStanding(whole, 'pit', STALLS) }, TIERS, ['seating.assignment.standing.pit']],
    [{ placement: whole, relaxPercent: '101' }, TIERS, ['seating.orphanRelaxPercent']],
    [{ placement: whole, accessibleHours: 'two' }, TIERS, ['seating.accessibleHoursBefore']],
    // Switched off, nobody asks for its figure.
    [{ placement: whole, orphanRule: false, relaxPercent: 'x' }, TIERS, []],
    [{ placement: whole, keepAccessible: false, accessibleHours: '' }, TIERS, []],
  ];
  for (const [seats, tiers, fields] of cases) {
    const draft = draftWith(seats, tiers);
    expect(Object.keys(checkDraft(draft, NOW))).toEqual(fields);
    const known = fieldsOf(draft);
    for (const field of fields) expect(known).toContain(field);
  }
});
