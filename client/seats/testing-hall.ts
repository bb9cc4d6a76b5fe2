/** Halls to draw and test with: curved sections around a stage, with aisles, wheelchair places and pillars. */
import type { VenueGeometry } from '../../server/protocol/seating.ts';

const MAP_ID = '0192a0c4-5b6d-7e8f-9a0b-1c2d3e4f5a6b';
type Section = VenueGeometry['sections'][number];

interface Shape {
  /** Tiers of sections behind each other, and sections side by side in each. */
  depths: number;
  parts: number;
  rows: number;
  perRow: number;
}

/** What makes about that many seats. */
const SHAPES: Record<number, Shape> = {
  200: { depths: 1, parts: 2, rows: 10, perRow: 10 },
  2000: { depths: 2, parts: 5, rows: 10, perRow: 20 },
  20000: { depths: 4, parts: 10, rows: 20, perRow: 25 },
  60000: { depths: 6, parts: 16, rows: 25, perRow: 25 },
};

const letters = (n: number): string =>
  n < 26 ? String.fromCharCode(65 + n) : letters(Math.floor(n / 26) - 1) + letters(n % 26);

const DEPTHS = ['Stalls', 'Circle', 'Balcony', 'Upper circle', 'Gallery', 'Gods'];
const PARTS = ['left', 'centre left', 'centre', 'centre right', 'right'];

/** @param seats 200, 2,000, 20,000 or 60,000 */
export function hallOf(seats: keyof typeof SHAPES, mapId = MAP_ID): VenueGeometry {
  const shape = SHAPES[seats]!;
  const sections: Section[] = [];
  const spread = (shape.depths === 1 ? 0.5 : 0.95) * Math.PI;
  const gap = 0.035;
  let first = 0;
  let near = (shape.parts * shape.perRow) / spread + shape.rows * 0.4;
  for (let depth = 0; depth < shape.depths; depth += 1) {
    for (let part = 0; part < shape.parts; part += 1) {
      const from = -spread / 2 + (spread * part) / shape.parts + gap / 2;
      const to = -spread / 2 + (spread * (part + 1)) / shape.parts - gap / 2;
      const section = sectionOf(shape, { depth, part, from, to, near, first });
      sections.push(section);
      first += section.count;
    }
    near += shape.rows * 1.15 + 4;
  }
  const far = near;
  const inner = (shape.parts * shape.perRow) / spread + shape.rows * 0.4;
  return {
    id: mapId,
    name: 'Harbour Hall',
    seats: first,
    bounds: [-far, -inner * 0.5, far, far],
    focal: [0, 0],
    stage: {
      label: 'Stage',
      outline: [
        [-inner * 0.42, -inner * 0.32],
        [inner * 0.42, -inner * 0.32],
        [inner * 0.36, -inner * 0.02],
        [-inner * 0.36, -inner * 0.02],
      ],
    },
    sections,
    standing: [
      {
        key: 'pit',
        label: 'Pit, standing',
        capacity: 300,
        outline: [
          [-inner * 0.42, inner * 0.08],
          [inner * 0.42, inner * 0.08],
          [inner * 0.34, inner * 0.55],
          [-inner * 0.34, inner * 0.55],
        ],
      },
    ],
  };
}

interface Where {
  depth: number;
  part: number;
  from: number;
  to: number;
  near: number;
  first: number;
}

function sectionOf(shape: Shape, at: Where): Section {
  const rows: Section['rows'] = [];
  let seat = at.first;
  for (let line = 0; line < shape.rows; line += 1) {
    const radius = at.near + line * 1.15;
    const [labels, x, y]: [string[], number[], number[]] = [[], [], []];
    for (let place = 0; place < shape.perRow; place += 1) {
      const angle = at.from + ((at.to - at.from) * (place + 0.5)) / shape.perRow;
      labels.push(String(place + 1));
      x.push(Math.round(Math.sin(angle) * radius * 100) / 100);
      y.push(Math.round(Math.cos(angle) * radius * 100) / 100);
    }
    // Seen from the stage, numbers run from left to right.
    const half = Math.floor(shape.perRow / 2) - 1;
    rows.push({
      label: letters(line),
      first: seat,
      labels,
      x,
      y,
      ...(line === shape.rows - 1 ? { accessible: [0, 2], companion: [1, 3] } : {}),
      ...(line > shape.rows - 3 && at.part === 1 ? { restricted: [shape.perRow - 1] } : {}),
      ...(shape.perRow > 12 ? { aisles: [half] } : {}),
    });
    seat += shape.perRow;
  }
  const [near, far] = [at.near - 1.2, at.near + (shape.rows - 1) * 1.15 + 1.2];
  const edge = (radius: number, backwards: boolean): [number, number][] =>
    Array.from({ length: 9 }, (_, step) => {
      const share = (backwards ? 8 - step : step) / 8;
      const angle = at.from - 0.012 + (at.to - at.from + 0.024) * share;
      return [Math.sin(angle) * radius, Math.cos(angle) * radius];
    });
  return {
    key: `${at.depth}-${at.part}`,
    label: `${DEPTHS[at.depth]} ${shape.parts <= 5 ? PARTS[at.part] : at.part + 1}`,
    outline: [...edge(near, false), ...edge(far, true)],
    first: at.first,
    count: seat - at.first,
    rows,
  };
}

/** A tier per depth, and a sale in full swing: the nearer, the more is gone. The same each time. */
export function eveningOf(geometry: VenueGeometry): { states: Uint8Array; tiers: Int16Array } {
  const states = new Uint8Array(geometry.seats);
  const tiers = new Int16Array(geometry.seats);
  let seed = 7;
  const chance = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1;
    return (seed & 0xffff) / 0x10000;
  };
  for (const section of geometry.sections) {
    const [depth = 0, part = 0] = section.key.split('-').map(Number);
    const gone = Math.max(0.1, 0.85 - depth * 0.2 - Math.abs(part - 2) * 0.06);
    for (const row of section.rows) {
      let seat = row.first;
      const end = row.first + row.labels.length;
      while (seat < end) {
        // Groups of up to five sit down together.
        const group = 1 + Math.floor(chance() * 5);
        const state = chance() < gone ? (chance() < 0.85 ? 2 : 1) : 0;
        for (let one = 0; one < group && seat < end; one += 1, seat += 1) states[seat] = state;
      }
      for (const offset of row.accessible ?? []) states[row.first + offset] = 3;
    }
    tiers.fill(depth, section.first, section.first + section.count);
  }
  return { states, tiers };
}
