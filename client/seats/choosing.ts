/** Choosing seats by hand, as pure steps: what may be picked, what a press does, what others took, and what is asked for. */
import type { HoldItem } from '../../server/protocol/events.ts';
import { FLAG } from './layout.ts';

/** A seat somebody picked: enough to ask for it, also before the map is loaded again after a refresh. */
export interface Pick {
  seat: number;
  id: string;
  tierId: string;
}

export interface SeatWishes {
  /** Asks for accessible seats: they are kept for those who do. */
  accessible: boolean;
  /** The code of a channel seats are kept for. */
  code: string;
}

export const NO_WISHES: SeatWishes = { accessible: false, code: '' };

/** What is asked of the server: a hold, or the exchange of one. */
export interface SeatRequest {
  items: HoldItem[];
  wishes: SeatWishes;
  /** The hold to exchange. */
  swap?: string;
}

/** What the server said no to, as far as seats are named. */
export interface SeatRefusal {
  code: 'SEATS_TAKEN' | 'ORPHAN_SEAT' | 'NOT_TOGETHER' | 'SEATS_REQUIRED';
  details: Record<string, unknown>;
}

const ABOUT_SEATS = ['SEATS_TAKEN', 'ORPHAN_SEAT', 'NOT_TOGETHER', 'SEATS_REQUIRED'] as const;

/** A refusal that names seats; null: another one, which a sentence says well enough. */
export function seatRefusalOf(
  refused: { code: string; details?: Record<string, unknown> | undefined } | null | undefined,
): SeatRefusal | null {
  const code = ABOUT_SEATS.find((one) => one === refused?.code);
  return code ? { code, details: refused?.details ?? {} } : null;
}

const [FREE, KEPT] = [0, 3];

/** Whether a seat in this state may be picked by somebody with these wishes. The server decides; this spares a press. */
export function mayPick(state: number, flags: number, wishes: SeatWishes): boolean {
  if (state === FREE) return true;
  if (state !== KEPT) return false;
  return wishes.code.trim() !== '' || (wishes.accessible && (flags & FLAG.accessible) !== 0);
}

export type Pressed = { picks: readonly Pick[]; full: boolean };

/** A press on a seat: picked, or given back. `room`: how many more the limit allows beside everything picked. */
export function press(picks: readonly Pick[], pick: Pick, room: number): Pressed {
  if (picks.some(({ seat }) => seat === pick.seat))
    return { picks: picks.filter(({ seat }) => seat !== pick.seat), full: false };
  if (room <= 0) return { picks, full: true };
  return { picks: [...picks, pick], full: false };
}

/** What is left of the picks after others took some of them. The same list, if none is gone. */
export function withoutTaken(
  picks: readonly Pick[],
  isOpen: (seat: number) => boolean,
): { picks: readonly Pick[]; lost: readonly Pick[] } {
  const lost = picks.filter(({ seat }) => !isOpen(seat));
  return lost.length === 0 ? { picks, lost } : { picks: picks.filter(({ seat }) => isOpen(seat)), lost };
}

/** One line a tier, seats in the map's order: the same picks in another order are the same request. */
export function seatItems(picks: readonly Pick[]): HoldItem[] {
  const byTier = new Map<string, Pick[]>();
  for (const pick of picks) byTier.set(pick.tierId, [...(byTier.get(pick.tierId) ?? []), pick]);
  return [...byTier]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tierId, group]) => ({
      tierId,
      seatIds: group.sort((a, b) => a.seat - b.seat).map(({ id }) => id),
    }));
}

/** The members of `hold:place` and `hold:swap` beside the items. */
export const wishMembers = (wishes: SeatWishes): { accessible?: true; channel?: string } => ({
  ...(wishes.accessible ? { accessible: true } : {}),
  ...(wishes.code.trim() ? { channel: wishes.code.trim() } : {}),
});

/** The next seat after `from` that may be picked, in the map's order, within a stretch; from its start again at the end. */
export function nextOpen(
  first: number,
  count: number,
  from: number | null,
  isOpen: (seat: number) => boolean,
): number | null {
  const start = from === null ? first : from + 1;
  for (let step = 0; step < count; step += 1) {
    const seat = first + ((start - first + step) % count);
    if (isOpen(seat)) return seat;
  }
  return null;
}
