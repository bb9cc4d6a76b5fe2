/** What links tell, as text. Over HTTP: pages.test.ts beside this. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cardTag, headOf, plain, priceOf, type SharedEvent, zonedIso } from './preview.ts';

const EVENT: SharedEvent = {
  id: '01900000-0000-7000-8000-000000000001',
  title: 'Tidal Choir',
  artist: 'Tidal Choir',
  type: 'concert',
  description: 'Songs from the deep.',
  venue_name: 'Harbour Hall',
  venue_city: 'Bremen',
  time_zone: 'Europe/Berlin',
  start_at: new Date('2026-12-04T19:00:00Z'),
  previous_start_at: null,
  status: 'published',
  currency: 'EUR',
  drop_id: '01900000-0000-7000-8000-000000000002',
  phase: 'live',
  opens_at: new Date('2026-11-01T09:00:00Z'),
  image_id: null,
  from_cents: 4_550,
  available: 4,
};
const LINKED = { origin: 'https://tickets.example', path: `/e/${EVENT.id}`, via: null };
const head = (set: Partial<SharedEvent> = {}, via: string | null = null) =>
  headOf({ ...EVENT, ...set }, { ...LINKED, via });
const content = (html: string, name: string) =>
  new RegExp(`(?:name|property)="${name}" content="([^"]*)"`).exec(html)?.[1];
const data = (html: string) =>
  JSON.parse(/<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? 'null');

test('X60: title, date at the venue, place, price and picture', () => {
  const html = head();
  expect(html).toContain('<title>Tidal Choir · Holdfast</title>');
  expect(content(html, 'og:title')).toBe('Tidal Choir');
  expect(content(html, 'og:description')).toBe(
    '\u2068Harbour Hall, Bremen\u2069 · Fri, 4 Dec 2026, 20:00 · From EUR 45.50. \u2068Songs from the deep.\u2069',
  );
  expect(content(html, 'twitter:card')).toBe('summary_large_image');
  expect(content(html, 'og:image')).toBe(
    `https://tickets.example/events/${EVENT.id}/card.png?v=${cardTag(EVENT)}`,
  );
  expect(content(html, 'og:image:width')).toBe('1200');
});

test.each([
  [{}, 'From EUR 45.50'],
  [{ currency: 'JPY', from_cents: 4_500 }, 'From JPY 4,500'],
  [{ currency: 'KWD', from_cents: 4_500 }, 'From KWD 4.500'],
  [{ from_cents: 0 }, 'Free'],
  [{ available: 0 }, 'Sold out'],
  [{ status: 'canceled' as const }, 'Canceled'],
  [{ status: 'ended' as const }, null],
  [{ from_cents: null }, null],
])('X60: %j costs "%s"', (set, says) => expect(priceOf({ ...EVENT, ...set })).toBe(says));

test('X61: whatever the words are, they stay words', () => {
  const signs = fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '/',
      '$',
      '\\',
      '`',
      '</script>',
      '<!--',
      '\u2028',
      '\u202e',
      '\u0000',
      '\n',
      'א',
      'ع',
      '🎉',
      'a',
    ),
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(signs, signs, signs, (title, description, venue_name) => {
      const html = head({ title, description, venue_name, venue_city: title, artist: description });
      const [, inside = ''] = /<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(html) ?? [];
      expect(inside).not.toMatch(/[<>&\u2028]/);
      expect(data(html).name).toBe(plain(title));
      // Every tag is one of ours: without attributes' contents nothing is left that opens one.
      const bare = html.replace(inside, '').replace(/content="[^"<>]*"/g, '');
      expect(bare.match(/<(?!\/?(?:title|meta|link|script)\b)/g)).toBeNull();
      for (const sign of ['\u202e', '\u202b', '\u0000']) expect(html).not.toContain(sign);
      expect((html.match(/<meta /g) ?? []).length).toBe(11);
    }),
    { seed: 27, numRuns: 400 },
  );
});

test('X61: a title that closes scripts and quotes is told as it is', () => {
  const html = head({ title: `</script><script>alert("1")</script> 'x' & $&` });
  expect(content(html, 'og:title')).toBe(
    '&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &#39;x&#39; &amp; $&amp;',
  );
  expect(data(html).name).toBe(`</script><script>alert("1")</script> 'x' & $&`);
});

test('X62: the data for search engines', () => {
  expect(data(head())).toMatchObject({
    '@type': 'Event',
    startDate: '2026-12-04T20:00:00+01:00',
    eventStatus: 'https://schema.org/EventScheduled',
    location: { name: 'Harbour Hall', address: { addressLocality: 'Bremen' } },
    offers: {
      price: '45.50',
      priceCurrency: 'EUR',
      availability: 'https://schema.org/InStock',
      validFrom: '2026-11-01T09:00:00.000Z',
    },
  });
});

test.each([
  [{ available: 0 }, 'SoldOut', 'EventScheduled'],
  [{ phase: 'lobby' as const }, 'PreOrder', 'EventScheduled'],
  [{ phase: 'ended' as const }, 'Discontinued', 'EventScheduled'],
  [{ status: 'canceled' as const, phase: 'canceled' as const }, 'Discontinued', 'EventCancelled'],
  [{ previous_start_at: new Date('2026-11-20T19:00:00Z') }, 'InStock', 'EventRescheduled'],
])('X62: %j is %s and %s', (set, availability, eventStatus) => {
  const told = data(head(set));
  expect(told.offers.availability).toBe(`https://schema.org/${availability}`);
  expect(told.eventStatus).toBe(`https://schema.org/${eventStatus}`);
  expect(told.previousStartDate).toBe('previous_start_at' in set ? '2026-11-20T20:00:00+01:00' : undefined);
});

test.each([
  ['2026-07-04T19:00:00Z', 'America/St_Johns', '2026-07-04T16:30:00-02:30'],
  ['2026-07-04T19:00:00Z', 'Asia/Kathmandu', '2026-07-05T00:45:00+05:45'],
  ['2026-07-04T19:00:00Z', 'UTC', '2026-07-04T19:00:00+00:00'],
])('X62: %s in %s', (at, zone, told) => expect(zonedIso(new Date(at), zone)).toBe(told));

test('X64: the canonical address is the event’s; a link by an affiliate stays one', () => {
  const html = head({}, 'anna-1');
  expect(html).toContain(`<link rel="canonical" href="https://tickets.example/e/${EVENT.id}" />`);
  expect(content(html, 'og:url')).toBe(`https://tickets.example/e/${EVENT.id}?via=anna-1`);
  expect(data(html).url).toBe(`https://tickets.example/e/${EVENT.id}`);
});

test('X62: a drop’s page, which thousands load to wait, goes without the data for search engines', () => {
  expect(data(head())).not.toBeNull();
  expect(data(headOf(EVENT, { ...LINKED, path: `/d/${EVENT.drop_id}` }))).toBeNull();
});
