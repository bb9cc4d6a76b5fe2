/**
 * Wall clocks of named time zones. A wall time is a number like a time stamp, but read as if it were UTC:
 * `new Date(wall).toISOString()` shows what the clock on the wall shows. A night in spring lacks an hour of them, one in
 * autumn has an hour twice.
 */
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the wall clock shows at an instant (ms since 1970), to the second. @throws RangeError: no such zone */
export function wallAt(zone: string, ms: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) part[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The instants at which the wall clock shows `wall`, earliest first: one, or two where an hour is repeated. Where it is
 * skipped: the instant the clock jumps over it.
 */
export function instantsOf(zone: string, wall: number): number[] {
  const offsetAt = (ms: number) => wallAt(zone, ms) - Math.floor(ms / 1000) * 1000;
  const offsets = [...new Set([offsetAt(wall - DAY_MS), offsetAt(wall + DAY_MS)])];
  const shown = offsets.map((o) => wall - o).filter((ms) => wallAt(zone, ms) === wall);
  if (shown.length > 0) return shown.sort((a, b) => a - b);
  let [before, after] = [wall - Math.max(...offsets), wall - Math.min(...offsets)];
  while (after - before > MINUTE_MS) {
    const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS;
    if (wallAt(zone, middle) < wall) before = middle;
    else after = middle;
  }
  return [after];
}
