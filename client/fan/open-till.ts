/** The till of the drop page: what the event takes, and the cards this account kept. */
import type { ReadonlySignal } from '@preact/signals';
import type { ServiceNote, WayToPay } from '../../server/protocol/money.ts';
import { api } from '../session.ts';
import { stripeDoor } from '../till/stripe.ts';
import { createTill, type Till } from '../till/till.ts';
import type { SavedCard } from '../till/ways.ts';

interface List<T> {
  items: T[];
}

export function openTill(
  /** `/events/{id}` */
  eventPath: string,
  notes: ReadonlySignal<Readonly<Record<string, ServiceNote>>>,
  changed: () => void,
): Till {
  return createTill({
    getWays: async () =>
      (await api.request<List<WayToPay>>('GET', `${eventPath}/payment-methods`, { authenticate: false }))
        .items,
    getCards: async () => (await api.request<List<SavedCard>>('GET', '/me/cards')).items,
    getPoints: async () => (await api.request<{ balance: number }>('GET', '/loyalty-points?limit=1')).balance,
    stripe: stripeDoor,
    // This very page: the order is looked up again by it, and the bank's answer with it.
    returnUrl: () => window.location.href,
    changed,
    notes,
  });
}
