/** Times as they come in: ISO 8601, with a zone. */

const YEAR_MIN = 1970;
const YEAR_MAX = 2200;

/** The instant a string names, or null: `2026-02-30T00:00:00Z` names none, though JavaScript would read March. */
export function instant(text: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})T/i.exec(text) ?? [];
  const at = new Date(text);
  if (day === undefined || Number.isNaN(at.getTime())) return null;
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day))
    return null;
  return at.getUTCFullYear() >= YEAR_MIN && at.getUTCFullYear() <= YEAR_MAX ? at : null;
}

/** The end of a span of time that is given and names no instant; null: both are fine. */
export function wrongEnd(span: { from?: string; to?: string }): 'from' | 'to' | null {
  for (const end of ['from', 'to'] as const) {
    const text = span[end];
    if (text !== undefined && !instant(text)) return end;
  }
  return null;
}
