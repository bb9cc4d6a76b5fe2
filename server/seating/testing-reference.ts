/**
 * The best available seats by trying every possibility (S42–S46, S48): what the gate's Lua is compared with. Nothing here is clever, and
 * nothing is shared with the gate.
 *
 * What the rules mean exactly; all figures are integers:
 * - A seat is *open* for a wish when it is on sale, is free or offered to this very fan, and is kept for nobody, for the
 *   channel asked through, or for accessible seats (channel 1) while these are asked for.
 * - A *window* is n consecutive seats of one block, all open, all of one tier (the asked one), in the asked section.
 *   With `accessible` a group has one accessible seat at least: a window of stages 1 and 2 itself, the two parts together.
 * - A *run* is a longest stretch of open seats of one block, whatever their tiers. A window leaves an orphan when exactly
 *   one seat of its run is left on its left, or exactly one on its right.
 * - Stage 1 (`row`): of the windows without an orphan the one with the lowest sum of costs, then the lowest first seat.
 *   Stage 2 (`row-orphan`): the same of all windows. Where the drop has the orphan rule off, the two are one.
 * - Stage 3 (`rows`, unless together is `row`): two windows of sizes (a, n-a), a >= n-a >= 1, of one tier, one in row r and
 *   one in row r+1 of the same section, whichever is the larger. First a = ceil(n/2), then a+1 … n-1: the first a with any
 *   pair decides. Score: sum of costs + n * (|mx1-mx2| + |my1-my2|), where m is a part's floor(sum / size). Ties: lowest
 *   first seat in row r, then in row r+1, then the larger part in row r. Orphans do not matter.
 * - Stage 4 (`any`): the n open seats of one tier with the lowest costs, then lowest numbers; with `accessible` the best
 *   accessible one and then the best of the rest. No tier asked: the one with the lowest sum, then the lowest index.
 * - Unless together is `any`, what stage 4 finds is only offered beside `none`.
 */
export interface ModelSeat {
  /** Counted in the map's order; the gate numbers blocks in another. */
  block: number;
  /** Neighbouring rows of a section differ by one. */
  row: number;
  section: number;
  /** 255: not on sale. */
  tier: number;
  cost: number;
  x: number;
  y: number;
  /** 1 accessible, 2 companion, 4 restricted view. */
  flags: number;
  state: 'free' | 'held' | 'sold' | 'offered';
  /** Whom it is offered to. */
  user?: string;
  /** Channel, 0: nobody's. */
  kept: number;
}

export interface Model {
  tiers: number;
  sections: number;
  /** In the map's order: a seat's number is its index. */
  seats: ModelSeat[];
}

export interface Asker {
  user: string;
  accessible: boolean;
  /** 0: none named. */
  channel: number;
  orphanRule: boolean;
}
export interface BestWish extends Asker {
  n: number;
  tier?: number;
  section?: number;
  together: 'row' | 'rows' | 'any';
}

export type Stage = 'row' | 'row-orphan' | 'rows' | 'any' | 'none';
/** `offer`: with stage `none`, what stage 4 gives. Seats are sorted. */
export interface Choice {
  stage: Stage;
  seats: number[];
  offer: number[] | null;
}

export function isOpen(model: Model, asker: Asker, seat: number): boolean {
  const s = model.seats[seat];
  if (!s || s.tier === 255) return false;
  const free = s.state === 'free' || (s.state === 'offered' && s.user === asker.user);
  return free && (s.kept === 0 || s.kept === asker.channel || (s.kept === 1 && asker.accessible));
}

export const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
export const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const costOf = (model: Model, seats: number[]) => sum(seats.map((s) => model.seats[s]!.cost));
const isAccessible = (model: Model, seat: number) => model.seats[seat]!.flags % 2 === 1;
export const suits = (model: Model, wish: BestWish, seats: number[]) =>
  !wish.accessible || seats.some((s) => isAccessible(model, s));

/** Whether two seats are open for the asker and in one block. */
export const connected = (model: Model, asker: Asker, a: number, b: number) =>
  isOpen(model, asker, a) && isOpen(model, asker, b) && model.seats[a]!.block === model.seats[b]!.block;

/** The run that an open seat is in. */
export function runOf(model: Model, asker: Asker, seat: number): number[] {
  let [first, last] = [seat, seat];
  while (connected(model, asker, first - 1, first)) first--;
  while (connected(model, asker, last, last + 1)) last++;
  return numbers(first, last - first + 1);
}

export function windows(model: Model, wish: BestWish, size: number): number[][] {
  return numbers(0, model.seats.length)
    .map((first) => numbers(first, size))
    .filter((seats) => {
      const head = model.seats[seats[0]!]!;
      if (wish.tier !== undefined && head.tier !== wish.tier) return false;
      if (wish.section !== undefined && head.section !== wish.section) return false;
      return seats.every(
        (s) =>
          isOpen(model, wish, s) &&
          model.seats[s]!.block === head.block &&
          model.seats[s]!.tier === head.tier,
      );
    });
}

export function leavesOrphan(model: Model, asker: Asker, window: number[]): boolean {
  const run = runOf(model, asker, window[0]!);
  const left = window[0]! - run[0]!;
  const right = run.length - left - window.length;
  return left === 1 || right === 1;
}

/** The candidate whose key is lowest, compared number by number. */
function lowest<T>(candidates: T[], keyOf: (candidate: T) => number[]): T | undefined {
  const keyed = candidates.map((candidate) => ({ candidate, key: keyOf(candidate) }));
  keyed.sort((a, b) => {
    const at = a.key.findIndex((k, i) => k !== b.key[i]);
    return at < 0 ? 0 : a.key[at]! - b.key[at]!;
  });
  return keyed[0]?.candidate;
}

interface Pair {
  /** The part in row r, and the one in row r+1. */
  front: number[];
  back: number[];
}

function pairScore(model: Model, { front, back }: Pair): number {
  const middle = (seats: number[], axis: 'x' | 'y') =>
    Math.floor(sum(seats.map((s) => model.seats[s]![axis])) / seats.length);
  const apart =
    Math.abs(middle(front, 'x') - middle(back, 'x')) + Math.abs(middle(front, 'y') - middle(back, 'y'));
  return costOf(model, front) + costOf(model, back) + (front.length + back.length) * apart;
}

function twoRows(model: Model, wish: BestWish): number[] | undefined {
  for (let a = Math.ceil(wish.n / 2); a <= wish.n - 1; a++) {
    const pairs: Pair[] = [];
    for (const size of new Set([a, wish.n - a]))
      for (const front of windows(model, wish, size))
        for (const back of windows(model, wish, wish.n - size)) {
          const [f, b] = [model.seats[front[0]!]!, model.seats[back[0]!]!];
          if (b.section !== f.section || b.row !== f.row + 1 || b.tier !== f.tier) continue;
          if (suits(model, wish, [...front, ...back])) pairs.push({ front, back });
        }
    const best = lowest(pairs, (p) => [
      pairScore(model, p),
      p.front[0]!,
      p.back[0]!,
      p.back.length - p.front.length,
    ]);
    if (best) return [...best.front, ...best.back];
  }
  return undefined;
}

function anywhere(model: Model, wish: BestWish): number[] | undefined {
  const groups: { tier: number; seats: number[] }[] = [];
  for (const tier of wish.tier === undefined ? numbers(0, model.tiers) : [wish.tier]) {
    const pool = windows(model, { ...wish, tier }, 1).flat();
    const nearest = (seats: number[]) =>
      [...seats].sort((a, b) => model.seats[a]!.cost - model.seats[b]!.cost || a - b);
    const first = wish.accessible ? nearest(pool.filter((s) => isAccessible(model, s))).slice(0, 1) : [];
    if (wish.accessible && first.length === 0) continue;
    const rest = nearest(pool.filter((s) => !first.includes(s)));
    const seats = [...first, ...rest].slice(0, wish.n);
    if (seats.length === wish.n) groups.push({ tier, seats });
  }
  return lowest(groups, (g) => [costOf(model, g.seats), g.tier])?.seats;
}

export const sorted = (seats: number[]) => [...seats].sort((a, b) => a - b);

export function bestAvailable(model: Model, wish: BestWish): Choice {
  const found = (stage: Stage, seats: number[]): Choice => ({ stage, seats: sorted(seats), offer: null });
  const together = windows(model, wish, wish.n).filter((w) => suits(model, wish, w));
  const tidy = together.filter((w) => !wish.orphanRule || !leavesOrphan(model, wish, w));
  const nearest = (groups: number[][]) => lowest(groups, (w) => [costOf(model, w), w[0]!]);

  const row = nearest(tidy);
  if (row) return found('row', row);
  const withOrphan = nearest(together);
  if (withOrphan) return found('row-orphan', withOrphan);
  const split = wish.together === 'row' ? undefined : twoRows(model, wish);
  if (split) return found('rows', split);
  const any = anywhere(model, wish);
  if (any && wish.together === 'any') return found('any', any);
  return { stage: 'none', seats: [], offer: any ? sorted(any) : null };
}
