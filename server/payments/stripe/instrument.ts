/**
 * What a fan pays with, checked before anything begins: a payment method (`pm_…`) or a form's token (`ctoken_…`), a card, and
 * nobody else's. It travels to `authorise` in memory only (rules P66, P67).
 */
import type Stripe from 'stripe';
import { ok, type Result, refuse } from '../../protocol/index.ts';
import type { Instrument, PaymentMethod, Through } from '../provider.ts';
import { refusedBy, StripeUnanswered } from './api.ts';

/** Who keeps fans' cards: the installation's own account only. */
export interface Customers {
  /** The fan's customer; null: no card was ever kept. */
  find(userId: string, through?: Through): Promise<string | null>;
  /** The fan's customer, made if there is none. */
  make(userId: string, through?: Through): Promise<string>;
}

export const directly: Through = (call) => call();

/** What `authorise` needs of it; the instrument's `secret`. */
export interface Means {
  paymentMethod?: string;
  confirmationToken?: string;
  customer?: string;
  save?: boolean;
  returnUrl?: string;
}

const ID = /^(pm|ctoken)_[A-Za-z0-9_]{3,240}$/;
const RETRY_MS = 2_000;

const wrong = (field: string, message: string) =>
  refuse('INVALID_REQUEST', { field: `method.${field}` }, message);
const wrongCard = () => wrong('paymentMethodId', 'This card cannot be used. Enter it again.');

interface Seen {
  type: string;
  card: { brand: string; last4: string } | null | undefined;
  /** Whose saved card it is. */
  customer: string | null;
}

const idOf = (of: string | { id: string } | null | undefined): string | null =>
  typeof of === 'object' ? (of?.id ?? null) : (of ?? null);

async function look(stripe: Stripe, id: string): Promise<Seen | null> {
  if (id.startsWith('pm_')) {
    const { type, card, customer } = await stripe.paymentMethods.retrieve(id);
    return { type, card, customer: idOf(customer) };
  }
  const { payment_method_preview: preview } = await stripe.confirmationTokens.retrieve(id);
  return preview && { type: preview.type, card: preview.card, customer: idOf(preview.customer) };
}

/** Null: Stripe does not have it. */
async function seen(stripe: Stripe, id: string): Promise<Seen | null> {
  try {
    return await look(stripe, id);
  } catch (err) {
    refusedBy(err);
    return null;
  }
}

function isWebAddress(address: string, origins: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return false;
  return origins.length === 0 || origins.includes(url.origin);
}

export interface InstrumentDeps {
  stripe: Stripe;
  /** Absent: this account keeps no cards. */
  customers?: Customers | undefined;
  /** Where a bank may send the fan back to; empty: anywhere. */
  origins: readonly string[];
}

export async function readInstrument(
  { stripe, customers, origins }: InstrumentDeps,
  { paymentMethodId: id, returnUrl, saveCard }: PaymentMethod,
  userId: string | null,
  through: Through = directly,
): Promise<Result<Instrument>> {
  if (id === undefined || !ID.test(id))
    return wrong(
      'paymentMethodId',
      'Give the payment method (pm_…) or the token (ctoken_…) of the card form.',
    );
  if (returnUrl !== undefined && !isWebAddress(returnUrl, origins))
    return wrong('returnUrl', 'The way back from the bank is a web address of these pages.');
  if (saveCard && !customers)
    return wrong('saveCard', 'Cards are not kept for this event: its organiser takes the money.');
  if (saveCard && userId === null) return wrong('saveCard', 'Cards are kept by their own fan only.');
  try {
    const found = await through(() => seen(stripe, id));
    if (found?.type !== 'card' || !found.card) return wrongCard();
    const own = customers && userId !== null ? await customers.find(userId, through) : null;
    // The same words as for one that does not exist: nobody learns whose cards there are.
    if (found.customer !== null && found.customer !== own) return wrongCard();
    const customer =
      saveCard && customers && userId !== null ? await customers.make(userId, through) : found.customer;
    const means: Means = {
      ...(id.startsWith('pm_') ? { paymentMethod: id } : { confirmationToken: id }),
      ...(customer === null ? {} : { customer }),
      // A card that is kept already is not kept twice.
      ...(saveCard && found.customer === null ? { save: true } : {}),
      ...(returnUrl === undefined ? {} : { returnUrl }),
    };
    const { last4, brand } = found.card;
    return ok({ last4, brand, secret: JSON.stringify(means) });
  } catch (err) {
    if (!(err instanceof StripeUnanswered)) throw err;
    // Nothing has begun: the fan may simply try again.
    return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: RETRY_MS });
  }
}
