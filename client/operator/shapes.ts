/** What `/operations/…` answers, and what follows from it. */
import type { DropPhase } from '../../server/protocol/views.ts';
import { operatorTexts as texts } from '../texts/operator.ts';

export interface OpenDrop {
  id: string;
  eventId: string;
  eventTitle: string;
  vendorName: string;
  phase: DropPhase;
  pauseReason: string | null;
  pausedAt: string | null;
  hasLine: boolean;
  opensAt: string;
  endsAt: string;
  epoch: number;
  joined: number;
  waiting: number;
  serving: number;
  lastNumber: number;
  turnsInUse: number;
  maxTurns: number;
  capacity: number;
  available: number;
  held: number;
  sold: number;
  /** How many things are wrong with the event's accounts; 0 is healthy. */
  healthScore: number;
}

export interface Invariant {
  name: string;
  sentence: string;
  violations: number;
  sample: Record<string, unknown>[];
}

export interface Checked {
  checkedAt: string;
  invariants: Invariant[];
}

export interface StoreHealth {
  ok: boolean;
  answerMs: number | null;
  detail: string;
}

export interface Lag {
  name: string;
  sentence: string;
  waiting: number;
  oldestSeconds: number;
  limitSeconds: number;
  ok: boolean;
}

export interface Health {
  checkedAt: string;
  stores: { ledger: StoreHealth; gate: StoreHealth };
  workers: { id: string; seenSecondsAgo: number; alive: boolean }[];
  lags: Lag[];
  alerts: { eventId: string; eventTitle: string; type: string; affected: number; priority: string }[];
}

/** What an operator has to look at, in sentences, worst first. */
export function troubles(health: Health | null, checked: Checked | null): string[] {
  const broken = (checked?.invariants ?? []).filter((invariant) => invariant.violations > 0);
  const found = broken.map((invariant) => texts.brokenInvariant(invariant.sentence));
  if (!health) return found;
  if (!health.stores.ledger.ok) found.push(texts.storeAway(texts.stores.ledger));
  if (!health.stores.gate.ok) found.push(texts.storeAway(texts.stores.gate));
  if (!health.workers.some((worker) => worker.alive)) found.push(texts.noWorker);
  for (const lag of health.lags) if (!lag.ok) found.push(texts.late(lag.sentence));
  for (const alert of health.alerts) found.push(texts.alert(alert.priority, alert.type, alert.eventTitle));
  return found;
}

/** Broken ones first, then by name: red must not hide at the bottom. */
export const byTrouble = (a: Invariant, b: Invariant): number =>
  Number(b.violations > 0) - Number(a.violations > 0) || a.name.localeCompare(b.name);
