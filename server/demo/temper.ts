/**
 * How a member of the crowd behaves: pure, so that a test can see the whole spread. Times are milliseconds; `chance` is
 * a number from 0 up to 1, drawn by the caller.
 */
export type Ending = 'buy' | 'declined-then-buy' | 'dither' | 'change-mind' | 'look-only';

export interface Temper {
  /** What becomes of a hold. */
  ending: Ending;
  /** Joins while the lobby is open (else some time after the doors). */
  early: boolean;
  /** From the start (early) or the doors (late) until it joins. */
  joinAfterMs: number;
  /** From its number being called until it claims; Infinity: it is not looking, and its call lapses. */
  claimAfterMs: number;
  /** Choosing tickets, then filling in the card. */
  chooseMs: number;
  payMs: number;
  /** Tickets wanted, and whether from two tiers. */
  quantity: number;
  twoTiers: boolean;
  /** Comes back for another try, after this long; Infinity: has enough. */
  returnAfterMs: number;
}

const ENDINGS: readonly [number, Ending][] = [
  [0.58, 'buy'],
  [0.66, 'declined-then-buy'],
  [0.8, 'dither'],
  [0.92, 'change-mind'],
  [1, 'look-only'],
];
const QUANTITIES: readonly [number, number][] = [
  [0.3, 1],
  [0.75, 2],
  [0.88, 3],
  [1, 4],
];

const pick = <T>(table: readonly [number, T][], chance: number): T =>
  (table.find(([upTo]) => chance < upTo) ?? (table.at(-1) as [number, T]))[1];

/** Between `from` and `to`, more often near `from`. */
const soon = (from: number, to: number, chance: number) => from + (to - from) * chance * chance;

export function temperOf(chance: () => number): Temper {
  const early = chance() < 0.7;
  const quantity = pick(QUANTITIES, chance());
  return {
    ending: pick(ENDINGS, chance()),
    early,
    joinAfterMs: early ? soon(0, 55_000, chance()) : soon(2_000, 240_000, chance()),
    claimAfterMs: chance() < 0.05 ? Number.POSITIVE_INFINITY : soon(400, 9_000, chance()),
    chooseMs: soon(1_500, 14_000, chance()),
    payMs: soon(2_500, 25_000, chance()),
    quantity,
    twoTiers: quantity > 1 && chance() < 0.2,
    returnAfterMs: chance() < 0.45 ? soon(20_000, 180_000, chance()) : Number.POSITIVE_INFINITY,
  };
}

type Wish = { tierId: string; quantity: number } | { tierId: string; bestAvailable: number };

export const unitsOf = (wish: Wish): number => ('quantity' in wish ? wish.quantity : wish.bestAvailable);

/** The tiers that still have something, most of the time the first that suits. Empty: nothing left to want. */
export function wish(
  tiers: readonly { id: string; available: number; seated?: boolean }[],
  temper: Pick<Temper, 'quantity' | 'twoTiers'>,
  chance: number,
): Wish[] {
  const open = tiers.filter((tier) => tier.available > 0);
  if (open.length === 0) return [];
  const of = ({ id: tierId, seated }: (typeof open)[number], units: number): Wish =>
    seated ? { tierId, bestAvailable: units } : { tierId, quantity: units };
  // Cheaper tiers are wanted more: the square bends the draw towards the front.
  const first = open[Math.floor(chance * chance * open.length)] as (typeof open)[number];
  const second = temper.twoTiers ? open.find((tier) => tier !== first) : undefined;
  const firstTakes = Math.min(first.available, second ? temper.quantity - 1 : temper.quantity);
  return [of(first, firstTakes), ...(second ? [of(second, 1)] : [])];
}
