/**
 * What a link tells of an event before anybody opens it (rules X60 to X64): Open Graph, a card, and schema.org's Event, as
 * text for the page's head. Pure. Titles are anybody's words: nothing of them is ever markup, and none of them turns the
 * text around it.
 */
import { createHash } from 'node:crypto';
import { escapeHtml } from '../kernel/index.ts';
import type { DropPhase } from '../protocol/index.ts';

/** A row of preview.sql. Money in minor units, all-in. */
export interface SharedEvent {
  id: string;
  title: string;
  artist: string | null;
  type: string;
  description: string | null;
  venue_name: string;
  venue_city: string | null;
  time_zone: string;
  start_at: Date;
  previous_start_at: Date | null;
  status: 'published' | 'canceled' | 'ended';
  currency: string;
  drop_id: string;
  phase: DropPhase;
  opens_at: Date;
  image_id: string | null;
  from_cents: number | null;
  available: number;
}

export const CARD = { width: 1_200, height: 630 } as const;
const SITE = 'Holdfast';
const LOCALE = 'en-GB';

/** JSON that no HTML parser finds anything in. */
export const escapeJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** One line, without signs that show nothing or turn the writing of what follows. */
export const plain = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Written from right to left or not, what stands beside it keeps its place. */
const isolated = (text: string): string => `\u2068${text}\u2069`;

export function moneyOf(cents: number, currency: string): string {
  const format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency, currencyDisplay: 'code' });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(cents / 10 ** digits).replaceAll('\u00a0', ' ');
}

/** `50.00`, as schema.org wants it. */
function amountOf(cents: number, currency: string): string {
  const format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (cents / 10 ** digits).toFixed(digits);
}

export const dayOf = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat(LOCALE, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(at);

/** `2026-12-04T20:00:00+01:00`: the moment as the clock at the venue tells it. */
export function zonedIso(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const offset = part('timeZoneName').slice(3) || '+00:00';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}${offset}`;
}

export const placeOf = (event: SharedEvent): string =>
  [event.venue_name, event.venue_city].flatMap((part) => (part ? [plain(part)] : [])).join(', ');

export function priceOf(event: SharedEvent): string | null {
  if (event.status === 'canceled') return 'Canceled';
  if (event.from_cents === null) return null;
  if (event.phase === 'ended' || event.status === 'ended') return null;
  if (event.available === 0) return 'Sold out';
  return event.from_cents === 0 ? 'Free' : `From ${moneyOf(event.from_cents, event.currency)}`;
}

/** What the card's picture is made of: another one is another picture. */
export const cardTag = (event: SharedEvent): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        'card/1',
        event.id,
        event.title,
        dayOf(event.start_at, event.time_zone),
        placeOf(event),
        priceOf(event),
        event.image_id,
      ]),
    )
    .digest('base64url')
    .slice(0, 22);

const SCHEMA = 'https://schema.org/';

function availabilityOf(event: SharedEvent): string {
  if (event.status !== 'published' || ['ended', 'canceled'].includes(event.phase))
    return `${SCHEMA}Discontinued`;
  if (['scheduled', 'lobby'].includes(event.phase)) return `${SCHEMA}PreOrder`;
  return event.available > 0 ? `${SCHEMA}InStock` : `${SCHEMA}SoldOut`;
}

function statusOf(event: SharedEvent): string {
  if (event.status === 'canceled') return `${SCHEMA}EventCancelled`;
  return event.previous_start_at ? `${SCHEMA}EventRescheduled` : `${SCHEMA}EventScheduled`;
}

function linkedData(event: SharedEvent, url: string, image: string): unknown {
  const zone = event.time_zone;
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: plain(event.title),
    ...(event.description ? { description: plain(event.description) } : {}),
    startDate: zonedIso(event.start_at, zone),
    ...(event.previous_start_at ? { previousStartDate: zonedIso(event.previous_start_at, zone) } : {}),
    eventStatus: statusOf(event),
    eventAttendanceMode: `${SCHEMA}OfflineEventAttendanceMode`,
    location: {
      '@type': 'Place',
      name: plain(event.venue_name),
      address: {
        '@type': 'PostalAddress',
        ...(event.venue_city ? { addressLocality: plain(event.venue_city) } : {}),
      },
    },
    ...(event.artist ? { performer: { '@type': 'PerformingGroup', name: plain(event.artist) } } : {}),
    image: [image],
    url,
    ...(event.from_cents === null
      ? {}
      : {
          offers: {
            '@type': 'Offer',
            price: amountOf(event.from_cents, event.currency),
            priceCurrency: event.currency,
            availability: availabilityOf(event),
            validFrom: event.opens_at.toISOString(),
            url,
          },
        }),
  };
}

export interface Linked {
  /** `https://tickets.example`. */
  origin: string;
  /** The address that was asked for, without its question. */
  path: string;
  /** The code of an affiliate: some readers of links open what stands here, and not what was shared. */
  via: string | null;
}

/** For the head of the page: a title, and all that is to be read without scripts. */
export function headOf(event: SharedEvent, { origin, path, via }: Linked): string {
  const canonical = `${origin}/e/${event.id}`;
  const image = `${origin}/events/${event.id}/card.png?v=${cardTag(event)}`;
  const title = plain(event.title);
  const price = priceOf(event);
  const about = [
    isolated(placeOf(event)),
    dayOf(event.start_at, event.time_zone),
    ...(price ? [price] : []),
  ].join(' · ');
  const summary = event.description ? `${about}. ${isolated(plain(event.description))}` : about;
  const alt = `${isolated(title)}: ${about}`;
  // On the canonical page only: thousands who wait on a drop's page need not load it.
  const data = `<script type="application/ld+json">${escapeJson(linkedData(event, canonical, image))}</script>`;
  const meta = (kind: 'name' | 'property', name: string, content: string) =>
    `<meta ${kind}="${name}" content="${escapeHtml(content)}" />`;
  return [
    `<title>${escapeHtml(title)} · ${SITE}</title>`,
    meta('name', 'description', summary),
    `<link rel="canonical" href="${escapeHtml(canonical)}" />`,
    meta('property', 'og:site_name', SITE),
    meta('property', 'og:type', 'website'),
    meta('property', 'og:title', title),
    meta('property', 'og:description', summary),
    meta('property', 'og:url', `${origin}${path}${via ? `?via=${encodeURIComponent(via)}` : ''}`),
    meta('property', 'og:image', image),
    meta('property', 'og:image:width', String(CARD.width)),
    meta('property', 'og:image:height', String(CARD.height)),
    meta('property', 'og:image:alt', alt),
    // What else such a card shows it takes from the lines above.
    meta('name', 'twitter:card', 'summary_large_image'),
    ...(path === new URL(canonical).pathname ? [data] : []),
  ].join('\n    ');
}
