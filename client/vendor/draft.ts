/**
 * A new event as it stands in the form: everything is text until it is sent. Errors are keyed by the names the server
 * uses for the same fields (`tiers.0.priceCents`), so that its refusals and ours stand in the same places.
 */
import type { FieldErrors } from '../shell/form.ts';
import { newEventTexts as texts } from '../texts/new-event.ts';
import { checkSeats, type SeatsDraft, seatedTiers, seatFields, seatingBody } from './seating/seats-draft.ts';
import { isTimeZone, zonedToIso } from './zone.ts';

export interface TierDraft {
  /** Keeps a row its own while others come and go. */
  key: number;
  name: string;
  price: string;
  quantity: string;
}

export interface EventDraft {
  title: string;
  type: string;
  artist: string;
  description: string;
  venueName: string;
  venueCity: string;
  timeZone: string;
  /** `datetime-local` values, in the venue's zone. */
  startsAt: string;
  currency: string;
  tiers: TierDraft[];
  /** Reserved seats; null: general admission. */
  seats: SeatsDraft | null;
  line: boolean;
  lobbyOpensAt: string;
  opensAt: string;
  endsAt: string;
  limitPerFan: string;
  turnMinutes: string;
  claimSeconds: string;
  holdMinutes: string;
  maxTurns: string;
  overbook: string;
}

export const emptyDraft = (timeZone: string): EventDraft => ({
  title: '',
  type: 'concert',
  artist: '',
  description: '',
  venueName: '',
  venueCity: '',
  timeZone,
  startsAt: '',
  currency: 'EUR',
  tiers: [{ key: 1, name: '', price: '', quantity: '' }],
  seats: null,
  line: true,
  lobbyOpensAt: '',
  opensAt: '',
  endsAt: '',
  limitPerFan: '4',
  turnMinutes: '10',
  claimSeconds: '60',
  holdMinutes: '15',
  maxTurns: '500',
  overbook: '1',
});

/** "68.40", "68,4" or "68" as minor units; null when it is no price. */
export function readPrice(typed: string, decimals: number): number | null {
  const found = /^(\d{1,9})(?:[.,](\d+))?$/.exec(typed.trim());
  const fraction = found?.[2] ?? '';
  if (!found || fraction.length > decimals) return null;
  return Number(`${found[1]}${fraction.padEnd(decimals, '0')}`);
}

export function readWhole(typed: string, least: number, most: number): number | null {
  const plain = typed.trim();
  const value = /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

export function readDecimal(typed: string, most: number): number | null {
  const plain = typed.trim().replace(',', '.');
  const value = /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  return value > 0 && value <= most ? value : null;
}

export const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** The bounds are the server's (server/catalog/event.ts); it checks again. */
const PRICE_MAX = 100_000_000;
const QUANTITY_MAX = 10_000_000;
export const WHOLES = {
  'drop.limitPerFan': { of: 'limitPerFan', least: 1, most: 1000 },
  'drop.turnSeconds': { of: 'turnMinutes', least: 1, most: 1440 },
  'drop.claimSeconds': { of: 'claimSeconds', least: 1, most: 3600 },
  'drop.holdSeconds': { of: 'holdMinutes', least: 1, most: 1440 },
  'drop.maxTurns': { of: 'maxTurns', least: 1, most: 1_000_000 },
} as const;
const OVERBOOK_MAX = 100_000;

type Errors = FieldErrors<string>;

const needed = (text: string, most: number): string | undefined => {
  if (!text.trim()) return texts.missing;
  return text.trim().length > most ? texts.tooLong(most) : undefined;
};

function checkTimes(draft: EventDraft, nowMs: number): Record<string, string | undefined> {
  const at = (local: string): number | null => {
    const iso = zonedToIso(local, draft.timeZone);
    return iso === null ? null : Date.parse(iso);
  };
  const [starts, opens] = [at(draft.startsAt), at(draft.opensAt)];
  const [lobby, ends] = [at(draft.lobbyOpensAt), at(draft.endsAt)];
  return {
    startsAt: starts === null ? texts.notDate : starts <= nowMs ? texts.past : undefined,
    'drop.opensAt':
      opens === null ? texts.notDate : starts !== null && opens >= starts ? texts.opensAfterStart : undefined,
    'drop.lobbyOpensAt':
      draft.line && lobby !== null && opens !== null && lobby >= opens ? texts.lobbyAfterOpen : undefined,
    'drop.endsAt': ends !== null && opens !== null && ends <= opens ? texts.endsBeforeOpen : undefined,
  };
}

function checkTiers(draft: EventDraft): Record<string, string | undefined> {
  const errors: Record<string, string | undefined> = {};
  const decimals = decimalsOf(draft.currency);
  const names = new Set<string>();
  const seated = seatedTiers(draft.seats);
  for (const [index, tier] of draft.tiers.entries()) {
    const name = tier.name.trim().toLowerCase();
    errors[`tiers.${index}.name`] = needed(tier.name, 120) ?? (names.has(name) ? texts.tierTwice : undefined);
    names.add(name);
    const price = readPrice(tier.price, decimals);
    errors[`tiers.${index}.priceCents`] = price === null || price > PRICE_MAX ? texts.priceWrong : undefined;
    // With seats there are as many as there are seats.
    if (!seated.has(tier.key) && readWhole(tier.quantity, 1, QUANTITY_MAX) === null)
      errors[`tiers.${index}.quantity`] = texts.whole('1', QUANTITY_MAX.toLocaleString('en'));
  }
  return errors;
}

export function checkDraft(draft: EventDraft, nowMs: number): Errors {
  const errors: Record<string, string | undefined> = {
    title: needed(draft.title, 200),
    artist: draft.artist.trim().length > 200 ? texts.tooLong(200) : undefined,
    description: draft.description.length > 10_000 ? texts.tooLong(10_000) : undefined,
    'venue.name': needed(draft.venueName, 200),
    'venue.city': draft.venueCity.trim().length > 120 ? texts.tooLong(120) : undefined,
    'venue.timeZone': isTimeZone(draft.timeZone.trim()) ? undefined : texts.zoneWrong,
    ...checkTimes(draft, nowMs),
    ...checkTiers(draft),
    ...checkSeats({ seats: draft.seats, tiers: draft.tiers, readWhole, whole: texts.whole }),
    'drop.overbook':
      readDecimal(draft.overbook, OVERBOOK_MAX) === null
        ? texts.decimal(OVERBOOK_MAX.toLocaleString('en'))
        : undefined,
  };
  for (const [field, { of, least, most }] of Object.entries(WHOLES))
    if (readWhole(draft[of], least, most) === null)
      errors[field] = texts.whole(String(least), most.toLocaleString('en'));
  return Object.fromEntries(Object.entries(errors).filter(([, error]) => error)) as Errors;
}

/** Every field of the form, in the order one meets them: the first with an error gets the focus. */
export function fieldsOf(draft: EventDraft): string[] {
  const seats = seatFields(draft.seats);
  return [
    'title',
    'type',
    'artist',
    'description',
    'venue.name',
    'venue.city',
    'venue.timeZone',
    'startsAt',
    ...seats.before,
    ...draft.tiers.flatMap((_, index) =>
      ['name', 'priceCents', 'quantity'].map((part) => `tiers.${index}.${part}`),
    ),
    ...seats.after,
    'drop.lobbyOpensAt',
    'drop.opensAt',
    'drop.endsAt',
    ...Object.keys(WHOLES),
    'drop.overbook',
  ];
}

const optional = (name: string, value: string | null): Record<string, string> =>
  value?.trim() ? { [name]: value.trim() } : {};

/** The body of `POST /events`, of a draft that passed `checkDraft`. */
export function bodyOf(draft: EventDraft, status: 'draft' | 'published') {
  const zone = draft.timeZone.trim();
  const decimals = decimalsOf(draft.currency);
  const seated = seatedTiers(draft.seats);
  const times = {
    ...(draft.line ? optional('lobbyOpensAt', zonedToIso(draft.lobbyOpensAt, zone)) : {}),
    ...optional('endsAt', zonedToIso(draft.endsAt, zone)),
  };
  const turns = {
    turnSeconds: Number(draft.turnMinutes) * 60,
    claimSeconds: Number(draft.claimSeconds),
    maxTurns: Number(draft.maxTurns),
    overbook: Number(draft.overbook.replace(',', '.')),
  };
  return {
    title: draft.title.trim(),
    type: draft.type,
    ...optional('artist', draft.artist),
    ...optional('description', draft.description),
    venue: { name: draft.venueName.trim(), ...optional('city', draft.venueCity), timeZone: zone },
    startsAt: zonedToIso(draft.startsAt, zone) ?? '',
    status,
    tiers: draft.tiers.map((tier) => ({
      name: tier.name.trim(),
      priceCents: readPrice(tier.price, decimals) ?? 0,
      currency: draft.currency,
      ...(seated.has(tier.key) ? {} : { quantity: Number(tier.quantity) }),
    })),
    ...seatingBody(draft.seats, draft.tiers),
    drop: {
      line: draft.line,
      opensAt: zonedToIso(draft.opensAt, zone) ?? '',
      ...times,
      limitPerFan: Number(draft.limitPerFan),
      holdSeconds: Number(draft.holdMinutes) * 60,
      ...(draft.line ? turns : {}),
    },
  };
}
