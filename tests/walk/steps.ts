/** The steps of docs/payment-states.md that the walk kills a process before and after, in the page's order. */
export const STEPS_WALKED = [
  'begin',
  'create',
  'confirm',
  'decline',
  'complete',
  'capture',
  'captured',
  'capture-refused',
  'cancel',
  'refund',
] as const;
export type WalkedStep = (typeof STEPS_WALKED)[number];
