/**
 * Changing what one holds. A hold is never changed in place: either the new one is held before the old is let go (nothing
 * can be lost), or, where the limit leaves no room for both, the old goes first, and the fan is told so before.
 */
import type { HoldItem } from '../../server/protocol/events.ts';
import type { HoldView } from '../../server/protocol/index.ts';

/** Tickets wanted per tier. */
export type Quantities = Readonly<Record<string, number>>;

export type EditPlan =
  | { kind: 'nothing' }
  | { kind: 'let-go' }
  /** Hold the new, then let go of the old. */
  | { kind: 'safe'; items: HoldItem[] }
  /** Let go first: others may take what is free for a moment. */
  | { kind: 'risky'; items: HoldItem[] }
  | { kind: 'too-many'; limit: number };

export const countOf = (quantities: Quantities): number =>
  Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0);

export const itemsOf = (quantities: Quantities): HoldItem[] =>
  Object.entries(quantities)
    .filter(([, quantity]) => quantity > 0)
    .map(([tierId, quantity]) => ({ tierId, quantity }));

export function quantitiesOf(hold: HoldView): Quantities {
  const quantities: Record<string, number> = {};
  for (const item of hold.items) quantities[item.tierId] = (quantities[item.tierId] ?? 0) + item.quantity;
  return quantities;
}

/** @param allowance what the limit still allows beside everything held and bought */
export function planEdit(hold: HoldView, wanted: Quantities, allowance: number): EditPlan {
  const held = quantitiesOf(hold);
  const tiers = new Set([...Object.keys(held), ...Object.keys(wanted)]);
  const same = [...tiers].every((tierId) => (held[tierId] ?? 0) === (wanted[tierId] ?? 0));
  if (same) return { kind: 'nothing' };
  const count = countOf(wanted);
  if (count === 0) return { kind: 'let-go' };
  const limit = allowance + countOf(held);
  if (count > limit) return { kind: 'too-many', limit };
  return { kind: count <= allowance ? 'safe' : 'risky', items: itemsOf(wanted) };
}
