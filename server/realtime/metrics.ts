/** What an edge counts. Figures are read when they are scraped; the hot path only adds to plain numbers. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TableRow } from './table.ts';

export interface EdgeFigures {
  sockets(): number;
  watchedDrops(): number;
  watchedSeats(): number;
  staleNow(): number;
  notifyDropped(): number;
  table(): Iterable<TableRow>;
  unknown: ReadonlyMap<string, number>;
  doors: ReadonlyMap<string, number>;
  closures: ReadonlyMap<string, number>;
}

export interface EdgeMetrics {
  observeTick(ms: number): void;
}

export function registerMetrics(registry: Registry, figures: EdgeFigures): EdgeMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('holdfast_realtime_sockets', 'Connected sockets', figures.sockets);
  gauge('holdfast_realtime_watched_drops', 'Drops with an audience on this edge', figures.watchedDrops);
  gauge(
    'holdfast_realtime_watched_seats',
    'Drops whose seats have an audience on this edge',
    figures.watchedSeats,
  );
  gauge('holdfast_realtime_stale_sockets', 'Sockets that do not read what they are sent', figures.staleNow);
  gauge(
    'holdfast_realtime_notify_dropped',
    'Addressed messages dropped while Redis was away',
    figures.notifyDropped,
  );

  const counter = (name: string, help: string, label: string, read: () => ReadonlyMap<string, number>) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, n] of read()) this.inc({ [label]: value }, n);
      },
    });
  counter('holdfast_realtime_handshakes_total', 'Handshakes by outcome', 'outcome', () => figures.doors);
  counter(
    'holdfast_realtime_closures_total',
    'Sockets closed by the edge, by reason',
    'reason',
    () => figures.closures,
  );
  new Counter({
    name: 'holdfast_realtime_events_total',
    help: 'Events answered, by event and code',
    labelNames: ['event', 'code'],
    registers,
    collect() {
      this.reset();
      for (const row of figures.table())
        for (const [code, n] of row.answers) this.inc({ event: row.event, code }, n);
      for (const [code, n] of figures.unknown) this.inc({ event: 'unknown', code }, n);
    },
  });
  const tick = new Histogram({
    name: 'holdfast_realtime_tick_ms',
    help: 'One pass over all watched drops, in milliseconds',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250],
    registers,
  });
  return { observeTick: (ms) => tick.observe(ms) };
}
