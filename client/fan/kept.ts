/**
 * What a refresh must not lose, kept for this tab by the browser: the chosen quantities, and the ids under which
 * something was asked whose answer has not come. The server keeps everything that matters; this keeps one from asking twice.
 */
import type { Pick, SeatWishes } from '../seats/choosing.ts';
import type { Quantities } from './edit-plan.ts';

export interface Kept {
  draft: Quantities;
  /** Seats picked and not held yet. */
  picks: readonly Pick[];
  wishes: SeatWishes;
  /** A hold asked for: its id and for what, so that the same press again is the same request. */
  request: { id: string; items: string } | null;
  /** A payment begun: its key, order and what it was tried with (never the card itself: its last four digits). */
  payment: { key: string; orderId: string; with: string } | null;
  shownNumber: number | null;
}

export const EMPTY: Kept = {
  draft: {},
  picks: [],
  wishes: { accessible: false, code: '' },
  request: null,
  payment: null,
  shownNumber: null,
};

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const keyOf = (dropId: string, userId: string): string => `holdfast.drop.${dropId}.${userId}`;

export function readKept(store: Store, dropId: string, userId: string): Kept {
  try {
    const text = store.getItem(keyOf(dropId, userId));
    return text ? { ...EMPTY, ...(JSON.parse(text) as Partial<Kept>) } : EMPTY;
  } catch {
    // Storage refused or unreadable: the page works, a refresh then forgets the chosen quantities.
    return EMPTY;
  }
}

export function writeKept(store: Store, dropId: string, userId: string, kept: Kept): void {
  try {
    store.setItem(keyOf(dropId, userId), JSON.stringify(kept));
  } catch {
    // As above: full or refused storage costs comfort, nothing else.
    return;
  }
}

/** The id for a hold of these items: the one already in use if they are the same, else a new one. */
export function requestFor(kept: Kept, items: unknown, fresh: () => string): { id: string; items: string } {
  const text = JSON.stringify(items);
  return kept.request?.items === text ? kept.request : { id: fresh(), items: text };
}

/** The key for a payment: the one already in use for the same order and means, else a new one. */
export function paymentFor(
  kept: Kept,
  orderId: string,
  means: string,
  fresh: () => string,
): { key: string; orderId: string; with: string } {
  const same = kept.payment?.orderId === orderId && kept.payment.with === means;
  return same && kept.payment ? kept.payment : { key: fresh(), orderId, with: means };
}
