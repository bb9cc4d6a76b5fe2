/** A list that comes in pages, as one: one's own tickets, orders, events are few, and half of them is no answer. */
import type { RequestOptions } from '../api.ts';

interface Page<T> {
  items: T[];
  nextCursor?: string | null;
}

type Ask = <T>(method: string, path: string, options?: RequestOptions) => Promise<T>;

const PER_PAGE = 200;
/** Against a server that never comes to an end. */
const PAGES_MAX = 25;

export async function wholeList<T>(ask: Ask, path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = new URLSearchParams({ limit: String(PER_PAGE), ...(cursor ? { cursor } : {}) });
    const found: Page<T> = await ask<Page<T>>('GET', `${path}?${query}`, { signal });
    items.push(...found.items);
    cursor = found.nextCursor ?? null;
    if (!cursor) break;
  }
  return items;
}
