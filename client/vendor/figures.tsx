/** Four big figures, the way from the line to a ticket, and how full each tier is. */
import { useCallback } from 'preact/hooks';
import type { SalesView } from '../../server/protocol/views.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { Bar, BigNumber, formatMoney, formatNumber, LOCALE } from '../ui/index.ts';

const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });

/** From here on the cents are left out: a figure one glances at from across a room. */
const WHOLE_FROM = 1000;

export function formatWhole(minor: number, currency: string): string {
  const exact = new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
  const value = minor / 10 ** (exact.resolvedOptions().maximumFractionDigits ?? 2);
  if (value < WHOLE_FROM) return exact.format(value);
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency, maximumFractionDigits: 0 }).format(
    value,
  );
}

function Figure(props: { name: string; value: number; format?: (n: number) => string; sub: string }) {
  return (
    <div class="card figure">
      <h2 class="small muted">{props.name}</h2>
      <BigNumber value={props.value} size="mid" {...(props.format ? { format: props.format } : {})} />
      <p class="small muted num">{props.sub}</p>
    </div>
  );
}

export function Figures({ sales, hasLine }: { sales: SalesView; hasLine: boolean }) {
  const { currency } = sales;
  const money = useCallback((minor: number) => formatWhole(minor, currency), [currency]);
  return (
    <div class="figures">
      <Figure
        name={texts.sold}
        value={sales.sold}
        sub={texts.soldSub(formatNumber(sales.capacity), formatNumber(sales.held))}
      />
      <Figure
        name={texts.revenue}
        value={sales.revenueCents}
        format={money}
        sub={texts.revenueSub(formatMoney(sales.revenueLastMinuteCents, currency))}
      />
      {hasLine ? <LineFigures sales={sales} /> : <StockFigures sales={sales} />}
    </div>
  );
}

function LineFigures({ sales }: { sales: SalesView }) {
  const rate = sales.ratePerMinute === null ? null : formatNumber(Math.round(sales.ratePerMinute));
  const lobby = sales.phase === 'lobby' || sales.phase === 'scheduled';
  return (
    <>
      <Figure
        name={texts.line}
        value={sales.lineLength}
        sub={lobby ? texts.lobbySub : texts.lineSub(formatNumber(sales.serving), rate)}
      />
      <Figure
        name={texts.shopping}
        value={sales.turnsInUse}
        sub={texts.shoppingSub(formatNumber(sales.maxTurns))}
      />
    </>
  );
}

/** Without a line there is nobody to call: what is held and what is left says more. */
function StockFigures({ sales }: { sales: SalesView }) {
  const left = Math.max(0, sales.capacity - sales.sold - sales.held);
  return (
    <>
      <Figure name={texts.held} value={sales.held} sub={texts.heldSub} />
      <Figure name={texts.left} value={left} sub={texts.leftSub(formatNumber(sales.capacity))} />
    </>
  );
}

const STEPS = ['joined', 'called', 'claimed', 'held', 'paid'] as const;

export function Funnel({ sales }: { sales: SalesView }) {
  const most = Math.max(1, ...STEPS.map((step) => sales.funnel[step]));
  return (
    <section class="card funnel" aria-label={texts.funnel}>
      <h2 class="card-title">{texts.funnel}</h2>
      <ol class="funnel-steps">
        {STEPS.map((step, index) => (
          <li key={step}>
            <span class="funnel-track" aria-hidden="true">
              <i
                style={{
                  width: `${Math.max(1.5, share(sales.funnel[step], most) * 100)}%`,
                  opacity: 0.35 + (index / (STEPS.length - 1)) * 0.65,
                }}
              />
            </span>
            <span class="small num funnel-step">
              <span class="muted">{texts.funnelSteps[step]}</span> <b>{formatNumber(sales.funnel[step])}</b>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Tiers({ sales }: { sales: SalesView }) {
  return (
    <section class="card" aria-label={texts.tiers}>
      <h2 class="card-title">{texts.tiers}</h2>
      <ul class="tier-bars">
        {sales.tiers.map((tier) => {
          const says = texts.tierSays(
            formatNumber(tier.sold),
            formatNumber(tier.held),
            formatNumber(tier.available),
          );
          return (
            <li key={tier.id}>
              <div class="row">
                <b>{tier.name}</b>
                <span class="num strong">{percent.format(share(tier.sold, tier.quantity))}</span>
              </div>
              <Bar total={tier.quantity} sold={tier.sold} held={tier.held} label={`${tier.name}: ${says}`} />
              <div class="row small muted num" aria-hidden="true">
                <span>{says}</span>
                <span>{formatMoney(tier.priceCents, tier.currency)}</span>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
