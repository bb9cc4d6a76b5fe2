/** Test venues that go around: an arena with its stage at one end, and a stadium around its pitch. */
import {
  AISLE_WIDTH,
  arc,
  around,
  type Point,
  ROW_PITCH,
  type RowPlan,
  type SectionPlan,
  type Stretch,
  sectionsOf,
  straight,
} from './generate-rows.ts';
import { MAP_FORMAT, type Numbering, type VenueMap } from './venue-map.ts';

/** A rectangle with round corners that rows run along; its straight sides are `width` and `height` long. */
interface Bowl {
  width: number;
  height: number;
  /** Of the corner of a row at depth 0. */
  radius: number;
}

/** One ring of stands: so many sections on each kind of side. */
interface Ring {
  /** First digit of its sections' numbers. */
  hundred: number;
  name: string;
  tier: string;
  depth: number;
  rows: number;
  /** Sections along each width, each height and each corner. */
  wide: number;
  high: number;
  corner: number;
  numbering: Numbering;
  row?: (index: number, last: number) => Partial<RowPlan>;
}

/** Where a section looks from, in degrees around the bowl (0 below, 90 right), and its rows by depth. */
interface Wedge {
  turn: number;
  row(depth: number): Stretch;
}

const MARGIN = AISLE_WIDTH / 2;

/** The straight side that looks from `turn`: where it starts, which way it goes, which way is out. */
function sideOf({ width, height, radius }: Bowl, turn: number) {
  const [along, out]: [Point, Point] = [around([0, 0], 1, turn + 90), around([0, 0], 1, turn)];
  const flat = turn % 180 === 0;
  const length = flat ? width : height;
  const off = (flat ? height : width) / 2;
  const at = (t: number, depth: number): Point => [
    along[0] * (t - length / 2) + out[0] * (off + depth),
    along[1] * (t - length / 2) + out[1] * (off + depth),
  ];
  return { length, at, radius };
}

/** The sections of a ring, against the clock from the left of the lower side. */
function wedgesOf(bowl: Bowl, ring: Ring): Wedge[] {
  return [0, 90, 180, 270].flatMap((turn) => {
    const { length, at, radius } = sideOf(bowl, turn);
    const n = turn % 180 === 0 ? ring.wide : ring.high;
    const edge = (i: number, margin: number, depth: number) => at((length * i) / n + margin, radius + depth);
    const side = Array.from({ length: n }, (_, i) => ({
      turn,
      row: (depth: number) => straight(edge(i, MARGIN, depth), edge(i + 1, -MARGIN, depth)),
    }));
    const share = 90 / ring.corner;
    const corner = Array.from({ length: ring.corner }, (_, i) => ({
      turn: turn + share * (i + 0.5),
      row: (depth: number) =>
        arc(at(length, 0), radius + depth, turn + share * i, turn + share * (i + 1), MARGIN),
    }));
    return [...side, ...corner];
  });
}

/** The stands of a ring; `seen` says how well one sees from a direction, and where nobody sits. */
function standsOf(
  bowl: Bowl,
  ring: Ring,
  seen: (turn: number) => 'well' | 'badly' | 'not' = () => 'well',
): SectionPlan[] {
  return wedgesOf(bowl, ring)
    .filter(({ turn }) => seen(turn) !== 'not')
    .map((wedge, i) => ({
      key: `${ring.name.toLowerCase()}-${ring.hundred * 100 + i + 1}`,
      label: `${ring.name} ${ring.hundred * 100 + i + 1}`,
      tier: ring.tier,
      rows: Array.from({ length: ring.rows }, (_, row) => ({
        ...wedge.row(ring.depth + row * ROW_PITCH),
        label: String(row + 1),
        numbering: ring.numbering,
        ...(seen(wedge.turn) === 'badly' ? { restricted: 'all' } : {}),
        ...ring.row?.(row, ring.rows - 1),
      })),
    }));
}

const rectangle = (left: number, top: number, right: number, bottom: number): [number, number][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

/** Chairs on the arena's floor, in blocks of straight rows behind the standing area. */
function floorBlocks(): SectionPlan[] {
  const blocks: SectionPlan[] = [];
  for (const [line, top] of [-40, 105].entries())
    for (const [column, left] of [-175, -55, 65].entries())
      blocks.push({
        key: `floor-${line * 3 + column + 1}`,
        label: `Floor ${line * 3 + column + 1}`,
        tier: 'front',
        rows: Array.from({ length: 14 }, (_, i) => ({
          ...straight([left, top + i * ROW_PITCH], [left + 110, top + i * ROW_PITCH]),
          label: String(i + 1),
          numbering: { from: 1, direction: 'ltr', scheme: 'all' } as const,
          accessible: line === 1 && i === 13,
        })),
      });
  return blocks;
}

export function arena(): VenueMap {
  const bowl: Bowl = { width: 240, height: 440, radius: 112 };
  const numbering: Numbering = { from: 1, direction: 'rtl', scheme: 'all' };
  // Behind the stage nobody sits; from the corners beside it one sees it from the side.
  const seen = (turn: number) => {
    const fromStage = Math.abs(turn - 180);
    return fromStage < 30 ? 'not' : fromStage < 60 ? 'badly' : 'well';
  };
  const ring = { numbering, wide: 3, high: 5, corner: 3 };
  const rings: Ring[] = [
    {
      ...ring,
      hundred: 1,
      name: 'Lower',
      tier: 'middle',
      depth: 0,
      rows: 18,
      row: (i, last) => ({ accessible: i === last }),
    },
    {
      ...ring,
      hundred: 2,
      name: 'Upper',
      tier: 'back',
      depth: 18 * ROW_PITCH + 35,
      rows: 20,
      corner: 4,
    },
  ];
  const plans = rings.flatMap((each) => standsOf(bowl, each, seen));
  return {
    format: MAP_FORMAT,
    name: 'Foundry Arena',
    focal: [0, -215],
    stage: { label: 'Stage', outline: rectangle(-130, -300, 130, -215) },
    sections: sectionsOf([...floorBlocks(), ...plans], 20_000),
    standing: [
      {
        key: 'floor-standing',
        label: 'Standing in front of the stage',
        tier: 'standing',
        outline: rectangle(-175, -205, 175, -60),
        capacity: 2_000,
      },
    ],
  };
}

export function stadium(): VenueMap {
  const bowl: Bowl = { width: 880, height: 520, radius: 150 };
  const numbering: Numbering = { from: 1, direction: 'ltr', scheme: 'all' };
  const ring = { numbering, wide: 8, high: 5, corner: 3 };
  const rings: Ring[] = [
    {
      ...ring,
      hundred: 1,
      name: 'Lower',
      tier: 'front',
      depth: 0,
      rows: 27,
      row: (i, last) => ({ accessible: i === last }),
    },
    {
      ...ring,
      hundred: 2,
      name: 'Club',
      tier: 'middle',
      depth: 27 * ROW_PITCH + 30,
      rows: 9,
      numbering: { ...numbering, skip: [13] },
      row: (i) => ({ accessible: i === 0 }),
    },
    {
      ...ring,
      hundred: 3,
      name: 'Upper',
      tier: 'back',
      depth: 36 * ROW_PITCH + 65,
      rows: 26,
      corner: 4,
      // The roof hangs low over the last row.
      row: (i, last) => (i === last ? { restricted: 'all' } : {}),
    },
  ];
  // One end of the lower ring is a terrace without seats.
  const plans = rings.flatMap((each) =>
    standsOf(bowl, each, (turn) => (each.hundred === 1 && turn === 270 ? 'not' : 'well')),
  );
  const [inner, outer] = [440 + 150, 440 + 150 + 27 * ROW_PITCH];
  return {
    format: MAP_FORMAT,
    name: 'Meridian Stadium',
    focal: [0, 0],
    stage: { label: 'Pitch', outline: rectangle(-525, -340, 525, 340) },
    sections: sectionsOf(plans, 60_000),
    standing: [
      {
        key: 'west-terrace',
        label: 'West terrace',
        tier: 'standing',
        outline: rectangle(-outer, -255, -inner, 255),
        capacity: 5_000,
      },
    ],
  };
}
