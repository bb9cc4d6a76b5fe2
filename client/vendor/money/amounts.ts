/** Money and shares as they are typed: text in a form, integers on the wire (minor units, basis points). Pure. */
import { LOCALE } from '../../ui/format.ts';
import { readPrice } from '../draft.ts';

/** Basis points of the whole. */
export const WHOLE_BP = 10_000;
const BP_DECIMALS = 2;

/** "3.5" or "3,5" percent as basis points; null when it is no share up to `mostBp`. */
export function readShare(typed: string, mostBp: number): number | null {
  const bp = readPrice(typed, BP_DECIMALS);
  return bp !== null && bp <= mostBp ? bp : null;
}

/** Basis points as one types them: 350 is "3.5". */
export const shareText = (bp: number): string => String(bp / 100);

const shares = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 2 });
/** 350 → 3.5% */
export const formatBp = (bp: number): string => shares.format(bp / WHOLE_BP);

/** Minor units as one types them: 6840 is "68.40". */
export const amountText = (minor: number, decimals: number): string =>
  (minor / 10 ** decimals).toFixed(decimals);

export function readAmount(typed: string, decimals: number, most: number): number | null {
  const minor = readPrice(typed, decimals);
  return minor !== null && minor <= most ? minor : null;
}

/** The bounds are the server's (server/pricing); it checks again. */
export const PRICE_MAX = 100_000_000;
