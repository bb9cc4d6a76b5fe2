/** Which event takes which way to pay: one request each, the way as it is then comes back. */
import type { PaymentMethodView } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';

export const takeMethod = (eventId: string, methodId: string, take: boolean): Promise<PaymentMethodView> =>
  take
    ? api.request<PaymentMethodView>('POST', `/events/${eventId}/payment-methods`, { body: { methodId } })
    : api.request<PaymentMethodView>('DELETE', `/events/${eventId}/payment-methods/${methodId}`);

/** The list with one of its ways replaced, or a new one at its end. */
export const withMethod = (
  methods: readonly PaymentMethodView[],
  changed: PaymentMethodView,
): PaymentMethodView[] =>
  methods.some((method) => method.id === changed.id)
    ? methods.map((method) => (method.id === changed.id ? changed : method))
    : [...methods, changed];
