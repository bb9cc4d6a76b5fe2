/**
 * Hand-picked seats judged by trying everything (S40, S47), whole holds, and offers; testing-reference.ts has the words.
 *
 * - A seat is an orphan when it is open, not picked, had an open neighbour in its block before and has no open
 *   neighbour left that is not picked. Excused where just one seat of its run is left whatever is picked: the run's
 *   length less what was picked of it is 1. Just the seats that the fan is offered leave no orphans. In a run the rule rests
 *   when its first picked seat's tier has so few seats that are everybody's (free or offered, and kept for nobody):
 *   `relaxPercent` of all its seats, or less.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type Asker,
  type BestWish,
  bestAvailable,
  connected,
  isOpen,
  leavesOrphan,
  type Model,
  numbers,
  runOf,
  sorted,
  suits,
  sum,
  windows,
} from './testing-reference.ts';

export interface PickedWish extends Asker {
  seats: number[];
  relaxPercent: number;
}
export type Judgement = 'ok' | { taken: number[] } | { orphans: number[] };

/** Orphans that picking these seats leaves, the excused ones included. All of them must be open. */
export function orphansOf(model: Model, asker: Asker, picked: number[]): number[] {
  return numbers(0, model.seats.length).filter((seat) => {
    if (!isOpen(model, asker, seat) || picked.includes(seat)) return false;
    const neighbours = [seat - 1, seat + 1].filter((s) => connected(model, asker, s, seat));
    return neighbours.length > 0 && neighbours.every((s) => picked.includes(s));
  });
}

function isRelaxed(model: Model, tier: number, percent: number): boolean {
  const all = model.seats.filter((s) => s.tier === tier);
  return everybodys(model, tier) * 100 <= percent * all.length;
}

/** How many of a tier's seats are nobody's yet and kept for nobody; an offer takes nothing. */
export const everybodys = (model: Model, tier: number): number =>
  model.seats.filter((s) => s.tier === tier && (s.state === 'free' || s.state === 'offered') && s.kept === 0)
    .length;

export function judgePicked(model: Model, wish: PickedWish): Judgement {
  const taken = wish.seats.filter((seat) => !isOpen(model, wish, seat));
  if (taken.length > 0) return { taken: sorted(taken) };
  const offer = numbers(0, model.seats.length).filter(
    (s) => model.seats[s]!.state === 'offered' && model.seats[s]!.user === wish.user,
  );
  if (!wish.orphanRule || isDeepStrictEqual(offer, wish.seats)) return 'ok';
  const orphans = orphansOf(model, wish, wish.seats).filter((seat) => {
    const run = runOf(model, wish, seat);
    const picked = run.filter((s) => wish.seats.includes(s));
    const { tier } = model.seats[picked[0]!]!;
    return run.length - picked.length !== 1 && !isRelaxed(model, tier, wish.relaxPercent);
  });
  return orphans.length > 0 ? { orphans } : 'ok';
}

/** One hold's wishes: seats picked by hand first, then groups, each beside those before it; all or nothing. */
export interface HoldWish extends Asker {
  picks: number[];
  bests: Pick<BestWish, 'n' | 'tier' | 'section' | 'together'>[];
  relaxPercent: number;
}

export const holding = (model: Model, seats: number[]): Model => ({
  ...model,
  seats: model.seats.map((s, i) => (seats.includes(i) ? { ...s, state: 'held' as const } : s)),
});

/** `apart`: some group is not to be had. */
export function chooseAll(
  model: Model,
  wish: HoldWish,
): { seats: number[] } | Exclude<Judgement, 'ok'> | 'apart' {
  const judged = wish.picks.length > 0 ? judgePicked(model, { ...wish, seats: wish.picks }) : 'ok';
  if (judged !== 'ok') return judged;
  let seats = wish.picks;
  for (const best of wish.bests) {
    const choice = bestAvailable(holding(model, seats), { ...wish, ...best });
    if (choice.stage === 'none') return 'apart';
    seats = [...seats, ...choice.seats];
  }
  return { seats: sorted(seats) };
}

/** Rows before and behind the first seat wanted that are searched for a group instead. */
const ROWS_AROUND = 3;

/**
 * What may be offered instead of seats that went (S40): a window of as many seats of the first one's tier, in its section and
 * at most three rows away, that leaves no orphan that is not excused; of those, the ones whose seats are least far from the
 * middle of what was wanted, both axes counted separately. Where there is none, what `bestAvailable` gives of that tier
 * over one or two rows anywhere.
 */
export function insteadOf(model: Model, asker: Asker, wanted: number[]): number[][] {
  const head = model.seats[wanted[0]!]!;
  const wish: BestWish = { ...asker, n: wanted.length, tier: head.tier, together: 'rows' };
  const near = windows(model, { ...wish, section: head.section }, wish.n).filter((group) => {
    const spare = runOf(model, asker, group[0]!).length - wish.n;
    const allowed = !asker.orphanRule || spare === 1 || !leavesOrphan(model, asker, group);
    const rows = Math.abs(model.seats[group[0]!]!.row - head.row);
    return allowed && rows <= ROWS_AROUND && suits(model, wish, group);
  });
  if (near.length === 0) {
    const { stage, seats } = bestAvailable(model, wish);
    return stage === 'none' ? [] : [seats];
  }
  // Times the number of seats, so that the middle is an integer.
  const away = (group: number[], axis: 'x' | 'y') => {
    const middle = sum(wanted.map((s) => model.seats[s]![axis]));
    return sum(group.map((s) => Math.abs(model.seats[s]![axis] * wanted.length - middle)));
  };
  const distance = (group: number[]) => away(group, 'x') + away(group, 'y');
  const least = Math.min(...near.map(distance));
  return near.filter((group) => distance(group) === least);
}
