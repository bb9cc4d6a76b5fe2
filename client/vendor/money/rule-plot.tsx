/** A price over its steps as one line between floor and cap; each step is as wide as the next, for shares have no time. */
import type { PriceRuleView } from '../../../server/protocol/money.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { formatDateTime, formatMoney } from '../../ui/index.ts';
import { formatBp } from './amounts.ts';
import type { Place } from './code-draft.ts';
import { heightsOf, outlineOf } from './rule-draft.ts';

const { rule: texts } = vendorMoneyTexts;

type Rule = Omit<PriceRuleView, 'tierId'>;

/** When each price begins, in words: the first, then one for each step. */
function beginnings(rule: Rule, zone: string): string[] {
  const steps = rule.steps.map(({ at, soldBp }) =>
    at === undefined ? texts.sold(formatBp(soldBp ?? 0)) : formatDateTime(at, zone),
  );
  return [texts.start, ...steps];
}

export function RulePlot({ rule, place }: { rule: Rule; place: Place }) {
  const money = (minor: number): string => formatMoney(minor, place.currency);
  const prices = [rule.basePriceCents, ...rule.steps.map((step) => step.priceCents)];
  const points = beginnings(rule, place.zone).map((when, index) => ({ when, price: prices[index] ?? 0 }));
  const outline = outlineOf(heightsOf(rule));
  const says = texts.plot(points.map(({ when, price }) => `${when}: ${money(price)}`).join('; '));
  return (
    <figure class="plot">
      <div class="plot-scale small muted num" aria-hidden="true">
        <span>{money(rule.capCents)}</span>
        <span>{money(rule.floorCents)}</span>
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={says}>
        <path class="plot-bound" d="M0 10 H100 M0 90 H100" />
        <path class="plot-area" d={`${outline} V100 H0 Z`} />
        <path class="plot-line" d={outline} />
      </svg>
      <ol class="plot-points small num" aria-hidden="true">
        {points.map(({ when, price }, index) => (
          // Steps have no names; they are drawn anew as a whole.
          <li key={`${index} ${when}`}>
            <b>{money(price)}</b>
            <span class="muted">{when}</span>
          </li>
        ))}
      </ol>
    </figure>
  );
}
