import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PictureView } from '../protocol/index.ts';
import { type MadeEvent, type TestWorld, testWorld } from '../stores/testing.ts';
import { aNight, daysFromNow, givePicture, picturesOf, sql } from './testing.ts';
import { type Headers, type PicturesHttp, picturesHttp } from './testing-http.ts';

let operator: { id: string; headers: Headers };

let world: TestWorld;
let http: PicturesHttp;
beforeAll(async () => {
  world = await testWorld();
  http = await picturesHttp(world);
  operator = await http.someone('operator');
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

describe('one picture', () => {
  test('I13: both sizes, as what they are, for ever, and able to do nothing', async () => {
    const { id } = await http.aPicture();
    for (const [path, side] of [
      ['', 900],
      ['/small', 480],
    ] as const) {
      const answer = await http.get(`/images/${id}${path}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'private, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; sandbox;/);
      // A WebP says its width 26 bytes in (VP8, 14 bits).
      expect(answer.rawPayload.readUInt16LE(26) & 0x3fff).toBe(side);
      const again = await http.get(`/images/${id}${path}`, { 'if-none-match': String(answer.headers.etag) });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    }
    expect((await http.get(`/images/${world.ids.next()}`)).statusCode).toBe(404);
    expect((await http.get('/images/..%2f..%2fetc%2fpasswd')).statusCode).toBe(400);
  });

  test('I13: a hidden one is there for its owner and operators, and kept by nobody', async () => {
    const { id, fanId } = await http.aPicture();
    expect((await http.decide(operator.headers, 'hide', id)).statusCode).toBe(200);
    const other = await http.someone();
    for (const headers of [{}, other.headers])
      expect((await http.get(`/images/${id}`, headers)).statusCode).toBe(404);
    for (const headers of [await http.headersOf(fanId), operator.headers]) {
      const answer = await http.get(`/images/${id}`, headers);
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'private, no-store']);
    }
    await http.decide(operator.headers, 'show', id);
    expect((await http.get(`/images/${id}`)).statusCode).toBe(200);
  });

  test('I13: a store that is away is said so, for now', async () => {
    const { id } = await http.aPicture();
    const away = picturesOf(world, {
      store: { ...http.store, get: () => Promise.reject(new Error('away')) },
    });
    expect(await away.bytes(id, 'large')).toMatchObject({
      ok: false,
      error: { code: 'TEMPORARILY_UNAVAILABLE' },
    });
  });
});

/** An event at a place of its own unless told otherwise. */
async function night(
  days: number,
  place: {
    venue?: string;
    city?: string | null;
    artist?: string | null;
    status?: 'published' | 'canceled';
  } = {},
) {
  const event = await world.createEvent({ startAt: daysFromNow(days), status: place.status ?? 'published' });
  await sql(world, 'update events.events set venue_name = $2, venue_city = $3, artist = $4 where id = $1', [
    event.eventId,
    place.venue ?? event.eventId,
    place.city ?? null,
    place.artist ?? null,
  ]);
  return event;
}
async function shownAt(
  event: MadeEvent,
  query = '',
): Promise<{ ids: string[]; nextCursor: string | null; items: PictureView[] }> {
  const answer = await http.get(`/events/${event.eventId}/images${query}`);
  expect(answer.statusCode).toBe(200);
  const { items, nextCursor } = answer.json();
  return { items, nextCursor, ids: items.map((item: PictureView) => item.id) };
}

describe('an event’s pictures', () => {
  test('I14: of earlier nights at its place or by its artist, and its own once it is over; nobody else’s', async () => {
    const userId = (await world.createUser()).id;
    const here = { venue: 'The Wharf', city: 'Bremen', artist: 'The Kelp' };
    const event = await night(20, here);
    const given = async (of: MadeEvent, status = 'shown', slot = 1) =>
      givePicture(world, { eventId: of.eventId, userId, status, slot });
    const place = await given(await night(-30, { venue: 'the wharf', city: 'BREMEN' }));
    const band = await night(-20, { artist: 'the kelp' });
    const artist = await given(band);
    await given(band, 'hidden', 2);
    await given(band, 'storing', 3);
    await given(band, 'removed', 4);
    await given(await night(-10, { venue: 'The Wharf', city: 'Kiel' }));
    await given(await night(-10, { venue: 'The Wharf', city: null }));
    await given(await night(-10, { ...here, status: 'canceled' }));
    await given(await night(10, here));
    await given(event);
    await given(await night(0, here));
    await given(await night(-5));
    expect((await shownAt(event)).ids).toEqual([artist, place]);

    const over = await night(-1, here);
    const own = await given(over);
    expect((await shownAt(over)).ids).toEqual([own, artist, place]);
    const { items } = await shownAt(over);
    expect(items[1]).toMatchObject({
      eventId: band.eventId,
      artist: 'the kelp',
      smallUrl: `/images/${artist}/small`,
    });
    expect(JSON.stringify(items)).not.toContain(userId);
  });

  test('I14: in pages, newest first, none twice and none left out', async () => {
    const event = await night(3, { artist: 'Many Pictures' });
    const before = await night(-3, { artist: 'Many Pictures' });
    const all: string[] = [];
    for (let i = 0; i < 7; i++)
      all.unshift(
        await givePicture(world, {
          eventId: before.eventId,
          userId: (await world.createUser()).id,
          atMs: Date.now() - 10_000 + i,
        }),
      );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof shownAt>> = await shownAt(
        event,
        `?limit=3${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...page.ids);
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(all);
  });

  test('I14: an event that is not public has none', async () => {
    const draft = await world.createEvent({ status: 'draft', drop: null });
    const never = await world.createEvent({ status: 'canceled', drop: null });
    for (const eventId of [draft.eventId, never.eventId, world.ids.next()])
      expect((await http.get(`/events/${eventId}/images`)).statusCode).toBe(404);
    const canceled = await world.createEvent({ status: 'canceled' });
    expect((await http.get(`/events/${canceled.eventId}/images`)).statusCode).toBe(200);
  });
});

test('I15: one’s own list has what was hidden, that of others has not; whose it is stands nowhere', async () => {
  const { event, fanId } = await aNight(world);
  const shown = await givePicture(world, { eventId: event.eventId, userId: fanId });
  const hidden = await givePicture(world, {
    eventId: event.eventId,
    userId: fanId,
    status: 'hidden',
    slot: 2,
  });
  await givePicture(world, { eventId: event.eventId, userId: fanId, status: 'storing', slot: 3 });
  const list = async (headers: Record<string, string>, userId = fanId) => {
    const answer = await http.get(`/users/${userId}/images`, headers);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    return answer.json().items.map((item: PictureView) => [item.id, item.hidden]);
  };
  const whole = [
    [hidden, true],
    [shown, false],
  ].sort(([a], [b]) => (String(a) < String(b) ? 1 : -1));
  expect(await list(await http.headersOf(fanId))).toEqual(whole);
  expect(await list(operator.headers)).toEqual(whole);
  const other = await http.someone();
  for (const headers of [{}, other.headers]) {
    expect(await list(headers)).toEqual([[shown, undefined]]);
    expect((await http.get(`/users/${fanId}/images`, headers)).body).not.toContain(fanId);
  }
  expect(await list({}, world.ids.next())).toEqual([]);
});
