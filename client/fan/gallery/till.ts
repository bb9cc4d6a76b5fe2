/** Tills to draw the pay form from: what they take, what was written into them, and no provider behind. */
import { signal } from '@preact/signals';
import type { TermsView, WayToPay } from '../../../server/protocol/money.ts';
import type { Till } from '../../till/till.ts';
import { choicesOf, chosenOf, type SavedCard } from '../../till/ways.ts';
import { at } from './fixtures.ts';

export const TERMS: TermsView = {
  feeCents: 250,
  feeBp: 300,
  taxName: 'VAT',
  taxBp: 900,
  taxIncluded: false,
  refundUntilHours: 48,
  refundFeeCents: 200,
  refundFeeBp: 0,
  refundNeedsApproval: false,
  version: 3,
};

export const TEST_CARDS: WayToPay = { methodId: null, provider: 'test', label: 'Card', brands: null };
export const CASH: WayToPay = {
  methodId: null,
  provider: 'cash_on_arrival',
  label: 'Cash on arrival',
  brands: null,
};
export const STRIPE: WayToPay = {
  methodId: null,
  provider: 'stripe',
  label: 'Credit or debit card',
  brands: ['visa', 'mastercard'],
  publishableKey: 'pk_test_gallery',
};
const VISA: SavedCard = { id: 'pm_1', brand: 'visa', last4: '4242', expMonth: 4, expYear: 2029 };

export interface TillState {
  ways?: readonly WayToPay[];
  saved?: readonly SavedCard[];
  picked?: string;
  card?: string;
  keep?: boolean;
  form?: 'loading' | 'ready' | 'failed';
  paused?: boolean;
  failed?: boolean;
  loading?: boolean;
  /** What the fan has of them. */
  points?: number;
}

export const KEPT: TillState = { ways: [STRIPE, CASH], saved: [VISA] };

const nothing = (): void => {};

export function tillOf(state: TillState = {}): Till {
  const ways = state.ways ?? [TEST_CARDS, CASH];
  const choices = choicesOf(ways, state.saved ?? []);
  const pauseOf: Till['pauseOf'] = (way) =>
    state.paused && way.provider !== 'cash_on_arrival'
      ? { state: 'unavailable', reason: null, since: at(-40_000), retryAt: at(34_000) }
      : null;
  return {
    choices: signal(state.failed || state.loading ? null : choices),
    chosen: signal(
      state.failed || state.loading
        ? null
        : chosenOf(choices, state.picked ?? null, (way) => pauseOf(way) !== null),
    ),
    failed: signal(state.failed ?? false),
    card: signal(state.card ?? ''),
    keep: signal(state.keep ?? false),
    form: signal(state.form ?? 'ready'),
    pauseOf,
    pick: nothing,
    setCard: nothing,
    setKeep: nothing,
    load: nothing,
    points: signal(state.points ?? null),
    loadPoints: nothing,
    mount: () => nothing,
    setDue: nothing,
    method: async () => ({ ok: false, text: '' }),
    answered: nothing,
    step: async () => ({ ok: true }),
  };
}
