/** docs/resellers.md: every command in it, in its order, against the whole program. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedIn } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';

const GUIDE = readFileSync(new URL('../../docs/resellers.md', import.meta.url), 'utf8');
const SITE = 'https://tickets.example';

/** Commands as a shell would read them: a line, and those it goes on with. */
function commandsIn(guide: string): string[] {
  const commands: string[] = [];
  for (const line of guide.split('\n')) {
    const text = /^ {4}(.*)$/.exec(line)?.[1];
    if (text?.startsWith('curl ')) commands.push(text);
    else if (text !== undefined) commands.push(`${commands.pop() ?? ''}\n${text}`);
  }
  return commands;
}

/** Words of a command: quotes taken off, `$NAME` put in but between single quotes. @throws for a name that nothing has set */
function wordsOf(command: string, variables: Record<string, string>): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [, single, double, name, space, other] of command.matchAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\$(\w+)|(\s+)|([^\s'"$]+)/g,
  )) {
    const put = (text: string) =>
      text.replace(/\$(\w+)/g, (_all, key: string) => {
        if (!(key in variables)) throw new Error(`nothing has set $${key}: ${command}`);
        return variables[key] as string;
      });
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
    } else
      word = (word ?? '') + (single ?? (double === undefined ? (other ?? put(`$${name}`)) : put(double)));
  }
  return word === null ? words : [...words, word];
}

interface Asked {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload?: string;
}

/** What curl would send. @throws for an option it is not told of */
function requestOf(command: string, variables: Record<string, string>): Asked {
  const [, ...words] = wordsOf(command, variables);
  const asked: Asked = { method: 'GET', url: '', headers: {} };
  const fields: string[] = [];
  for (let n = 0; n < words.length; n++) {
    const word = words[n] as string;
    const value = words[n + 1] as string;
    if (word.startsWith(SITE)) {
      asked.url = word.slice(SITE.length);
      continue;
    }
    if (word === '-I') {
      asked.method = 'HEAD';
      continue;
    }
    n++;
    if (word === '-X') asked.method = value;
    else if (word === '-H')
      asked.headers[value.slice(0, value.indexOf(':')).toLowerCase()] = value.slice(value.indexOf(':') + 2);
    else if (word === '-u') asked.headers.authorization = `Basic ${Buffer.from(value).toString('base64')}`;
    else if (word === '-d') fields.push(value);
    else throw new Error(`what is ${word} in ${command}?`);
  }
  if (fields.length === 0) return asked;
  if (asked.method === 'GET') asked.method = 'POST';
  asked.headers['content-type'] ??= 'application/x-www-form-urlencoded';
  asked.payload = fields.join('&');
  return asked;
}

let world: TestWorld;
let app: FastifyInstance;
const variables: Record<string, string> = { KEY: 'a-key-of-theirs' };
beforeAll(async () => {
  world = await testWorld();
  const made = await houseOver(world);
  app = made.app;
  const [vendor, fan, affiliate] = [
    await signedIn(world, made.house.accounts, 'vendor'),
    await signedIn(world, made.house.accounts),
    await signedIn(world, made.house.accounts),
  ];
  const event = await world.createEvent({ vendorId: vendor.user.id, title: 'Harbour lights' });
  Object.assign(variables, {
    VENDOR_ID: vendor.user.id,
    VENDOR_TOKEN: vendor.accessToken,
    ACCESS_TOKEN: fan.accessToken,
    OWN_TOKEN: fan.accessToken,
    AFFILIATE_TOKEN: affiliate.accessToken,
    EVENT_ID: event.eventId,
    TIER_ID: event.tierIds[0],
  });
});
afterAll(async () => {
  await app.close();
  await world.close();
});

/** What later commands use of an answer, as the guide says where it came from. */
function remember(url: string, body: Record<string, unknown>): void {
  if (url.endsWith('/affiliates') && body.code) variables.AFFILIATE_ID = String(body.id);
  if (body.clientSecret)
    Object.assign(variables, { CLIENT_ID: body.clientId, CLIENT_SECRET: body.clientSecret });
  if (body.access_token) variables.APP_TOKEN = String(body.access_token);
  if (url === '/tickets/book') variables.ORDER_ID = (body.order as { id: string }).id;
}

test('V49: every command of the guide for resellers does what the guide says', async () => {
  const commands = commandsIn(GUIDE);
  expect(commands).toHaveLength(13);
  const told: Record<string, unknown> = {};
  for (const command of commands) {
    const { method, url, ...rest } = requestOf(command, variables);
    const answer = await app.inject({ method: method as 'GET', url, ...rest });
    expect([200, 201], `${command}\n${answer.statusCode} ${answer.body}`).toContain(answer.statusCode);
    const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
    if (isJson) remember(url, answer.json());
    told[`${method} ${url.split('?')[0]?.replace(/[0-9a-f-]{36}/g, '…')}`] = isJson ? answer.json() : answer;
  }
  expect(told['PUT /vendors/…/affiliates/…']).toMatchObject({ code: 'harbour-walks', commissionBp: 800 });
  expect(told['GET /events']).toMatchObject({ items: [{ title: 'Harbour lights' }] });
  expect(told['HEAD /events/…/tickets']).toMatchObject({
    headers: { 'holdfast-available': expect.anything() },
  });
  expect(told['POST /tickets/book']).toMatchObject({
    order: { status: 'pending', items: [{ quantity: 2 }] },
  });
  expect(told['POST /orders/…/payment-link']).toMatchObject({ url: expect.stringContaining('/p/') });
  expect(told['GET /orders/…']).toMatchObject({ order: { id: variables.ORDER_ID } });
  expect((told['GET /vendors/…/sales'] as { body: string }).body).toContain('commission_cents');
  const { rows } = await world.ledger.reads.raw.query(
    'select commission_bp from ticketing.affiliate_orders where order_id = $1',
    [variables.ORDER_ID],
  );
  expect(rows).toEqual([{ commission_bp: 800 }]);
});

test('V49: a command that asks for what nothing has told is found', () => {
  expect(() => requestOf(`curl ${SITE}/orders/$NOTHING`, {})).toThrow('nothing has set $NOTHING');
  expect(() => requestOf(`curl --data x ${SITE}/orders`, {})).toThrow('what is --data');
  expect(requestOf(`curl ${SITE}/a -H 'X: $Y' -d '{"a": "'$Z'"}'`, { Z: 'z' })).toMatchObject({
    headers: { x: '$Y' },
    payload: '{"a": "z"}',
  });
});
