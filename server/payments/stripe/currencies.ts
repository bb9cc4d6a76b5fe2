/**
 * Which currencies Stripe counts as this program does (rule P97). Amounts here are minor units, as many to the whole as the
 * runtime says; Stripe has a table of its own. Where the two differ the same number is another sum, a hundred times too small
 * or too large.
 */

/** docs.stripe.com/currencies: no minor unit at all, or three decimals; every other one has two, ISK and UGX included. */
const WHOLE = new Set([
  'BIF',
  'CLP',
  'DJF',
  'GNF',
  'JPY',
  'KMF',
  'KRW',
  'MGA',
  'PYG',
  'RWF',
  'VND',
  'VUV',
  'XAF',
  'XOF',
  'XPF',
]);
const THOUSANDTHS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

function decimalsAtStripe(currency: string): number {
  if (WHOLE.has(currency)) return 0;
  return THOUSANDTHS.has(currency) ? 3 : 2;
}

const decimalsHere = (currency: string): number | undefined =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;

/** `currency`: ISO 4217, upper case. */
export const countsAlike = (currency: string): boolean =>
  decimalsAtStripe(currency) === decimalsHere(currency);
