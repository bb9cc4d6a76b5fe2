/** A seat's number within its map, and its id outside it (seating.ts says why). Alone here, so that pages load no schemas for it. */

/** UUID version 8: the map's first 80 bits with the version changed, then the seat's number in 48. */
export function seatIdOf(mapId: string, seat: number): string {
  return `${seatIdPrefix(mapId)}${seat.toString(16).padStart(12, '0')}`;
}

/** What the ids of all seats of one map begin with: 24 characters. */
export const seatIdPrefix = (mapId: string): string =>
  `${mapId.slice(0, 14)}8${mapId.slice(15, 24)}`.toLowerCase();

/** The seat's number within its map, if the id has the shape of one. */
export function seatOfId(seatId: string): { prefix: string; seat: number } | null {
  const id = seatId.toLowerCase();
  const seat = Number.parseInt(id.slice(24), 16);
  return id[14] === '8' && seat < 65_536 ? { prefix: id.slice(0, 24), seat } : null;
}
