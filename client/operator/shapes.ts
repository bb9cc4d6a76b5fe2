/** What the operator's page asks for, and what follows from the answers. */
import type { DropState } from '../../server/protocol/views.ts';

export interface OperatedDrop extends DropState {
  eventTitle: string;
  timeZone: string;
}

export interface Invariant {
  name: string;
  sentence: string;
  violations: number;
  sample: Record<string, unknown>[];
}

export type Service = 'up' | 'degraded' | 'down';

export interface HealthEntry {
  name: string;
  state: Service;
  /** What it says about itself: latency, breaker, queue. */
  detail: string | null;
}

/** What an operator has to look at, worst first. */
export function troubles(health: readonly HealthEntry[], invariants: readonly Invariant[]): string[] {
  return [
    ...invariants.filter((invariant) => invariant.violations > 0).map((invariant) => invariant.sentence),
    ...health.filter((entry) => entry.state === 'down').map((entry) => entry.name),
    ...health.filter((entry) => entry.state === 'degraded').map((entry) => entry.name),
  ];
}

/** Broken ones first, then by name: red must not hide at the bottom. */
export const byTrouble = (a: Invariant, b: Invariant): number =>
  Number(b.violations > 0) - Number(a.violations > 0) || a.name.localeCompare(b.name);
