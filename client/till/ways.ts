/**
 * Ways to pay, as pure values: what an event offers, which of it is chosen, and what that is called when it is sent. A way is
 * one provider behind one of the event's methods; with Stripe, a card kept from before is a choice of its own.
 */
import type { WayToPay } from '../../server/protocol/money.ts';

/** A card kept with the provider for next time (`GET /me/cards`). */
export interface SavedCard {
  id: string;
  brand: string;
  last4: string;
  expMonth: number;
  expYear: number;
}

/** What a fan can press: a way to pay, or a kept card within one. */
export interface Choice {
  key: string;
  way: WayToPay;
  saved: SavedCard | null;
}

/** What is sent as `method`. */
export interface MethodBody {
  provider: WayToPay['provider'];
  methodId?: string;
  card?: string;
  paymentMethodId?: string;
  saveCard?: boolean;
  returnUrl?: string;
}

export const wayKey = (way: WayToPay): string => `${way.provider}:${way.methodId ?? ''}`;

/** Cards are kept with the installation's own account: a vendor's cannot charge them. */
export const keepsCards = (way: WayToPay): boolean => way.provider === 'stripe' && way.methodId === null;

const takes = (way: WayToPay, card: SavedCard): boolean =>
  way.brands === null || way.brands.some((brand) => brand === card.brand);

/** In the order offered; kept cards stand before the form for a new one. */
export function choicesOf(ways: readonly WayToPay[], saved: readonly SavedCard[]): Choice[] {
  return ways.flatMap((way) => {
    const fresh: Choice = { key: wayKey(way), way, saved: null };
    if (!keepsCards(way)) return [fresh];
    const kept = saved
      .filter((card) => takes(way, card))
      .map((card): Choice => ({ key: `${wayKey(way)}:${card.id}`, way, saved: card }));
    return [...kept, fresh];
  });
}

/**
 * The choice that stands: what was picked, as long as it is offered and not paused; else the first that can be taken now, so
 * that whoever came with a card is shown cash the moment only cash works.
 */
export function chosenOf(
  choices: readonly Choice[],
  picked: string | null,
  isPaused: (way: WayToPay) => boolean,
): Choice | null {
  return (
    choices.find((choice) => choice.key === picked) ??
    choices.find((choice) => !isPaused(choice.way)) ??
    choices[0] ??
    null
  );
}

/** Twelve to nineteen digits, as cards have. */
export const isCardNumber = (card: string): boolean => /^\d{12,19}$/.test(card);

/** 4242424242424242 → 4242 4242 4242 4242 */
export const groupCard = (card: string): string =>
  card
    .replace(/\D/g, '')
    .slice(0, 19)
    .replace(/(.{4})(?=.)/g, '$1 ');

/** The means without what must not be kept: the same means for the same order is the same payment. */
export function meansOf(choice: Choice, card: string): string {
  return choice.way.provider === 'test' ? `${choice.key}:${card.slice(-4)}` : choice.key;
}

/** @param token what Stripe's form handed over, with a new card */
export function methodBody(
  choice: Choice,
  given: { card: string; token: string | null; keep: boolean; returnUrl: string },
): MethodBody {
  const { way, saved } = choice;
  const body: MethodBody = { provider: way.provider, ...(way.methodId ? { methodId: way.methodId } : {}) };
  if (way.provider === 'test') return { ...body, card: given.card };
  if (way.provider !== 'stripe') return body;
  const paymentMethodId = saved?.id ?? given.token;
  return {
    ...body,
    ...(paymentMethodId ? { paymentMethodId } : {}),
    returnUrl: given.returnUrl,
    ...(given.keep && !saved && keepsCards(way) ? { saveCard: true } : {}),
  };
}
