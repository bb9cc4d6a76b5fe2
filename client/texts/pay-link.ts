/** Words of the page behind a payment link: for somebody at the box office, who may have no account here. */
import { formatNumber as n } from '../ui/format.ts';

export const payLinkTexts = {
  title: 'Pay',
  heading: (event: string) => `Pay for ${event}`,
  reference: (reference: string) => `Order ${reference}`,
  held: 'The tickets are held for another',
  until: (clock: string) => `until ${clock}`,
  item: (quantity: number, name: string) => `${n(quantity)} × ${name}`,
  tier: 'Ticket',
  total: 'Total, all-in',
  pay: (total: string) => `Pay ${total}`,
  book: 'Confirm',
  fails: 'If it fails, nothing is charged and the tickets stay held, so that you can try another card.',
  nothingNow: 'Nothing is charged now.',
  payingTitle: 'Paying… the tickets stay held.',
  payingText: 'We wait for the bank. You need not do anything, and this page follows by itself.',
  stepTitle: 'Your bank wants you to confirm.',
  stepText: 'The tickets stay held meanwhile.',
  stepGo: 'Confirm with your bank',
  doneTitle: 'Paid. Thank you.',
  doneText: 'The tickets are with the account they were ordered from, and on their way by e-mail.',
  cashTitle: 'Confirmed.',
  cashText: 'The tickets are issued; they are paid for at the door.',
  overTitle: 'There is nothing to pay here any more.',
  overText:
    'The time of this order is over, or it was paid or canceled. Nothing was charged by opening this page.',
  changed: 'The sum has changed since you saw it. Nothing was charged: look at the new one, and pay again.',
  unknown: 'No answer yet. We are looking up what happened: nothing is charged twice.',
} as const;
