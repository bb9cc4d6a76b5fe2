import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { drandBeacon, roundAfter, roundAfterClose, roundTime } from './beacon.ts';

const chainHash = 'ab'.repeat(32);
const answers = new Map<string, { status: number; body: unknown }>();
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const { status, body } = answers.get(request.url ?? '') ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const signature = Buffer.from('a signature');
const randomness = createHash('sha256').update(signature).digest('hex');
const body = { round: 9, randomness, signature: signature.toString('hex') };

test.each([
  ['a value', 200, body, 'value'],
  ['a round to come', 404, {}, 'null'],
  ['too early', 425, {}, 'null'],
  ['another round', 200, { ...body, round: 8 }, 'error'],
  ['randomness of something else', 200, { ...body, randomness: 'ff'.repeat(32) }, 'error'],
  ['not hexadecimal', 200, { ...body, signature: 'zz' }, 'error'],
  ['a broken relay', 502, {}, 'error'],
])('Q35: drand answering with %s', async (_name, status, answer, expected) => {
  answers.set(`/${chainHash}/public/9`, { status, body: answer });
  const beacon = drandBeacon({ url, chainHash, genesisMs: 0, periodMs: 3_000 });
  const outcome = await beacon.fetch(9, AbortSignal.timeout(5_000)).then(
    (value) => value,
    () => 'error' as const,
  );
  if (expected === 'value')
    expect(outcome).toEqual({ randomness: Buffer.from(randomness, 'hex'), signature });
  else expect(outcome).toBe(expected === 'null' ? null : 'error');
});

test('Q35: the round after a moment appears after it, and no later than need be', () => {
  const clock = { genesisMs: 1_692_803_367_000, periodMs: 3_000 };
  expect(roundTime(clock, 1)).toBe(clock.genesisMs);
  for (let ms = 0; ms < 20_000; ms += 500) {
    const moment = new Date(clock.genesisMs + ms);
    const round = roundAfter(clock, moment);
    expect(roundTime(clock, round)).toBeGreaterThan(moment.getTime());
    expect(roundTime(clock, round - 1)).toBeLessThanOrEqual(moment.getTime());
    expect(roundTime(clock, roundAfterClose(clock, moment))).toBeGreaterThan(moment.getTime() + 5_000);
  }
  expect(roundAfter(clock, new Date(0))).toBe(1);
});

test('Q35: a beacon is configured by its chain, and anything else is refused with the remedy', () => {
  const read = (text: string) => readConfig({ HOLDFAST_BEACON: text, HOLDFAST_DATA: '/tmp' }).beacon;
  expect(read(`https://api.drand.sh/${chainHash}#genesis=1692803367&period=3`)).toEqual({
    url: 'https://api.drand.sh',
    chainHash,
    genesisMs: 1_692_803_367_000,
    periodMs: 3_000,
  });
  for (const text of [
    'yes',
    'https://api.drand.sh',
    `http://api.drand.sh/${chainHash}#genesis=1&period=3`,
    `https://api.drand.sh/${chainHash}`,
  ])
    expect(() => read(text), text).toThrow('HOLDFAST_BEACON');
});
