/** What a schema cannot say about an event: real dates in order, one currency, a time zone that exists (rules E2 to E5). */
import { instant } from '../kernel/index.ts';
import { ok, type Refusal, type Result, refuse } from '../protocol/index.ts';
import { refuseTimes } from '../queue/index.ts';
import { type DropPlan, settingsOf, type TierBody } from './event.ts';

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

const wrong = (field: string, message: string) => refuse('INVALID_REQUEST', { field }, message);

/** IANA names only: an offset would be wrong for half the year. */
export function judgeZone(name: string): Result<string> {
  const unknown = wrong('venue.timeZone', 'This is not a time zone, such as Europe/Zurich.');
  if (/^[+-]/.test(name)) return unknown;
  try {
    return ok(new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone);
  } catch (err) {
    if (err instanceof RangeError) return unknown;
    throw err;
  }
}

export function judgeStart(startsAt: string, now: Date): Result<Date> {
  const at = instant(startsAt);
  if (!at) return wrong('startsAt', 'This is not a date and time.');
  if (at <= now) return wrong('startsAt', 'An event starts in the future.');
  return ok(at);
}

/** The event's one currency. */
export function judgeTiers(tiers: readonly TierBody[]): Result<string> {
  const names = new Set<string>();
  const currency = (tiers[0] as TierBody).currency.toUpperCase();
  if (!CURRENCIES.has(currency))
    return wrong('tiers.0.currency', `${currency} is not a currency (ISO 4217).`);
  for (const [i, tier] of tiers.entries()) {
    if (tier.currency.toUpperCase() !== currency)
      return wrong(
        `tiers.${i}.currency`,
        `An event has one currency, and its first tier is priced in ${currency}.`,
      );
    const name = tier.name.trim().toLowerCase();
    if (names.has(name)) return wrong(`tiers.${i}.name`, 'Two tiers of one event need two names.');
    names.add(name);
  }
  return ok(currency);
}

/** Null: the plan can become a drop of an event that starts at `startsAt`. */
export function judgePlan(
  plan: DropPlan,
  eventId: string,
  startsAt: Date,
  now: Date,
): { ok: false; error: Refusal } | null {
  for (const field of ['lobbyOpensAt', 'opensAt', 'endsAt'] as const) {
    const text = plan[field];
    if (typeof text === 'string' && !instant(text))
      return wrong(`drop.${field}`, 'This is not a date and time.');
  }
  const settings = settingsOf(plan, eventId, now);
  const ends = settings.endsAt ?? startsAt;
  if (settings.endsAt && settings.endsAt <= now) return wrong('drop.endsAt', 'A sale ends in the future.');
  if (settings.opensAt >= ends)
    return wrong('drop.opensAt', 'A sale opens before it ends, or before its event starts.');
  return refuseTimes(settings);
}
