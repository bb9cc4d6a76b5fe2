/**
 * Small maps for tests of choosing: written as pictures, drawn as text when a test fails, and turned into the bytes that
 * the gate reads (gate-plan.ts says how they lie).
 */
import { BLOCK_BYTES, type GatePlan, NO_ROW, NOT_ON_SALE, PLAN_BYTES } from './gate-plan.ts';
import { isOpen, leavesOrphan, type Model, type ModelSeat } from './testing-reference.ts';

/** In pictures `o` is offered to this fan, `O` to another one. */
export const ME = 'me';
const OTHER = 'other';

/** One character of a picture; `|` or a blank is an aisle. */
const LEGEND: Record<string, Partial<ModelSeat>> = {
  '.': {},
  b: { tier: 1 },
  c: { tier: 2 },
  x: { state: 'sold' },
  h: { state: 'held' },
  o: { state: 'offered', user: ME },
  O: { state: 'offered', user: OTHER },
  a: { flags: 1 },
  w: { flags: 1, kept: 1 },
  k: { kept: 2 },
  '-': { tier: NOT_ON_SALE },
};

/**
 * A map from rows like `A ..xx.|.o`: a section's letter, then its seats. Seats are 10 apart both ways, an aisle is as wide
 * as a seat. Costs are 0 unless given as a function of x and y.
 */
export function hall(rows: string[], cost: (x: number, y: number) => number = () => 0): Model {
  const seats: ModelSeat[] = [];
  const sections: string[] = [];
  let [block, rowNumber, tiers] = [-1, -1, 1];
  for (const [line, text] of rows.entries()) {
    const letter = text[0]!;
    const isNew = !sections.includes(letter);
    if (isNew) sections.push(letter);
    rowNumber += isNew && line > 0 ? 2 : 1;
    block++;
    for (const [column, char] of [...text.slice(2)].entries()) {
      if (char === '|' || char === ' ') {
        block++;
        continue;
      }
      const [x, y] = [column * 10, line * 10];
      const seat: ModelSeat = {
        block,
        row: rowNumber,
        section: sections.length - 1,
        tier: 0,
        cost: cost(x, y),
        x,
        y,
        flags: 0,
        state: 'free',
        kept: 0,
        ...LEGEND[char],
      };
      if (seat.tier !== NOT_ON_SALE) tiers = Math.max(tiers, seat.tier + 1);
      seats.push(seat);
    }
  }
  return { tiers, sections: sections.length, seats };
}

const STATE = { free: '.', held: 'h', sold: 'x', offered: 'O' } as const;

/** The map as text: per row what every seat is, then tier, flags, channel and cost where they are not the usual ones. */
export function draw(model: Model): string {
  const lines: string[] = [];
  for (const row of new Set(model.seats.map((s) => s.row))) {
    const numbered = [...model.seats.entries()].filter(([, s]) => s.row === row);
    const line = (name: string, width: number, of: (s: ModelSeat) => string) =>
      `  ${name.padEnd(6)} ${numbered
        .map(([i, s]) => `${model.seats[i - 1]?.block === s.block ? ' ' : '|'}${of(s).padStart(width)}`)
        .join('')}`;
    const only = (name: string, of: (s: ModelSeat) => number) =>
      numbered.some(([, s]) => of(s) !== 0) ? [line(name, 4, (s) => String(of(s) || '.'))] : [];
    lines.push(
      `section ${numbered[0]![1].section}, row ${row}, from seat ${numbered[0]![0]}`,
      line('state', 4, (s) => (s.user === ME ? 'o' : STATE[s.state])),
      line('tier', 4, (s) => (s.tier === NOT_ON_SALE ? '-' : String(s.tier))),
      ...only('flags', (s) => s.flags),
      ...only('kept', (s) => s.kept),
      line('cost', 4, (s) => String(s.cost)),
      line('x', 4, (s) => String(s.x)),
      line('y', 4, (s) => String(s.y)),
    );
  }
  return lines.join('\n');
}

/** The gate's number of every block, by the map's: in the order of their lowest costs, then of their seats. */
export function gateBlocks(model: Model): Map<number, number> {
  const low = new Map<number, number>();
  for (const s of model.seats)
    low.set(s.block, Math.min(s.cost, low.get(s.block) ?? Number.POSITIVE_INFINITY));
  const inOrder = [...low].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  return new Map(inOrder.map(([block], number) => [block, number]));
}

const rowStart = (model: Model, section: number, row: number) => {
  const at = model.seats.findIndex((s) => s.row === row && s.section === section);
  return at < 0 ? NO_ROW : at;
};

/** The model's map as the gate's bytes; states, channels and offers are not part of these. */
export function gatePlanOf(model: Model, tiers: string[], prefix: string): GatePlan {
  const numberOf = gateBlocks(model);
  const plan = Buffer.alloc(PLAN_BYTES * model.seats.length);
  const blocks = Buffer.alloc(BLOCK_BYTES * numberOf.size);
  for (const [i, s] of model.seats.entries()) {
    const at = plan.writeUInt16BE(numberOf.get(s.block)!, i * PLAN_BYTES);
    plan.writeUInt16BE(s.cost, at);
    plan.writeUInt16BE(s.x, at + 2);
    plan.writeUInt16BE(s.y, at + 4);
    plan.writeUInt8(s.tier, at + 6);
    plan.writeUInt8(s.flags, at + 7);
  }
  for (const [block, number] of numberOf) {
    const seats = model.seats.filter((s) => s.block === block);
    const { section, row } = seats[0]!;
    const at = blocks.writeUInt16BE(model.seats.indexOf(seats[0]!), number * BLOCK_BYTES);
    blocks.writeUInt8(seats.length, at);
    blocks.writeUInt8(section, at + 1);
    blocks.writeUInt16BE(row, at + 2);
    blocks.writeUInt16BE(Math.min(...seats.map((s) => s.cost)), at + 4);
    blocks.writeUInt16BE(rowStart(model, section, row - 1), at + 6);
    blocks.writeUInt16BE(rowStart(model, section, row + 1), at + 8);
  }
  const accessible = model.seats.filter((s) => s.flags % 2 === 1).map((s) => numberOf.get(s.block)!);
  return {
    plan,
    blocks,
    facts: {
      prefix,
      seats: model.seats.length,
      tiers,
      sizes: tiers.map((_, tier) => model.seats.filter((s) => s.tier === tier).length),
      sections: Array.from({ length: model.sections }, (_, i) => `s${i}`),
      accessible: [...new Set(accessible)].sort((a, b) => a - b),
    },
  };
}

/** What `runs` must be: per block, in the gate's numbering, its longest run of seats free and kept for nobody. */
export function longestRuns(model: Model): number[] {
  const runs = Array.from(gateBlocks(model), () => 0);
  for (const [block, number] of gateBlocks(model)) {
    let run = 0;
    for (const s of model.seats.filter((other) => other.block === block)) {
      run = s.tier !== NOT_ON_SALE && s.state === 'free' && s.kept === 0 ? run + 1 : 0;
      runs[number] = Math.max(runs[number]!, run);
    }
  }
  return runs;
}

/** What `clean` must be: per block, bit n-1 where n of its everybody's seats, up to 8, can go without an orphan left. */
export function tidyChoices(model: Model): number[] {
  const anybody = { user: '', accessible: false, channel: 0, orphanRule: true };
  const everybodys = {
    ...model,
    // No offer is everybody's.
    seats: model.seats.map((s) => (s.state === 'offered' ? { ...s, state: 'held' as const } : s)),
  };
  const numberOf = gateBlocks(model);
  const masks = Array.from(numberOf, () => 0);
  for (const [first, { block }] of model.seats.entries())
    for (let n = 1; n <= 8; n++) {
      const group = Array.from({ length: n }, (_, i) => first + i);
      if (!group.every((s) => isOpen(everybodys, anybody, s) && model.seats[s]!.block === block)) break;
      const number = numberOf.get(block)!;
      if (!leavesOrphan(everybodys, anybody, group)) masks[number]! |= 1 << (n - 1);
    }
  return masks;
}
