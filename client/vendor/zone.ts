/**
 * Times a vendor types are meant in the venue's zone, whatever zone the vendor sits in: `datetime-local` values to
 * instants and back.
 */
const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** The offset of a zone from UTC at an instant, in milliseconds. */
function zoneOffsetMs(epochMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(epochMs));
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(epochMs / SECOND) * SECOND;
}

/**
 * A `datetime-local` value ("2026-12-12T19:00") read in `timeZone`, as ISO UTC; null when it is not a date. In the
 * hour that a clock change skips, the instant after the change; in the hour it repeats, the first of the two.
 */
export function zonedToIso(local: string, timeZone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local) || !isTimeZone(timeZone)) return null;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return null;
  const candidates = [wall - zoneOffsetMs(wall - DAY, timeZone), wall - zoneOffsetMs(wall + DAY, timeZone)];
  const exact = candidates.filter((instant) => instant + zoneOffsetMs(instant, timeZone) === wall);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates)).toISOString();
}

/** An instant as a `datetime-local` value in `timeZone`. */
export function isoToZoned(iso: string, timeZone: string): string {
  const epochMs = Date.parse(iso);
  return new Date(epochMs + zoneOffsetMs(epochMs, timeZone)).toISOString().slice(0, 16);
}
