/** How seats look to their vendor: the live states, what a filter leaves, channels' letters, and what is selected. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Look } from '../../seats/drawing.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { lookOfState } from '../../seats/look.ts';
import type { SeatLook } from '../../seats/marks.ts';
import type { Changes } from '../../seats/seat-map.tsx';

export interface Overlay {
  picked: ReadonlySet<number>;
  /** Where the ticket that is moved sits. */
  from: number | null;
  /** Whether a seat stands out. Another function draws the whole map anew: keep it while it says the same. */
  shows: (seat: number) => boolean;
  letterOf: (seat: number) => string;
}

type Listener = Parameters<Changes>[0];

/** Selecting a seat draws that seat; a filter, and letters that changed, draw the map. */
export function useVendorLook(house: SeatHouse, overlay: Overlay): { look: Look; changes: Changes } {
  const { shows, letterOf, picked, from } = overlay;
  const latest = useRef({ picked, from });
  const listeners = useRef(new Set<Listener>());
  const before = latest.current;
  latest.current = { picked, from };
  useEffect(() => {
    const touched = [...before.picked, ...picked].filter(
      (seat) => before.picked.has(seat) !== picked.has(seat),
    );
    if (before.from !== from)
      touched.push(...[before.from, from].filter((seat): seat is number => seat !== null));
    if (touched.length > 0) for (const listener of listeners.current) listener(touched);
  });
  const changes = useMemo(
    () => (listener: Listener) => {
      const stop = house.changes(listener);
      listeners.current.add(listener);
      return () => {
        stop();
        listeners.current.delete(listener);
      };
    },
    [house],
  );
  const look = useMemo(
    () => ({
      stateOf: (seat: number): SeatLook => {
        if (latest.current.picked.has(seat)) return 'picked';
        if (latest.current.from === seat) return 'mine';
        return shows(seat) ? lookOfState(house, seat) : 'closed';
      },
      tierOf: (seat: number): number => house.tierOf[seat]!,
      letterOf,
    }),
    [house, shows, letterOf],
  );
  return { look, changes };
}
