/** How seats look to a fan: everybody's states, with what this fan picked and holds laid over them. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Pick } from './choosing.ts';
import type { Look } from './drawing.ts';
import type { SeatHouse } from './house.ts';
import type { SeatLook } from './marks.ts';
import type { Changes } from './seat-map.tsx';

const BY_STATE: readonly SeatLook[] = ['free', 'held', 'sold', 'kept'];

export const lookOfState = (house: SeatHouse, seat: number): SeatLook =>
  house.tierOf[seat]! < 0 ? 'closed' : BY_STATE[house.states()[seat]!]!;

/** The same look and subscription for as long as the house is the same; what is picked or held is told as a change. */
export function useFanLook(
  house: SeatHouse,
  picks: readonly Pick[],
  mine: ReadonlySet<number>,
): { look: Look; changes: Changes } {
  const picked = useRef<ReadonlySet<number>>(new Set());
  const held = useRef<ReadonlySet<number>>(mine);
  const listeners = useRef(new Set<(seats: readonly number[] | 'all') => void>());
  const now = new Set(picks.map(({ seat }) => seat));
  // Read by whatever is drawn in this same pass, such as the list.
  const [before, had] = [picked.current, held.current];
  picked.current = now;
  held.current = mine;
  useEffect(() => {
    const touched = [...before, ...now, ...had, ...mine].filter(
      (seat) => before.has(seat) !== now.has(seat) || had.has(seat) !== mine.has(seat),
    );
    if (touched.length > 0) for (const listener of listeners.current) listener(touched);
  });
  return useMemo(
    () => ({
      look: {
        stateOf: (seat: number): SeatLook =>
          picked.current.has(seat) ? 'picked' : held.current.has(seat) ? 'mine' : lookOfState(house, seat),
        tierOf: (seat: number): number => house.tierOf[seat]!,
      },
      changes: (listener: Parameters<Changes>[0]) => {
        const stop = house.changes(listener);
        listeners.current.add(listener);
        return () => {
          stop();
          listeners.current.delete(listener);
        };
      },
    }),
    [house],
  );
}
