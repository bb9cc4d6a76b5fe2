/** Rows of pictures: what is read of them, and how they become views. */

import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { PictureView } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { Desk } from './desk.ts';
import type { PictureStore } from './store.ts';

export interface PictureDeps {
  ledger: Pick<Ledger, 'reads'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  store: PictureStore;
  desk: Desk;
}

export interface PictureRow {
  id: string;
  kind: 'night' | 'cover';
  user_id: string;
  status: 'shown' | 'hidden';
  caption: string | null;
  width: number;
  height: number;
  created_at: Date;
  event_id: string;
  title: string;
  artist: string | null;
  venue_name: string;
  venue_city: string | null;
  start_at: Date;
  time_zone: string;
}

/** Of `i`, a picture, and `e`, its event. */
export const COLUMNS = `i.id, i.kind, i.user_id, i.status, i.caption, i.width, i.height, i.created_at,
  e.id as event_id, e.title, e.artist, e.venue_name, e.venue_city, e.start_at, e.time_zone`;

export const urlOf = (id: string): string => `/images/${id}`;

export const viewOf = (row: PictureRow): PictureView => ({
  id: row.id,
  url: urlOf(row.id),
  smallUrl: `${urlOf(row.id)}/small`,
  width: row.width,
  height: row.height,
  caption: row.caption,
  createdAt: row.created_at.toISOString(),
  eventId: row.event_id,
  eventTitle: row.title,
  artist: row.artist,
  venueName: row.venue_name,
  venueCity: row.venue_city,
  startsAt: row.start_at.toISOString(),
  timeZone: row.time_zone,
});

export interface PageAsked {
  limit: number;
  /** The id of the last one shown. */
  after: string | null;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Of one row more than asked for. */
export function pageOf<Row extends { id: string }, T>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(view), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}
