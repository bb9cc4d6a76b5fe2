/** Cash at the door: nothing to authorise, nothing to capture; tickets are released at once (rule P7). */
import { ok } from '../protocol/index.ts';
import type { ChargeOutcome, Provider } from './provider.ts';

const owed: ChargeOutcome = { state: 'authorized', ref: 'cash' };

export const cashOnArrival: Provider = {
  name: 'cash_on_arrival',
  money: 'later',
  instrument: async () => ok({ last4: null, brand: null, secret: '' }),
  authorise: async () => owed,
  lookup: async () => owed,
  // It changes hands at the door, where it is recorded; here it stays owed.
  capture: async () => owed,
  void: async () => ({ state: 'voided' }),
};
