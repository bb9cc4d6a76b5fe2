/** An order that costs nothing: no money is asked of anybody, and it goes the way of every paid one (rule P9). */
import { ok } from '../protocol/index.ts';
import type { Provider } from './provider.ts';

export const free: Provider = {
  name: 'free',
  money: 'capture',
  instrument: async () => ok({ last4: null, brand: null, secret: '' }),
  authorise: async () => ({ state: 'authorized' }),
  lookup: async () => ({ state: 'authorized' }),
  capture: async () => ({ state: 'captured' }),
  void: async () => ({ state: 'voided' }),
};
