/** Test venues whose rows curve around a stage: a small theatre, and a hall with stalls, circle and balcony. */
import {
  AISLE_WIDTH,
  arc,
  letter,
  type Point,
  ROW_PITCH,
  type RowPlan,
  type SectionPlan,
  sectionsOf,
} from './generate-rows.ts';
import { MAP_FORMAT, type Numbering, type VenueMap } from './venue-map.ts';

const CENTRE: Point = [0, 0];

type Shape = {
  rows: number;
  /** Distance of the first row from the centre. */
  radius: number;
  /** Degrees; 0 is straight before the stage. */
  from: number;
  to: number;
  /** Number of the first row's letter. */
  first?: number;
  numbering: Numbering;
  row?: (index: number, last: number) => Partial<RowPlan>;
};

function curved({ rows, radius, from, to, first = 0, numbering, row }: Shape): RowPlan[] {
  return Array.from({ length: rows }, (_, i) => ({
    ...arc(CENTRE, radius + i * ROW_PITCH, from, to, AISLE_WIDTH / 2),
    label: letter(first + i),
    numbering,
    ...row?.(i, rows - 1),
  }));
}

export function theatre(): VenueMap {
  const numbering: Numbering = { from: 1, direction: 'ltr', scheme: 'odd-even' };
  const plans: SectionPlan[] = [
    {
      key: 'stalls',
      label: 'Stalls',
      tier: 'front',
      rows: curved({
        rows: 6,
        radius: 86,
        from: -29,
        to: 29,
        numbering,
        row: (i) => ({ aisles: 1, ...(i === 0 ? { restricted: [2, 2] } : {}) }),
      }),
    },
    {
      key: 'raised',
      label: 'Raised stalls',
      tier: 'middle',
      rows: curved({
        rows: 4,
        radius: 152,
        from: -25,
        to: 25,
        first: 6,
        numbering,
        row: (i, last) => ({ aisles: 1, accessible: i === 0, ...(i === last ? { tier: 'back' } : {}) }),
      }),
    },
  ];
  return {
    format: MAP_FORMAT,
    name: 'Lantern Theatre',
    focal: [0, 20],
    stage: {
      label: 'Stage',
      outline: [
        [-55, 0],
        [55, 0],
        [55, 45],
        [30, 62],
        [0, 67],
        [-30, 62],
        [-55, 45],
      ],
    },
    sections: sectionsOf(plans, 200),
  };
}

const STALLS = { rows: 18, radius: 120 };
const frontRows = (i: number, last: number): Partial<RowPlan> => ({
  tier: i < 7 ? 'front' : 'middle',
  // On the cross aisle, behind the front rows and at the very back.
  accessible: i === 7 || i === last,
});

export function hall(): VenueMap {
  const side = (which: 'left' | 'right'): SectionPlan => {
    const left = which === 'left';
    return {
      key: `stalls-${which}`,
      label: `Stalls ${which}`,
      tier: 'middle',
      rows: curved({
        ...STALLS,
        from: left ? -43 : 17,
        to: left ? -17 : 43,
        // Numbers rise from the centre to the walls, odd on the left, even on the right.
        numbering: left
          ? { from: 1, direction: 'rtl', scheme: 'odd' }
          : { from: 2, direction: 'ltr', scheme: 'even' },
        row: (i, last) => ({
          ...frontRows(i, last),
          ...(i < 2 ? { restricted: left ? [3 - i, 0] : [0, 3 - i] } : {}),
        }),
      }),
    };
  };
  const plans: SectionPlan[] = [
    side('left'),
    {
      key: 'stalls-centre',
      label: 'Stalls centre',
      tier: 'middle',
      rows: curved({
        ...STALLS,
        from: -17,
        to: 17,
        numbering: { from: 101, direction: 'ltr', scheme: 'all' },
        row: (i, last) => ({ ...frontRows(i, last) }),
      }),
    },
    side('right'),
    {
      key: 'circle',
      label: 'Circle',
      tier: 'middle',
      rows: curved({
        rows: 6,
        radius: 318,
        from: -43,
        to: 43,
        numbering: { from: 1, direction: 'ltr', scheme: 'all', skip: [13] },
        row: (i, last) => ({ aisles: 3, accessible: i === 0 || i === last }),
      }),
    },
    {
      key: 'balcony',
      label: 'Balcony',
      tier: 'back',
      rows: curved({
        rows: 5,
        radius: 402,
        from: -40,
        to: 40,
        numbering: { from: 1, direction: 'ltr', scheme: 'odd-even' },
        row: (i, last) => ({ aisles: 2, ...(i === last ? { restricted: [2, 2] } : {}) }),
      }),
    },
  ];
  return {
    format: MAP_FORMAT,
    name: 'Harbour Hall',
    focal: [0, 45],
    stage: {
      label: 'Stage',
      outline: [
        [-95, 0],
        [95, 0],
        [80, 72],
        [45, 88],
        [0, 94],
        [-45, 88],
        [-80, 72],
      ],
    },
    sections: sectionsOf(plans, 2_000),
  };
}
