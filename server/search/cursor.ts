/** Where a page begins (rule L6): the key of the last event shown, in the order it was shown in. */
import type { Sort } from './query.ts';

/** Values of the order's key, as the ledger writes them, and the event's id. */
export interface Place {
  keys: string[];
  id: string;
}

const NUMBER = /^-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)$/i;
const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const isInstant = (text: string): boolean =>
  INSTANT.test(text) && !Number.isNaN(Date.parse(text.replace(' ', 'T').replace('+00', 'Z')));
const isCents = (text: string): boolean => /^\d{1,10}$/.test(text) && Number(text) <= 2_147_483_647;
const isScore = (text: string): boolean => NUMBER.test(text) && !Number.isNaN(Number(text));
const isTitled = (text: string): boolean => text === 'true' || text === 'false';

const SHAPES: Record<Sort, ((text: string) => boolean)[]> = {
  date: [isInstant],
  price_asc: [isCents],
  price_desc: [isCents],
  popularity: [isScore],
  relevance: [isTitled, isScore],
};

export function cursorOf(sort: Sort, place: Place): string {
  return Buffer.from(JSON.stringify([sort, ...place.keys, place.id])).toString('base64url');
}

/** Null: no cursor of this order. */
export function placeOf(sort: Sort, cursor: string): Place | null {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
  const shapes = SHAPES[sort];
  if (!Array.isArray(parts) || parts.length !== shapes.length + 2) return null;
  const [of, ...rest] = parts as unknown[];
  if (of !== sort || !rest.every((part): part is string => typeof part === 'string')) return null;
  const id = rest.at(-1) as string;
  const keys = rest.slice(0, -1);
  return UUID.test(id) && keys.every((key, i) => shapes[i]?.(key)) ? { keys, id } : null;
}
