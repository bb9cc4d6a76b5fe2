import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { LEDGER_SEATS_VERSION, toBase64 } from '../../server/protocol/seat-states.ts';
import { canInflate, inflateRaw } from './page-seats.ts';
import { SEAT_FEED } from './seat-feed.ts';
import { AWAY, DROP, LIVE, feedWorld as world } from './testing-seat-feed.ts';

test('U300: a new socket begins with all states, and deltas follow', async () => {
  const made = world({ live: true });
  await made.settle();
  expect(made.asked).toEqual(['seats:watch']);
  expect(made.polled).toEqual([]);
  made.push('seats:delta', made.edge.move('110000000003'));
  expect(made.shows()).toBe('110000000003');
  expect(made.feed.board.value).toMatchObject({ mapId: 'map', position: { epoch: 1, version: 2 } });
  made.session.value = 2;
  await made.settle();
  expect(made.watches()).toBe(2);
  made.push('seats:delta', { ...made.edge.move('222222222222'), dropId: 'another' });
  expect(made.shows()).toBe('110000000003');
});

test('U300: without a socket the states are polled, ever more slowly where that fails, and no more once there is one', async () => {
  const made = world();
  await made.settle();
  expect([made.polled, made.asked]).toEqual([[false], []]);
  made.edge.move('100000000000');
  await made.advance(SEAT_FEED.pollMs);
  expect([made.polled.length, made.shows()]).toEqual([2, '100000000000']);
  made.hooks.http = () => Promise.reject(new Error('away'));
  await made.advance(SEAT_FEED.pollMs * (1 + 2 + 4 + 8 + 8));
  expect(made.polled.length).toBe(7);
  // What is known stays.
  expect(made.shows()).toBe('100000000000');
  made.facts.value = LIVE;
  made.session.value = 1;
  await made.settle();
  expect(made.watches()).toBe(1);
  await made.advance(60_000 - 1);
  expect(made.polled.length).toBe(7);
});

test('U300: a socket that is lost is polled for after a random moment; what it was asked is not waited for', async () => {
  const made = world({ live: true });
  await made.settle();
  made.push('seats:delta', { ...made.edge.move('100000000000'), from: 90 });
  made.hooks.answer = () => new Promise(() => {});
  await made.advance(SEAT_FEED.spreadMs);
  made.facts.value = AWAY;
  await made.settle();
  expect(made.polled).toEqual([]);
  await made.advance(SEAT_FEED.pollMs);
  expect([made.polled.length, made.shows()]).toEqual([1, '100000000000']);
});

test('U300: an edge that does not let it watch is asked again, and meanwhile the states come over HTTP', async () => {
  const made = world({ live: true });
  made.hooks.answer = async () => ({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE', message: '' } });
  made.session.value = 2;
  await made.settle();
  expect(made.shows()).toBe('000000000000');
  const before = made.watches();
  await made.advance(SEAT_FEED.pollMs * 3);
  expect(made.watches()).toBeGreaterThan(before);
  expect(made.polled.length).toBeGreaterThan(2);
});

test('U300: a drop without seats is said to be missing, and nothing is asked any more', async () => {
  const made = world();
  made.hooks.http = () => Promise.reject(new Error('not found'));
  made.comeBack();
  await made.advance(SEAT_FEED.pollMs * 2);
  expect(made.feed.missing.value).toBe(true);
  const before = made.polled.length;
  await made.advance(SEAT_FEED.pollMs * 20);
  expect(made.polled.length).toBe(before);
});

test('U301: a duplicate, an older one and one of an older epoch change nothing and ask nothing', async () => {
  const made = world({ live: true });
  await made.settle();
  const [one, two] = [made.edge.move('100000000000'), made.edge.move('120000000000')];
  made.push('seats:delta', one);
  made.push('seats:delta', two);
  made.push('seats:delta', two);
  made.push('seats:delta', one);
  made.push('seats:delta', { ...one, epoch: 0, from: 3, version: 900 });
  made.push('seats:delta', made.edge.repeat());
  await made.advance(SEAT_FEED.spreadMs * 2);
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 1]);
});

test('U301: after a gap all states are asked for again, also when the lost one was the last and the position repeats', async () => {
  const made = world({ live: true });
  await made.settle();
  made.edge.move('100000000000');
  made.push('seats:delta', made.edge.move('120000000000'));
  expect(made.shows()).toBe('000000000000');
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 2]);
  made.edge.move('123000000000');
  made.push('seats:delta', made.edge.repeat());
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['123000000000', 3]);
});

test('U301: out of order: the later one first is a gap, the earlier one then is laid and the answer settles it', async () => {
  const made = world({ live: true });
  await made.settle();
  const [one, two] = [made.edge.move('100000000000'), made.edge.move('120000000000')];
  made.push('seats:delta', two);
  made.push('seats:delta', one);
  expect(made.shows()).toBe('100000000000');
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 2]);
});

test('U301: a delta leads into a new epoch; one that nobody can lay makes everybody ask, another map too', async () => {
  const made = world({ live: true });
  await made.settle();
  made.push('seats:delta', made.edge.move('100000000000', { epoch: 2, version: 0 }));
  made.push('seats:delta', made.edge.move('110000000000'));
  expect([made.shows(), made.watches()]).toEqual(['110000000000', 1]);
  made.edge.move('110000000002', { epoch: 3, version: 0 });
  made.push('seats:delta', { ...made.edge.repeat(), from: -1 });
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.watches()]).toEqual(['110000000002', 2]);
  made.push('seats:delta', made.edge.useMap('other', '1212'));
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.shows(), made.feed.board.value?.mapId, made.changes.at(-1)]).toEqual(['1212', 'other', 'all']);
  // Said again to one who knows: nothing to ask.
  made.push('seats:delta', { ...made.edge.repeat(), from: -1 });
  await made.advance(SEAT_FEED.spreadMs);
  expect(made.watches()).toBe(3);
});

test('U301: an answer over HTTP that is older than what is known is passed over; what the ledger alone knew is not', async () => {
  const made = world();
  await made.settle();
  const old = made.edge.whole();
  made.edge.move('100000000000');
  await made.advance(SEAT_FEED.pollMs);
  made.hooks.http = async () => old;
  await made.advance(SEAT_FEED.pollMs);
  expect(made.shows()).toBe('100000000000');
  made.edge.move('200000000000', { version: LEDGER_SEATS_VERSION });
  made.hooks.http = async () => made.edge.whole();
  await made.advance(SEAT_FEED.pollMs);
  expect(made.shows()).toBe('200000000000');
  made.edge.move('210000000000', { version: 7 });
  await made.advance(SEAT_FEED.pollMs);
  expect(made.shows()).toBe('210000000000');
  // No delta follows what the ledger knew: the socket's first word is all states, and so it must be.
  made.edge.move('000000000000', { version: LEDGER_SEATS_VERSION });
  await made.advance(SEAT_FEED.pollMs);
  made.push('seats:delta', { dropId: DROP, epoch: 1, from: 8, version: 9, runs: '' });
  made.edge.move('310000000000', { version: 9 });
  await made.advance(SEAT_FEED.spreadMs);
  expect(made.shows()).toBe('310000000000');
});

test('U302: what everybody hears is asked about at a random moment within a second, and never twice at once', async () => {
  const draws = [0.9, 0.1];
  const made = world({ live: true, random: () => draws.shift() ?? 0.5 });
  await made.settle();
  for (let i = 0; i < 5; i++) made.push('server:stale', { dropId: DROP });
  made.push('server:stale', { dropId: 'another' });
  await made.advance(SEAT_FEED.spreadMs * 0.85);
  expect(made.watches()).toBe(1);
  let release: () => void = () => {};
  made.hooks.answer = async () => {
    await new Promise<void>((done) => {
      release = done;
    });
    return { ok: true, data: made.edge.whole() };
  };
  await made.advance(SEAT_FEED.spreadMs * 0.1);
  expect(made.watches()).toBe(2);
  // Asked meanwhile: once more afterwards, and only once.
  made.push('server:stale', { dropId: DROP });
  made.comeBack();
  await made.advance(SEAT_FEED.spreadMs * 3);
  expect(made.watches()).toBe(2);
  release();
  await made.settle();
  await made.advance(SEAT_FEED.spreadMs);
  expect([made.watches(), made.mostAtOnce()]).toEqual([3, 1]);
});

test('U303: deltas heard while the answer is on its way are laid over it where they follow', async () => {
  const made = world({ live: true });
  const before = made.edge.move('100000000000');
  const answer = made.edge.whole();
  const after = made.edge.move('120000000000');
  made.hooks.answer = async () => {
    made.push('seats:delta', before);
    made.push('seats:delta', after);
    return { ok: true, data: answer };
  };
  made.session.value = 2;
  await made.settle();
  expect([made.shows(), made.watches()]).toEqual(['120000000000', 2]);
  await made.advance(SEAT_FEED.spreadMs);
  expect(made.watches()).toBe(2);
});

test('U304: malformed runs change nothing, and all states are asked for again', async () => {
  const made = world({ live: true });
  await made.settle();
  for (const runs of ['nonsense!', 'gA==', '/////w==', toBase64(Uint8Array.from([0x08, 0x61, 0x60]))]) {
    const before = made.watches();
    made.push('seats:delta', { dropId: DROP, epoch: 1, from: 1, version: 2, runs });
    expect(made.shows()).toBe('000000000000');
    expect(made.feed.board.value?.position.version).toBe(1);
    await made.advance(SEAT_FEED.spreadMs);
    expect(made.watches(), runs).toBe(before + 1);
  }
  expect(made.feed.revision.value).toBe(1);
});

test('U304: an answer that is malformed is no answer: what is known stays, and it is asked again', async () => {
  const made = world();
  await made.settle();
  for (const over of [{ states: 'AAAA' }, { states: '@' }, { seats: 13 }, { seats: 4 }]) {
    made.hooks.http = async () => ({ ...made.edge.whole(), version: 99, ...over });
    await made.advance(SEAT_FEED.pollMs * 9);
    expect(made.feed.board.value?.position.version, JSON.stringify(over)).toBe(1);
  }
  made.edge.move('100000000000');
  made.hooks.http = async () => made.edge.whole();
  await made.advance(SEAT_FEED.pollMs * 9);
  expect(made.shows()).toBe('100000000000');
});

test('U305: who draws hears which seats changed, and of all only at first', async () => {
  const made = world({ live: true });
  await made.settle();
  const states = made.feed.board.value?.states;
  made.push('seats:delta', made.edge.move('110000000003'));
  made.edge.move('110000000000');
  made.edge.move('112000000000');
  made.push('server:stale', { dropId: DROP });
  await made.advance(SEAT_FEED.spreadMs);
  made.push('seats:delta', made.edge.repeat());
  expect(made.changes).toEqual(['all', [0, 1, 11], [2, 11]]);
  expect(made.feed.revision.value).toBe(3);
  // The same bytes all the time: a canvas may hold on to them.
  expect(made.feed.board.value?.states).toBe(states);
});

test('U307: two feeds of a drop share the socket; only the last to stop ends the watching', async () => {
  const made = world({ live: true });
  const second = made.another();
  await made.settle();
  made.push('seats:delta', made.edge.move('120000000000'));
  expect([made.shows(), made.shows(second)]).toEqual(['120000000000', '120000000000']);
  made.feed.stop();
  made.push('seats:delta', made.edge.move('123000000000'));
  expect([made.shows(), made.shows(second)]).toEqual(['120000000000', '123000000000']);
  expect(made.asked).not.toContain('seats:unwatch');
  second.stop();
  expect(made.asked.at(-1)).toBe('seats:unwatch');
  expect(made.timers()).toBe(0);
});

test('U308: states nobody confirms are old after 12 s, and since when is told; a repeated position keeps them fresh', async () => {
  const made = world({ live: true });
  await made.settle();
  for (let i = 0; i < 6; i++) {
    await made.advance(5_000);
    made.push('seats:delta', made.edge.repeat());
  }
  expect([made.feed.staleSince.value, made.watches()]).toEqual([null, 1]);
  // Silence: the edge is asked, and has nothing to say either.
  made.hooks.answer = async () => ({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE', message: '' } });
  made.hooks.http = () => Promise.reject(new Error('away'));
  await made.advance(SEAT_FEED.freshMs + SEAT_FEED.spreadMs);
  expect([made.feed.staleSince.value, made.watches()]).toEqual([30_000, 2]);
  made.hooks.http = async () => made.edge.whole();
  await made.advance(SEAT_FEED.pollMs * 4);
  expect(made.feed.staleSince.value).toBe(null);
});

test('U309: a browser that cannot inflate polls plain states and does not watch', async () => {
  const made = world({ live: true, inflate: false });
  await made.settle();
  made.edge.move('120000000000');
  await made.advance(SEAT_FEED.pollMs * 2);
  expect(made.shows()).toBe('120000000000');
  expect(made.asked).toEqual([]);
  expect(made.polled.length).toBeGreaterThan(1);
  expect(new Set(made.polled)).toEqual(new Set([true]));
  made.feed.stop();
  expect(made.asked).toEqual([]);
});

test('U309: the browser’s own inflation is taken where it is there, and stops at what the seats need', async () => {
  expect(canInflate()).toBe(true);
  const bytes = Uint8Array.from({ length: 5_000 }, (_, i) => (i * i) & 255);
  const deflated = Uint8Array.from(deflateRawSync(bytes));
  expect(await inflateRaw(deflated, 5_000)).toEqual(bytes);
  await expect(inflateRaw(deflated, 4_999)).rejects.toThrow('more than so many seats need');
  await expect(inflateRaw(Uint8Array.from([255, 255]), 10)).rejects.toThrow();
});
