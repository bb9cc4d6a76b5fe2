/** One map in the whole window (`?seats=20000&theme=dark`), with an evening's states. Never part of the build. */
import { render } from 'preact';
import '../../ui/styles.css';
import type { SeatLook } from '../marks.ts';
import { SeatMap, type SeatMapHandle } from '../seat-map.tsx';
import { eveningOf, hallOf } from '../testing-hall.ts';

const asked = new URLSearchParams(location.search);
const theme = asked.get('theme');
if (theme) document.documentElement.dataset.theme = theme;
const geometry = hallOf(Number(asked.get('seats') ?? 2_000));
const { states, tiers } = eveningOf(geometry);
const LOOKS: readonly SeatLook[] = ['free', 'held', 'sold', 'kept'];
const picked = new Set<number>();
let tell: (seats: readonly number[]) => void = () => {};

const look = {
  stateOf: (seat: number): SeatLook =>
    picked.has(seat) ? 'picked' : tiers[seat]! < 0 ? 'closed' : LOOKS[states[seat]!]!,
  tierOf: (seat: number): number => tiers[seat]!,
};

function pick(seat: number): void {
  if (!picked.delete(seat)) picked.add(seat);
  tell([seat]);
}

const root = document.getElementById('app');
if (root)
  render(
    <main style={{ height: '100dvh' }}>
      <h1 class="sr">{geometry.name}</h1>
      <SeatMap
        geometry={geometry}
        look={look}
        changes={(listener) => {
          tell = listener;
          return () => {};
        }}
        label="Map of seats"
        onSeat={pick}
        handle={(handle: SeatMapHandle | null) => Reflect.set(globalThis, 'map', handle)}
      />
    </main>,
    root,
  );
