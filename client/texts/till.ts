/** Words of paying: ways, cards, codes, and what a price is made of. */
import type { CardBrand } from '../../server/protocol/money.ts';

const BRANDS: Record<CardBrand, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};
const brand = (name: string): string => BRANDS[name as CardBrand] ?? 'Card';
const and = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const tillTexts = {
  method: 'How do you want to pay?',
  loading: 'Asking which ways to pay this event takes…',
  failed: 'The ways to pay could not be loaded. Your tickets stay held.',
  again: 'Try again',
  none: 'This event takes no payment here yet. Your tickets stay held until their time is over.',
  noWay: 'Choose how you want to pay.',
  brandName: brand,
  brands: (names: readonly string[]) => `${and(names.map(brand))} only`,
  saved: (name: string, last4: string) => `${brand(name)} ending in ${last4}`,
  expires: (month: number, year: number) => `valid until ${String(month).padStart(2, '0')}/${year % 100}`,
  pausedTag: 'paused',
  cashText: 'You pay at the door. The tickets are yours right away.',

  number: 'Card number',
  numberHint: '12 to 19 digits',
  needNumber: 'Write the card number: 12 to 19 digits.',
  keep: 'Keep this card for next time',
  keepHint: 'Kept by our payment provider, never here. You can remove it any time, under Saved cards.',

  test: {
    title: 'Test cards',
    text: 'This sale takes test cards only: no money moves.',
    use: 'Use',
    cards: [
      ['4242424242424242', 'Visa that works'],
      ['4000000000000002', 'Declined'],
      ['4000002500003155', 'Needs a confirmation'],
      ['4000000000000341', 'Approved, but the money cannot be taken'],
      ['4000000000000077', 'Bank answers after 20 seconds'],
    ] as const,
  },

  stripe: {
    label: 'Card details',
    loading: 'Loading the card form…',
    failed:
      'The card form could not be loaded. Something between here and our payment provider is in the way. Nothing was charged.',
    others: 'Choose another way to pay, or try again.',
  },

  pausedText: 'Your tickets stay held, and nothing was charged.',
  pausedCash: 'Your tickets stay held, and nothing was charged. You can pay in cash on arrival instead.',

  code: {
    summary: 'I have a code',
    label: 'Code',
    apply: 'Apply',
    applied: (code: string) => `Code ${code}`,
    remove: 'Remove',
    removeLabel: (code: string) => `Remove the code ${code}`,
    empty: 'Write the code first.',
  },

  lines: {
    price: 'Price',
    tickets: 'Tickets',
    discount: 'Discount',
    points: (points: string) => `Points (${points})`,
    discountOf: (code: string) => `Discount, code ${code}`,
    fee: 'Fees',
    tax: (name: string) => `${name}, added`,
    taxIncluded: (name: string) => `contains ${name}`,
    total: 'Total, all-in',
    refunded: 'Given back',
    plainTax: 'tax',
  },
  taxRate: (name: string, rate: string) => `${name} ${rate}`,
  fold: 'What is in the price',
  plainPrice: 'The price is all there is to pay: no fee, no tax on top.',
} as const;
