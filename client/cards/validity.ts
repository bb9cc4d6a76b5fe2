/** Until when a card can be used: to the end of its month, wherever its bank is. Pure. */
import type { SavedCard } from '../till/ways.ts';

/** The furthest west a month ends. */
const LAST_ZONE_MS = 12 * 3_600_000;

export const isOver = (card: Pick<SavedCard, 'expMonth' | 'expYear'>, nowMs: number): boolean =>
  nowMs >= Date.UTC(card.expYear, card.expMonth) + LAST_ZONE_MS;
