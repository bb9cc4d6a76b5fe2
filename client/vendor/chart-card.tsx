/** The chart with its two spans, and the same as numbers for whoever cannot see it. */
import { useId, useMemo, useState } from 'preact/hooks';
import type { SalesView } from '../../server/protocol/views.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { Fold, formatClock, formatNumber } from '../ui/index.ts';
import { SalesChart } from './chart.tsx';
import { type Series, type Span, seriesOf, total } from './series.ts';

const SPANS: readonly (readonly [Span, string])[] = [
  ['last', texts.chartLast],
  ['whole', texts.chartWhole],
];

export function ChartCard({ sales, timeZone }: { sales: SalesView; timeZone: string }) {
  const [span, setSpan] = useState<Span>('last');
  const name = useId();
  const series = useMemo(
    () => seriesOf(sales.perMinute, sales.asOf, span),
    [sales.perMinute, sales.asOf, span],
  );
  return (
    <section class="card chart-card" aria-label={texts.chart}>
      <div class="chart-head">
        <h2 class="card-title-plain">{texts.chart}</h2>
        <div class="spans" role="radiogroup" aria-label={texts.chart}>
          {SPANS.map(([value, label]) => (
            <label key={value}>
              <input type="radio" name={name} checked={span === value} onChange={() => setSpan(value)} />
              <span>{label}</span>
            </label>
          ))}
        </div>
      </div>
      <div class="chart-box">
        <SalesChart series={series} span={span} timeZone={timeZone} says={saysOf(series, timeZone)} />
        {total(series) === 0 ? <p class="small muted chart-empty">{texts.chartEmpty}</p> : null}
      </div>
      <Fold summary={<span class="small muted">{texts.chartTable}</span>}>
        <Numbers series={series} timeZone={timeZone} />
      </Fold>
    </section>
  );
}

function saysOf(series: Series, timeZone: string): string {
  const clock = (seconds: number | undefined): string => formatClock((seconds ?? 0) * 1000, timeZone);
  return texts.chartSays(
    clock(series.minutes[0]),
    clock(series.minutes.at(-1)),
    formatNumber(total(series)),
    formatNumber(Math.max(0, ...series.tickets)),
  );
}

const ROWS_MAX = 60;

function Numbers({ series, timeZone }: { series: Series; timeZone: string }) {
  const rows = series.minutes.map((minute, index) => [minute, series.tickets[index] ?? 0] as const);
  return (
    <table class="numbers num small">
      <thead>
        <tr>
          <th scope="col">{texts.minute}</th>
          <th scope="col">{texts.tickets}</th>
        </tr>
      </thead>
      <tbody>
        {rows
          .toReversed()
          .slice(0, ROWS_MAX)
          .map(([minute, tickets]) => (
            <tr key={minute}>
              <td>{formatClock(minute * 1000, timeZone)}</td>
              <td>{formatNumber(tickets)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
