/**
 * Numbers, money, dates and countdowns, by Intl. The pages speak English, so the reader's own English decides the
 * order of day and month; an event's times stand in its venue's zone and name it.
 */

/** The reader's own English, or British. */
export function pickLocale(languages: readonly string[]): string {
  return languages.find((tag) => /^en-/i.test(tag)) ?? 'en-GB';
}

export const LOCALE = pickLocale(globalThis.navigator?.languages ?? []);

/** Intl's constructors are slow: each set of options is built once. */
function remembered<T>(build: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const built = build(key);
    known.set(key, built);
    return built;
  };
}

const wholeNumbers = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
export const formatNumber = (n: number): string => wholeNumbers.format(n);

const percents = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });
/** 0.84 → 84% */
export const formatShare = (share: number): string => percents.format(share);

const money = remembered(
  (currency) =>
    new Intl.NumberFormat(LOCALE, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }),
);
const wholeMoney = remembered(
  (currency) =>
    new Intl.NumberFormat(LOCALE, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      maximumFractionDigits: 0,
    }),
);

/** Minor units per major unit: 100 for EUR, 1 for JPY, 1000 for KWD. */
export const minorUnits = (currency: string): number =>
  10 ** (money(currency).resolvedOptions().maximumFractionDigits ?? 2);

/** Integer minor units as money: 6840, 'EUR' → €68.40. */
export const formatMoney = (minor: number, currency: string): string =>
  money(currency).format(minor / minorUnits(currency));

/** In whole units, for figures one only glances at. */
export const formatMoneyWhole = (minor: number, currency: string): string =>
  wholeMoney(currency).format(Math.round(minor / minorUnits(currency)));

const STYLES = {
  day: { weekday: 'short', day: 'numeric', month: 'short' },
  full: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  },
  clock: { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const dateFormat = remembered((key) => {
  const [style, timeZone] = key.split('|') as [keyof typeof STYLES, string];
  return new Intl.DateTimeFormat(LOCALE, { ...STYLES[style], timeZone });
});

type When = string | number;
const dated =
  (style: keyof typeof STYLES) =>
  (at: When, zone: string): string =>
    dateFormat(`${style}|${zone}`).format(new Date(at));

/** Sat, 12 Dec 2026, 20:00 CET */
export const formatDateTime = dated('full');
/** Sat, 12 Dec */
export const formatDay = dated('day');
/** 20:00 CET */
export const formatClock = dated('clock');
/** 20:00:07, of a moment so near that its zone is plain */
export const formatClockSeconds = dated('seconds');

/** The reader's own zone, for times that belong to no venue. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What is left: 0:42, 12:04, 3:07:09, 2 days 4 h. Rounded up, so that 0:00 is shown only when it is over. */
export function formatCountdown(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} days${hours % 24 > 0 ? ` ${hours % 24} h` : ''}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
