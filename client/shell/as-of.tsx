/** Answers that come from what was kept while the database is away say of when they are (`Holdfast-As-Of`); the page says so too. */
import type { RequestOptions } from '../api.ts';
import { api } from '../session.ts';
import { asOfTexts } from '../texts/as-of.ts';
import { formatClock, Notice, ownZone } from '../ui/index.ts';

/** Epoch milliseconds; null: as of now. */
export type AsOf = number | null;

export const asOfIn = (headers: Headers): AsOf => {
  const at = Date.parse(headers.get('holdfast-as-of') ?? '');
  return Number.isNaN(at) ? null : at;
};

/** A GET, with the time its answer is of. */
export async function dated<T extends object>(
  path: string,
  options: RequestOptions,
): Promise<T & { asOfMs: AsOf }> {
  let asOfMs: AsOf = null;
  const onHeaders = (headers: Headers): void => {
    asOfMs = asOfIn(headers);
  };
  return { ...(await api.request<T>('GET', path, { ...options, onHeaders })), asOfMs };
}

export function AsOfNotice({ at, text = asOfTexts.text }: { at: AsOf; text?: (clock: string) => string }) {
  if (at === null) return null;
  return (
    <Notice kind="turn" title={asOfTexts.title}>
      {text(formatClock(at, ownZone()))}
    </Notice>
  );
}
