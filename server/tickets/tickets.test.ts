import { readFileSync } from 'node:fs';
import { create as qrMatrix } from 'qrcode';
import { beforeAll, describe, expect, test } from 'vitest';
import { createIds, systemClock } from '../kernel/index.ts';
import { generateKeys, keyRingFrom } from '../keys/index.ts';
import type { TicketView } from '../protocol/index.ts';
import { calendarEntry, calendarOfOrder } from './calendar.ts';
import { checkByJwks, signCode, verifyCode } from './code.ts';
import { qrPng, qrSvg } from './picture.ts';

const ids = createIds(systemClock.now);
const pairs = generateKeys();
const keys = keyRingFrom(pairs);
const check = checkByJwks(keys.publicJwks());
const claims = { ticketId: ids.next(), eventId: ids.next(), version: 7 };
let code: string;
beforeAll(() => {
  code = signCode(keys, claims);
});

describe('codes', () => {
  test('T1: a code holds key, ticket, event and version, and fits a small picture', () => {
    expect(code).toMatch(/^HF1\.ticket-[\w-]{8}\.[\w-]{46}\.[\w-]{86}$/);
    expect(Buffer.from(code.split('.')[2]!, 'base64url').toString('hex')).toBe(
      `${claims.ticketId}${claims.eventId}0007`.replaceAll('-', ''),
    );
    expect(qrMatrix(code, { errorCorrectionLevel: 'M' }).version).toBeLessThanOrEqual(10);
  });

  test('T2: whoever has the public keys verifies it, without a server', () => {
    const published = JSON.parse(JSON.stringify(keys.publicJwks()));
    expect(JSON.stringify(published)).not.toContain('"d"');
    expect(verifyCode(code, checkByJwks(published))).toEqual({
      valid: true,
      claims,
      keyId: code.split('.')[1],
    });
  });

  test('T2: any changed, missing or added character makes it invalid', () => {
    for (let i = 0; i < code.length; i++) {
      const other = code[i] === 'A' ? 'B' : 'A';
      expect([i, verifyCode(code.slice(0, i) + other + code.slice(i + 1), check).valid]).toEqual([i, false]);
      expect([i, verifyCode(code.slice(0, i) + code.slice(i + 1), check).valid]).toEqual([i, false]);
    }
    for (const text of [
      `${code}.`,
      `${code}=`,
      ` ${code}`,
      `${code}\n`,
      code.replace('HF1', 'HF2'),
      '',
      '...',
      'x'.repeat(10_000),
    ])
      expect(verifyCode(text, check)).toEqual({ valid: false, reason: expect.any(String) });
  });

  test('T2: the spare bits of base64url do not give a ticket a second text', () => {
    const last = code.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = alphabet[alphabet.indexOf(last) ^ 1]!;
    const sameBytes = code.slice(0, -1) + twin;
    expect(
      Buffer.from(sameBytes.split('.')[3]!, 'base64url').equals(
        Buffer.from(code.split('.')[3]!, 'base64url'),
      ),
    ).toBe(true);
    expect(verifyCode(sameBytes, check)).toEqual({ valid: false, reason: 'not_a_ticket' });
  });

  test("T2: another ring's code, and a signature made for another purpose, are refused", () => {
    const stranger = signCode(keyRingFrom(generateKeys()), claims);
    expect(verifyCode(stranger, check)).toEqual({ valid: false, reason: 'unknown_key' });
    const body = code.slice(0, code.lastIndexOf('.'));
    const turn = `${body}.${keys.sign('turn', Buffer.from(body)).signature.toString('base64url')}`;
    expect(verifyCode(turn, check)).toEqual({ valid: false, reason: 'bad_signature' });
    const turnKid = keys.publicJwks().keys.find((k) => k.kid.startsWith('turn-'))!.kid;
    const asTurn = `HF1.${turnKid}.${body.split('.')[2]}`;
    const forged = `${asTurn}.${keys.sign('turn', Buffer.from(asTurn)).signature.toString('base64url')}`;
    expect(verifyCode(forged, check)).toEqual({ valid: false, reason: 'unknown_key' });
  });

  test('T2: after a rotation the old codes still verify, new ones carry the new key', () => {
    const newer = generateKeys();
    const rotated = keyRingFrom({ keys: [...newer.keys, ...pairs.keys] });
    const both = checkByJwks(rotated.publicJwks());
    expect(verifyCode(code, both).valid).toBe(true);
    const fresh = signCode(rotated, claims);
    expect(fresh.split('.')[1]).toBe(newer.keys.find((k) => k.kid.startsWith('ticket-'))!.kid);
    expect(verifyCode(fresh, both).valid).toBe(true);
  });

  test('T1, T2: the vector of docs/tickets.md', () => {
    const doc = readFileSync(new URL('../../docs/tickets.md', import.meta.url), 'utf8');
    const value = (name: string) => new RegExp(`^ {4}${name} +(\\S+)$`, 'm').exec(doc)?.[1] ?? '';
    const key = {
      kty: 'OKP',
      crv: 'Ed25519',
      x: value('x'),
      kid: value('kid'),
      alg: 'EdDSA',
      use: 'sig',
    } as const;
    const text = /^ {4}(HF1\.ticket-example\.\S+)$/m.exec(doc)?.[1] ?? '';
    const expected = {
      ticketId: value('ticket'),
      eventId: value('event'),
      version: Number(value('version')),
    };
    expect(verifyCode(text, checkByJwks({ keys: [key] }))).toEqual({
      valid: true,
      keyId: key.kid,
      claims: expected,
    });
    const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
    expect(signCode(keyRingFrom({ keys: [{ ...key, d }, ...generateKeys().keys] }), expected)).toBe(text);
  });
});

describe('pictures', () => {
  const MARGIN = 4;
  const matrix = () => {
    const { modules } = qrMatrix(code, { errorCorrectionLevel: 'M' });
    return {
      size: modules.size,
      dark: (x: number, y: number) => Boolean(modules.data[y * modules.size + x]),
    };
  };

  test("T5: the SVG draws exactly the modules of the code's text", async () => {
    const svg = await qrSvg(code);
    const { size, dark } = matrix();
    expect(svg).toContain(`viewBox="0 0 ${size + 2 * MARGIN} ${size + 2 * MARGIN}"`);
    const drawn = new Set<string>();
    const path = /<path stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '';
    let [x, y] = [0, 0];
    for (const [, command, args] of path.matchAll(/([Mmh])\s*([^Mmh]*)/g)) {
      const [a = 0, b = 0] = args!
        .trim()
        .split(/[\s,]+/)
        .map(Number);
      if (command === 'M') [x, y] = [a, b];
      else if (command === 'm') [x, y] = [x + a, y + b];
      else {
        for (let k = 0; k < a; k++) drawn.add(`${x + k - MARGIN},${Math.floor(y) - MARGIN}`);
        x += a;
      }
    }
    for (let yy = 0; yy < size; yy++)
      for (let xx = 0; xx < size; xx++)
        expect([xx, yy, drawn.has(`${xx},${yy}`)]).toEqual([xx, yy, dark(xx, yy)]);
  });

  test('T5: the PNG is one, of the same modules', async () => {
    const png = await qrPng(code);
    expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
    const { PNG } = await import('pngjs' as string);
    const picture = PNG.sync.read(png) as { width: number; data: Buffer };
    const { size, dark } = matrix();
    const scale = picture.width / (size + 2 * MARGIN);
    expect(Number.isInteger(scale)).toBe(true);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const at = ((y + MARGIN) * scale + scale / 2) * picture.width + (x + MARGIN) * scale + scale / 2;
        expect([x, y, picture.data[at * 4]! < 128]).toEqual([x, y, dark(x, y)]);
      }
  });
});

describe('the calendar entry', () => {
  const ticket: TicketView = {
    id: ids.next(),
    orderId: ids.next(),
    orderReference: '4K7Q-71B2',
    eventId: ids.next(),
    tierId: ids.next(),
    tierName: 'Floor',
    status: 'issued',
    holderName: 'Ann',
    eventTitle: 'Night, of; songs\\',
    venueName: 'The Hall',
    venueCity: 'Bern',
    startsAt: '2026-12-01T19:30:00.000Z',
    timeZone: 'Europe/Zurich',
    qr: null,
  };

  test('T8: names event, venue and start in UTC', () => {
    const ics = calendarEntry(ticket, Date.UTC(2026, 10, 21));
    expect(ics).toContain('DTSTART:20261201T193000Z\r\n');
    expect(ics).toContain('DTEND:20261201T223000Z\r\n');
    expect(ics).toContain('SUMMARY:Night\\, of\\; songs\\\\\r\n');
    expect(ics).toContain('LOCATION:The Hall\\, Bern\r\n');
  });

  test('T10: names the seat, beside the venue and in the description', () => {
    const seat = { id: ids.next(), section: 'Stalls, left', row: 'C', label: '12' };
    const lines = calendarEntry({ ...ticket, seat }, 0)
      .replaceAll('\r\n ', '')
      .split('\r\n');
    expect(lines).toContain('LOCATION:The Hall\\, Bern: Stalls\\, left\\, row C\\, seat 12');
    expect(lines).toContain('DESCRIPTION:Floor\\, Stalls\\, left\\, row C\\, seat 12\\, order 4K7Q-71B2');
    expect(calendarEntry({ ...ticket, seat: null }, 0)).not.toContain('seat');
  });

  test("T11: an order's entry is one, with all its seats", () => {
    const seat = (label: string) => ({ id: ids.next(), section: 'Stalls', row: 'C', label });
    const both = [
      { ...ticket, seat: seat('12') },
      { ...ticket, id: ids.next(), seat: seat('13') },
    ];
    const ics = calendarOfOrder(both, 0).replaceAll('\r\n ', '');
    expect(ics.match(/BEGIN:VEVENT/g)).toHaveLength(1);
    expect(ics).toContain(`UID:${ticket.orderId}@holdfast\r\n`);
    expect(ics).toContain(
      'LOCATION:The Hall\\, Bern: Stalls\\, row C\\, seat 12\\; Stalls\\, row C\\, seat 13\r\n',
    );
    expect(ics).toContain('DESCRIPTION:Floor\\, Stalls');
  });

  test('T8: a title cannot add lines of its own, and long ones are folded without cutting a character', () => {
    const title = `A\r\nATTENDEE:x\nB\u0007${'ü'.repeat(120)}`;
    const ics = calendarEntry({ ...ticket, eventTitle: title }, 0);
    for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const unfolded = ics.replaceAll('\r\n ', '');
    expect(unfolded).toContain(`SUMMARY:A\\nATTENDEE:x\\nB${'ü'.repeat(120)}\r\n`);
    expect(unfolded.split('\r\n').filter((l) => l.startsWith('ATTENDEE'))).toEqual([]);
  });
});
