/**
 * Will there be any left? For each tier: what those ahead of me would take, if they take what those before them took.
 * Said in three steps and never as a number: the figure would be more exact than the guess.
 */
import type { DropState, TierView } from '../../server/protocol/index.ts';

export type Verdict = 'likely' | 'maybe' | 'unlikely' | 'gone' | 'unknown';

export interface TierOdds {
  tierId: string;
  verdict: Verdict;
  /** When it will probably be gone, in server ms; only with `unlikely`. */
  goneAt: number | null;
  /** Why it changed since it was last said otherwise. */
  why: Why | null;
}

export type Why = { kind: 'taken'; count: number } | { kind: 'returned'; count: number } | { kind: 'pace' };

export const ODDS = {
  /** Below this many called there is no habit to learn from. */
  fewestCalled: 10,
  /** Stock over expected demand: from here on likely, and down to there maybe. */
  likely: 1.5,
  maybe: 0.85,
} as const;

const taken = (tier: TierView): number => tier.held + tier.sold;

/** Tickets of this tier that one called fan takes on average. */
export const takePerCall = (tier: TierView, serving: number): number => taken(tier) / Math.max(1, serving);

export function tierOdds(drop: DropState, tier: TierView, ahead: number, now: number): Omit<TierOdds, 'why'> {
  const answer = (verdict: Verdict, goneAt: number | null = null) => ({ tierId: tier.id, verdict, goneAt });
  if (tier.available <= 0) return answer('gone');
  if (drop.serving < ODDS.fewestCalled) return answer('unknown');
  const perCall = takePerCall(tier, drop.serving);
  // Those with a turn now have taken about half of what they will take.
  const demand = (ahead + drop.turnsInUse / 2) * perCall;
  const ratio = demand > 0 ? tier.available / demand : Number.POSITIVE_INFINITY;
  if (ratio >= ODDS.likely) return answer('likely');
  if (ratio >= ODDS.maybe) return answer('maybe');
  const perMinute = perCall * (drop.ratePerMinute ?? 0);
  return answer('unlikely', perMinute > 0 ? now + (tier.available / perMinute) * 60_000 : null);
}

export interface OddsMemory {
  /** Per tier: the verdict on show, the stock when it was formed, and why it replaced the one before. */
  said: Record<string, { verdict: Verdict; available: number; why: Why | null }>;
}

/** The odds of every tier, each with the reason of its last change. */
export function allOdds(
  drop: DropState,
  ahead: number,
  now: number,
  memory: OddsMemory,
): { odds: TierOdds[]; memory: OddsMemory } {
  const said: OddsMemory['said'] = {};
  const odds = drop.tiers.map((tier) => {
    const next = tierOdds(drop, tier, ahead, now);
    const before = memory.said[tier.id];
    if (before && before.verdict === next.verdict) {
      said[tier.id] = before;
      return { ...next, why: before.why };
    }
    const moved = before ? tier.available - before.available : 0;
    const why: Why | null =
      !before || before.verdict === 'unknown'
        ? null
        : moved < 0
          ? { kind: 'taken', count: -moved }
          : moved > 0
            ? { kind: 'returned', count: moved }
            : { kind: 'pace' };
    said[tier.id] = { verdict: next.verdict, available: tier.available, why };
    return { ...next, why };
  });
  return { odds, memory: { said } };
}
