/** Tickets a minute as a live chart: last 15 minutes or the whole drop, in the page's colours, at any width. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { isDark, theme } from '../shell/theme.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { formatNumber } from '../ui/index.ts';
import type { Series, Span } from './series.ts';

/** Lower on a phone, where width is what is short; higher where it stands beside funnel and tiers. */
const heightFor = (width: number): number => (width < 480 ? 220 : width < 540 ? 300 : 430);

/** A colour token as the canvas wants it: computed, for the theme that is on. */
function ink(host: Element, token: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${token})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function faded(colour: string, alpha: number): string {
  return colour.replace(/\)$/, ` / ${alpha})`);
}

function clockOf(timeZone: string): (epochSeconds: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  return (epochSeconds) => format.format(epochSeconds * 1000);
}

function optionsFor(host: HTMLElement, span: Span, timeZone: string): uPlot.Options {
  const line = ink(host, '--kelp');
  const text = ink(host, '--muted');
  const grid = ink(host, '--hairline');
  const clock = clockOf(timeZone);
  const smooth = uPlot.paths.spline ? { paths: uPlot.paths.spline() } : {};
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  const axis: uPlot.Axis = { stroke: text, font, ticks: { show: false } };
  const asAgo = (chart: uPlot, splits: number[]): string[] => {
    const end = chart.data[0].at(-1) ?? 0;
    return splits.map((at) => texts.ago(Math.round((end - at) / 60)));
  };
  return {
    width: host.clientWidth,
    height: heightFor(host.clientWidth),
    padding: [12, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 8 } },
    scales: {
      x: { time: true },
      y: { range: (_chart, _min, max) => [0, Math.max(4, Math.ceil(max * 1.15))] },
    },
    axes: [
      {
        ...axis,
        size: 34,
        grid: { show: false },
        space: 72,
        ...(span === 'last'
          ? { splits: (chart: uPlot) => everyFive(chart.data[0]), values: asAgo }
          : { values: (_chart: uPlot, splits: number[]) => splits.map(clock) }),
      },
      {
        ...axis,
        size: 46,
        grid: { stroke: grid, width: 1 },
        // Tickets are whole.
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000],
        values: (_chart, splits) => splits.map((value) => formatNumber(value)),
      },
    ],
    series: [
      {},
      { stroke: line, width: 2.2, fill: faded(line, 0.16), points: { show: false }, ...smooth },
      // The minute that is not over yet: where it stands so far, plainly another kind of line.
      { stroke: faded(line, 0.7), width: 2, dash: [3, 5], points: { show: false } },
    ],
  };
}

/** The complete minutes, and the last of them with the one under way. */
function linesOf({ minutes, tickets }: Series): uPlot.AlignedData {
  const last = tickets.length - 1;
  return [
    minutes,
    tickets.map((count, index) => (index < last ? count : null)),
    tickets.map((count, index) => (index >= last - 1 ? count : null)),
  ];
}

/** Counted back from now, so that the marks stand still while the minutes move. */
function everyFive(minutes: ArrayLike<number>): number[] {
  const end = minutes[minutes.length - 1] ?? 0;
  return [15, 10, 5, 0].map((ago) => end - ago * 60);
}

export function SalesChart(props: { series: Series; span: Span; timeZone: string; says: string }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props.series);
  latest.current = props.series;
  const { span, timeZone } = props;
  const chosen = theme.value;

  // another theme means other colours
  useEffect(() => {
    const box = host.current;
    if (!box) return;
    const build = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsFor(box, span, timeZone), linesOf(latest.current), box);
    };
    build();
    let dark = isDark();
    const system = matchMedia('(prefers-color-scheme: dark)');
    const onSystem = (): void => {
      if (isDark() === dark) return;
      dark = isDark();
      build();
    };
    const resizer = new ResizeObserver(() =>
      chart.current?.setSize({ width: box.clientWidth, height: heightFor(box.clientWidth) }),
    );
    resizer.observe(box);
    system.addEventListener('change', onSystem);
    return () => {
      resizer.disconnect();
      system.removeEventListener('change', onSystem);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [span, timeZone, chosen]);

  useEffect(() => {
    chart.current?.setData(linesOf(props.series));
  }, [props.series]);

  return <div class="chart" ref={host} role="img" aria-label={props.says} />;
}
