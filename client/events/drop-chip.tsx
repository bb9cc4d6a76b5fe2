/** What a drop's phase means to somebody who looks at an event, in a few words, with a live countdown. */
import type { EventView } from '../../server/protocol/views.ts';
import { eventTexts as texts } from '../texts/events.ts';
import { classes, formatCountdown, formatDay } from '../ui/index.ts';
import { allIn } from '../ui/prices.ts';

export type ChipKind = 'soon' | 'live' | 'quiet' | 'warn';

export interface Chip {
  kind: ChipKind;
  text: string;
  /** When the text stops being true, epoch milliseconds. */
  changesAtMs: number | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

type Shown = Pick<EventView, 'drop'> & { venue: { timeZone: string } };

/** The moment a drop that has not opened yet should be asked about again. */
export function nextChangeMs(drop: NonNullable<EventView['drop']>): number | null {
  if (drop.phase === 'lobby') return Date.parse(drop.opensAt);
  if (drop.phase === 'scheduled') return Date.parse(drop.lobbyOpensAt ?? drop.opensAt);
  return null;
}

export function chipOf(event: Shown, nowMs: number): Chip {
  const { drop } = event;
  if (!drop) return { kind: 'quiet', text: texts.chip.none, changesAtMs: null };
  const opensMs = Date.parse(drop.opensAt);
  const left = opensMs - nowMs;
  const opening = (): string =>
    left > DAY_MS
      ? texts.chip.opensOn(formatDay(drop.opensAt, event.venue.timeZone))
      : texts.chip.opensIn(formatCountdown(left));
  switch (drop.phase) {
    case 'lobby':
      return { kind: 'soon', text: opening(), changesAtMs: nextChangeMs(drop) };
    case 'scheduled':
      return { kind: 'quiet', text: opening(), changesAtMs: nextChangeMs(drop) };
    case 'live':
      return { kind: 'live', text: texts.chip.live, changesAtMs: null };
    case 'drawing':
      return { kind: 'soon', text: texts.chip.drawing, changesAtMs: null };
    case 'paused':
      return { kind: 'warn', text: texts.chip.paused, changesAtMs: null };
    case 'sold_out':
    case 'ended':
    case 'canceled':
      return { kind: 'quiet', text: texts.chip[drop.phase], changesAtMs: null };
  }
}

export function DropChip(props: { event: Shown; nowMs: number }) {
  const chip = chipOf(props.event, props.nowMs);
  return <span class={classes('chip', 'num', chip.kind)}>{chip.text}</span>;
}

/** The lowest price one can have, all-in; null when nothing is sold. */
export function lowestPrice(tiers: EventView['tiers']): { cents: number; currency: string } | null {
  const [first, ...others] = tiers;
  if (!first) return null;
  const cheapest = others.reduce((low, tier) => (allIn(tier) < allIn(low) ? tier : low), first);
  return { cents: allIn(cheapest), currency: cheapest.currency };
}
