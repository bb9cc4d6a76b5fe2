/** A sum, line by line. Tax that is contained is said below, since adding it up again would be wrong. */
import { useEffect, useState } from 'preact/hooks';
import type { TermsView } from '../../server/protocol/money.ts';
import { tillTexts as texts } from '../texts/till.ts';
import { formatMoney, formatNumber, LOCALE, Money } from '../ui/index.ts';
import { isPlain, type PriceParts } from './lines.ts';
import './till.css';

/** Fetches once; null while it is not known, also when it could not be: a tax then goes without its name. */
export function useTerms(getTerms: () => Promise<TermsView>): TermsView | null {
  const [terms, setTerms] = useState<TermsView | null>(null);
  useEffect(() => {
    let here = true;
    getTerms().then(
      (found) => here && setTerms(found),
      () => here && setTerms(null),
    );
    return () => {
      here = false;
    };
  }, []);
  return terms;
}

/** Basis points: 700 → 7%, 770 → 7.7% */
const formatRate = (basisPoints: number): string =>
  new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);

/** VAT 19% */
export const taxName = (terms: TermsView | null): string =>
  terms ? texts.taxRate(terms.taxName, formatRate(terms.taxBp)) : texts.lines.plainTax;

export function PriceLines(props: {
  parts: PriceParts;
  terms: TermsView | null;
  /** What the first line is called; null where the tickets' price stands right above. */
  first?: string | null;
  /** Without the line of the sum, where that stands beside. */
  bare?: boolean;
}) {
  const { parts } = props;
  const byCode = parts.discountCents - parts.pointsCents;
  const tax = taxName(props.terms);
  const line = (name: string, minor: number, kind = '') => (
    <div class={`price-line ${kind}`}>
      <dt>{name}</dt>
      <dd>
        <Money minor={minor} currency={parts.currency} />
      </dd>
    </div>
  );
  const { lines } = texts;
  return (
    <div class="price-lines small">
      <dl>
        {isPlain(parts) || props.first === null
          ? null
          : line(props.first ?? lines.tickets, parts.subtotalCents)}
        {byCode > 0
          ? line(parts.code ? lines.discountOf(parts.code) : lines.discount, -byCode, 'price-off')
          : null}
        {parts.pointsUsed > 0
          ? line(lines.points(formatNumber(parts.pointsUsed)), -parts.pointsCents, 'price-off')
          : null}
        {parts.feesCents > 0 ? line(lines.fee, parts.feesCents) : null}
        {parts.taxCents > 0 ? line(lines.tax(tax), parts.taxCents) : null}
        {props.bare ? null : line(lines.total, parts.totalCents, 'price-sum')}
        {parts.refundedCents > 0 ? line(lines.refunded, -parts.refundedCents, 'price-off') : null}
      </dl>
      {parts.taxIncludedCents > 0 ? (
        <p class="tiny muted num">
          {lines.taxIncluded(tax)}: {formatMoney(parts.taxIncludedCents, parts.currency)}
        </p>
      ) : null}
    </div>
  );
}
