import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../compose.ts';
import { LIMITS } from '../limits.ts';
import { TEAM_RIGHTS, type TeamRight } from '../protocol/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { OWNER_ALONE, ROUTE_RIGHTS } from '../teams/index.ts';
import { call, signedIn } from './testing.ts';
import { houseOver, ledgerState, makeBelongings } from './testing-house.ts';

let world: TestWorld;
let house: House;
let app: FastifyInstance;
beforeAll(async () => {
  world = await testWorld();
  ({ house, app } = await houseOver(world));
});
afterAll(async () => {
  await app.close();
  await world.close();
});

type Person = Awaited<ReturnType<typeof signedIn>>;
const person = (role: 'user' | 'vendor' | 'operator' = 'user') => signedIn(world, house.accounts, role);
const idOf = (who: Person) => who.user.id;
const forVendor = (who: Person, vendor: Person | string) => ({
  ...who.headers,
  'holdfast-vendor': typeof vendor === 'string' ? vendor : idOf(vendor),
});
const run = (text: string, values: unknown[]) => world.ledger.payments.raw.query(text, values);

const send = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
  url: string,
  headers: Record<string, string>,
  body?: object,
) => call(app, method, url, { headers, ...(body ? { body } : {}) });

async function invite(by: Record<string, string>, vendorId: string, rights: TeamRight[]) {
  const answer = await send('POST', `/vendors/${vendorId}/team/invitations`, by, {
    email: 'mate@team.example',
    rights,
  });
  return { ...answer, secret: String(answer.body?.link ?? '').split('#')[1] ?? '' };
}

/** Somebody in the vendor's team with these rights. */
async function member(vendor: Person, rights: TeamRight[], role: 'user' | 'vendor' = 'user') {
  const mate = await person(role);
  const { secret } = await invite(vendor.headers, idOf(vendor), rights);
  expect((await send('POST', '/me/teams', mate.headers, { secret })).status).toBe(201);
  return mate;
}

const draft = () => ({
  title: 'Team night',
  type: 'concert',
  venue: { name: 'Hall' },
  startsAt: new Date(world.clock.now() + 9 * 86_400_000).toISOString(),
  status: 'draft',
  tiers: [{ name: 'Standing', priceCents: 2_000, currency: 'EUR', quantity: 10 }],
});

test('VT1: each of a vendor’s routes names the right that opens it, or is the vendor’s own alone', () => {
  const routes = app.routeTable.routes.filter((route) => !route.page);
  const known = new Set(routes.map((route) => `${route.method} ${route.url}`));
  for (const route of [...Object.keys(ROUTE_RIGHTS), ...OWNER_ALONE]) expect(known, route).toContain(route);
  const unsaid = routes
    .filter((route) => route.access === 'vendor' && route.method !== 'HEAD')
    .map((route) => `${route.method} ${route.url}`)
    .filter((route) => !(route in ROUTE_RIGHTS) && !OWNER_ALONE.includes(route));
  expect(unsaid).toEqual([]);
});

test('VT2: with the right a member gets what the vendor would get, under the vendor’s name', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['events', 'sales']);
  const made = await send('POST', '/events', forVendor(mate, vendor), draft());
  expect([made.status, made.body.vendorId]).toEqual([201, idOf(vendor)]);
  const listed = await send('GET', '/vendors/me/events', forVendor(mate, vendor));
  expect(listed.body.items.map((one: { id: string }) => one.id)).toEqual([made.body.id]);
  expect((await send('GET', `/vendors/${idOf(vendor)}/sales`, forVendor(mate, vendor))).status).toBe(200);
  // A draft shows itself to them, and to nobody else.
  const seen = async (headers: Record<string, string>) =>
    (await send('GET', `/events/${made.body.id}`, headers)).status;
  expect([await seen(forVendor(mate, vendor)), await seen(mate.headers)]).toEqual([200, 404]);
  // Not the rights that were not given.
  const refused = await send('GET', '/vendors/payment-methods', forVendor(mate, vendor));
  expect([refused.status, refused.body.error.details]).toEqual([403, { right: 'money' }]);
});

test('VT2: every route of a vendor’s is closed to strangers with the header, and to members without its right; nothing changes', async () => {
  const mine = await makeBelongings(world);
  const before = await ledgerState(world, mine);
  const [stranger, rival, mate] = [await person('user'), await person('vendor'), await person('user')];
  for (const [route, right] of Object.entries(ROUTE_RIGHTS)) {
    const [method, pattern] = route.split(' ') as ['GET', string];
    if (app.routeTable.routes.some((one) => one.url === pattern && one.access === 'public')) continue;
    const url = pattern.replace(/:(\w+)/g, (_all, name: string) =>
      String((mine as unknown as Record<string, unknown>)[name] ?? world.ids.next()),
    );
    const others = TEAM_RIGHTS.filter((other) => other !== right);
    await run('delete from accounts.team_members where user_id = $1', [idOf(mate)]);
    if (right !== 'member')
      await run('insert into accounts.team_members (vendor_id, user_id, rights) values ($1, $2, $3)', [
        mine.vendorId,
        idOf(mate),
        others,
      ]);
    for (const who of [stranger, rival, mate]) {
      const answer = await send(
        method,
        url,
        forVendor(who, mine.vendorId),
        method === 'GET' ? undefined : {},
      );
      expect([answer.status, answer.body?.error?.code], `${route} ${right}`).toEqual([403, 'FORBIDDEN']);
    }
  }
  await run('delete from accounts.team_members where user_id = $1', [idOf(mate)]);
  expect(await ledgerState(world, mine)).toEqual(before);
});

test('VT3: what is a person’s own stays theirs, whatever the header says', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, [...TEAM_RIGHTS]);
  const me = await send('GET', '/me', forVendor(mate, vendor));
  expect(me.body.id).toBe(idOf(mate));
  expect((await send('GET', `/users/${idOf(vendor)}`, forVendor(mate, vendor))).status).toBe(404);
  expect((await send('GET', '/sessions', forVendor(mate, vendor))).body.items).toHaveLength(1);
  expect((await send('GET', '/oauth/clients', forVendor(mate, vendor))).status).toBe(403);
});

test('VT4: on routes open to anybody a header that opens nothing is as if it were not there', async () => {
  const [vendor, stranger] = [await person('vendor'), await person('user')];
  const made = await send('POST', '/events', vendor.headers, { ...draft(), status: 'published' });
  for (const header of [idOf(vendor), 'nonsense', world.ids.next()])
    expect((await send('GET', `/events/${made.body.id}`, forVendor(stranger, header))).status).toBe(200);
  expect((await send('GET', '/vendors/me/events', forVendor(stranger, 'nonsense'))).status).toBe(400);
});

test('VT5: another program’s token does not act for teams', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['sales'], 'vendor');
  const account = house.accounts.verifyAccessToken(mate.accessToken);
  if (!account.ok) throw new Error('bad token');
  const { createHttp } = await import('./create-http.ts');
  const withApp = await createHttp({
    ...world,
    config: world.config({ HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' }),
    accounts: house.accounts,
    apps: {
      authenticate: async () => ({
        ok: true,
        value: { account: account.value.account, app: { clientId: 'app', scopes: new Set(['sales:read']) } },
      }),
      scopeOf: house.oauth.door.scopeOf,
    },
    teams: house.teams.door,
    slices: house.routes,
    status: () => ({}),
  });
  const ask = (headers: Record<string, string>) => call(withApp, 'GET', '/vendors/me/events', { headers });
  expect((await ask(mate.headers)).status).toBe(200);
  expect((await ask(forVendor(mate, vendor))).status).toBe(403);
  await withApp.close();
});

test('VT6: who was removed, or lost the right, is refused from then on', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['sales', 'events']);
  const sales = () => send('GET', `/vendors/${idOf(vendor)}/sales`, forVendor(mate, vendor));
  const url = `/vendors/${idOf(vendor)}/team/members/${idOf(mate)}`;
  expect((await sales()).status).toBe(200);
  expect((await send('PUT', url, vendor.headers, { rights: ['events'] })).status).toBe(204);
  expect((await sales()).status).toBe(403);
  expect((await send('PUT', url, vendor.headers, { rights: ['sales'] })).status).toBe(204);
  expect((await sales()).status).toBe(200);
  expect((await send('DELETE', url, vendor.headers)).status).toBe(204);
  expect((await sales()).status).toBe(403);
});

test('VT6: live figures are for who has the right now', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['sales']);
  const event = await send('POST', '/events', vendor.headers, draft());
  const account = (who: Person, role: 'user' | 'vendor') => ({
    id: idOf(who),
    role,
    name: '',
    sessionId: '',
  });
  const stranger = await person('vendor');
  const watching = [account(vendor, 'vendor'), account(mate, 'user'), account(stranger, 'vendor')].map(
    (one) => ({ account: one, eventId: event.body.id as string }),
  );
  expect(await house.sales.mayStillSee(watching)).toEqual([true, true, false]);
  await send('PUT', `/vendors/${idOf(vendor)}/team/members/${idOf(mate)}`, vendor.headers, {
    rights: ['events'],
  });
  expect(await house.sales.mayStillSee(watching)).toEqual([true, false, false]);
});

test('VT7: a disabled vendor’s team may do nothing in its name', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['sales']);
  await run('update accounts.users set disabled_at = now() where id = $1', [idOf(vendor)]);
  expect((await send('GET', `/vendors/${idOf(vendor)}/sales`, forVendor(mate, vendor))).status).toBe(403);
  expect((await send('GET', '/me/teams', mate.headers)).body.items).toEqual([]);
});

test('VT10: the ledger holds the hash of a link’s secret; the mail is queued once and goes to the address given', async () => {
  const vendor = await person('vendor');
  const { secret, body, status } = await invite(vendor.headers, idOf(vendor), ['sales']);
  expect(status).toBe(201);
  expect(secret).toMatch(/^hfl_/);
  const { rows } = await run(
    'select to_jsonb(l)::text as text, to_address from accounts.letters l where id = $1',
    [body.id],
  );
  expect(rows[0].to_address).toBe('mate@team.example');
  expect(rows[0].text).not.toContain(secret.slice(4));
  await house.delivery.jobs['account.letter']?.({ letterId: body.id });
  await house.delivery.jobs['account.letter']?.({ letterId: body.id });
  const mails = await run('select to_name, kind from delivery.mails where about = $1', [body.id]);
  expect(mails.rows).toEqual([{ to_name: '', kind: 'team_invitation' }]);
  const days = (Date.parse(body.expiresAt) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(6.9);
  expect(days).toBeLessThanOrEqual(7.01);
});

test('VT11: who follows the link sees to what before joining, and the vendor is told', async () => {
  const [vendor, mate] = [await person('vendor'), await person('user')];
  const { secret } = await invite(vendor.headers, idOf(vendor), ['sales', 'events']);
  const look = await send('POST', '/me/teams/look', mate.headers, { secret });
  expect(look.body).toMatchObject({
    vendorId: idOf(vendor),
    name: vendor.user.name,
    rights: ['events', 'sales'],
  });
  expect((await send('POST', '/me/teams/look', {}, { secret })).status).toBe(401);
  const joined = await send('POST', '/me/teams', mate.headers, { secret });
  expect(joined.body).toMatchObject({ vendorId: idOf(vendor), rights: ['events', 'sales'] });
  const { rows } = await run(
    `select detail from accounts.letters where user_id = $1 and kind = 'team_joined'`,
    [idOf(vendor)],
  );
  expect(rows).toEqual([{ detail: `${mate.user.name} (${mate.user.email})` }]);
});

test('VT12: of many who use one link at once one joins; used, withdrawn and made-up links open nothing', async () => {
  const vendor = await person('vendor');
  const { secret } = await invite(vendor.headers, idOf(vendor), ['sales']);
  const people = await Promise.all(Array.from({ length: 8 }, () => person('user')));
  const answers = await Promise.all(people.map((who) => send('POST', '/me/teams', who.headers, { secret })));
  expect(answers.map((one) => one.status).sort()).toEqual([201, ...Array(7).fill(410)].sort());
  expect((await send('GET', `/vendors/${idOf(vendor)}/team`, vendor.headers)).body.members).toHaveLength(1);

  const second = await invite(vendor.headers, idOf(vendor), ['sales']);
  const url = `/vendors/${idOf(vendor)}/team/invitations/${second.body.id}`;
  expect((await send('DELETE', url, vendor.headers)).status).toBe(204);
  expect((await send('DELETE', url, vendor.headers)).status).toBe(404);
  for (const secret of [second.secret, 'hfl_nothing', `hfl_${'A'.repeat(43)}`])
    for (const where of ['/me/teams', '/me/teams/look'])
      expect((await send('POST', where, people[0]!.headers, { secret })).body.error.code).toBe(
        'LINK_NOT_VALID',
      );
});

test('VT12: a link of another kind does not let into a team, nor an invitation’s into an account', async () => {
  const [vendor, mate] = [await person('vendor'), await person('user')];
  const { secret } = await invite(vendor.headers, idOf(vendor), ['sales']);
  const verify = await call(app, 'POST', '/email/verify', { body: { token: secret } });
  const reset = await call(app, 'POST', '/password/reset', {
    body: { token: secret, password: 'nine green geese' },
  });
  expect([verify.body.error.code, reset.body.error.code]).toEqual(['LINK_NOT_VALID', 'LINK_NOT_VALID']);
  const letterId = world.ids.next();
  await house.accounts.letters.write(world.ledger.payments, {
    id: letterId,
    userId: idOf(vendor),
    kind: 'verify_email',
    toAddress: 'x@team.example',
  });
  const other = String(await house.accounts.letters.linkOf(letterId)).split('#')[1];
  const answer = await send('POST', '/me/teams', mate.headers, {
    secret: other as unknown as object,
  } as object);
  expect(answer.body.error.code).toBe('LINK_NOT_VALID');
});

test('VT13: a second invitation adds rights, and takes none', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['sales', 'money']);
  const { secret } = await invite(vendor.headers, idOf(vendor), ['events']);
  const joined = await send('POST', '/me/teams', mate.headers, { secret });
  expect(joined.body.rights).toEqual(['events', 'sales', 'money']);
});

test('VT14: operators and the vendor join no team, and the link stays good; members and open invitations are bounded', async () => {
  const [vendor, operator] = [await person('vendor'), await person('operator')];
  const { secret } = await invite(vendor.headers, idOf(vendor), ['sales']);
  const own = await send('POST', '/me/teams', vendor.headers, { secret });
  const over = await send('POST', '/me/teams', operator.headers, { secret });
  expect([own.body.error.code, over.body.error.code]).toEqual(['INVALID_STATE', 'FORBIDDEN']);

  const room = LIMITS.teamMembers - 1;
  await run(
    `with u as (insert into accounts.users (id, email, name, password_hash, role)
       select gen_random_uuid(), gen_random_uuid() || '@crowd.example', 'Crowd', 'x', 'user' from generate_series(1, $2::int) returning id)
     insert into accounts.team_members (vendor_id, user_id, rights) select $1, id, array['sales'] from u`,
    [idOf(vendor), room],
  );
  const another = await invite(vendor.headers, idOf(vendor), ['sales']);
  const people = [await person('user'), await person('user')];
  const answers = await Promise.all([
    send('POST', '/me/teams', people[0]!.headers, { secret }),
    send('POST', '/me/teams', people[1]!.headers, { secret: another.secret }),
  ]);
  expect(answers.map((one) => one.body.error?.code ?? 'joined').sort()).toEqual(['LIMIT_EXCEEDED', 'joined']);

  const crowd = await person('vendor');
  await run(
    `with l as (insert into accounts.letters (id, user_id, kind, to_address, expires_at)
       select gen_random_uuid(), $1, 'team_invitation', 'x@y.example', now() + interval '1 day' from generate_series(1, $2::int) returning id)
     insert into accounts.team_invitations (letter_id, vendor_id, rights, invited_by) select id, $1, array['sales'], $1 from l`,
    [idOf(crowd), LIMITS.teamInvitationsOpen],
  );
  expect((await invite(crowd.headers, idOf(crowd), ['sales'])).body.error.code).toBe('LIMIT_EXCEEDED');
});

test('VT15: an invitation ends with the rights of the member who sent it, and with them alone', async () => {
  const vendor = await person('vendor');
  const lead = await member(vendor, ['team', 'sales', 'events']);
  const team = `/vendors/${idOf(vendor)}/team`;
  const sent = async (rights: TeamRight[]) =>
    (await invite(forVendor(lead, vendor), idOf(vendor), rights)).secret;
  const [first, second, third] = [await sent(['sales']), await sent(['events']), await sent(['sales'])];
  const bySelf = (await invite(vendor.headers, idOf(vendor), ['sales'])).secret;
  const put = (rights: TeamRight[]) =>
    send('PUT', `${team}/members/${idOf(lead)}`, vendor.headers, { rights });
  const look = async (secret: string) =>
    (await send('POST', '/me/teams/look', lead.headers, { secret })).status;
  const looks = () => Promise.all([first, second, third, bySelf].map(look));
  const listed = async () => (await send('GET', team, vendor.headers)).body.invitations.length;
  expect([await looks(), await listed()]).toEqual([[200, 200, 200, 200], 4]);
  expect((await put(['team', 'sales'])).status).toBe(204);
  expect([await looks(), await listed()]).toEqual([[200, 410, 200, 200], 3]);
  // Whoever may invite nobody any more has invited nobody.
  expect((await put(['sales'])).status).toBe(204);
  expect([await looks(), await listed()]).toEqual([[410, 410, 410, 200], 1]);
  expect((await put(['team', 'sales'])).status).toBe(204);
  const mate = await person();
  const join = (who: Person, secret: string) => send('POST', '/me/teams', who.headers, { secret });
  expect((await join(mate, first)).status).toBe(201);
  expect((await send('DELETE', `${team}/members/${idOf(lead)}`, vendor.headers)).status).toBe(204);
  const back = await join(lead, third);
  expect([back.status, back.body.error.code]).toEqual([410, 'LINK_NOT_VALID']);
  expect((await join(await person(), bySelf)).status).toBe(201);
  const members = (await send('GET', team, vendor.headers)).body.members as { userId: string }[];
  expect(members.map(({ userId }) => userId)).not.toContain(idOf(lead));
});

/** Takes somebody's rights in a transaction that ends when `asked`, which waits for it, is under way. */
async function whileRemoved<T>(vendor: Person, who: Person, asked: () => Promise<T>): Promise<T> {
  const removing = await world.ledger.payments.raw.connect();
  try {
    await removing.query('begin');
    await removing.query('delete from accounts.team_members where vendor_id = $1 and user_id = $2', [
      idOf(vendor),
      idOf(who),
    ]);
    const answer = asked();
    await until('the request waits', async () => {
      const { rows } = await run(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        [],
      );
      return rows.length > 0;
    });
    await removing.query('commit');
    return await answer;
  } finally {
    removing.release();
  }
}

test('VT24: who is removed while they ask invites, raises, removes and lets in nobody any more', async () => {
  const vendor = await person('vendor');
  const team = `/vendors/${idOf(vendor)}/team`;
  const weak = await member(vendor, ['sales']);
  const asks = [
    (by: Record<string, string>) => invite(by, idOf(vendor), ['sales']),
    (by: Record<string, string>) =>
      send('PUT', `${team}/members/${idOf(weak)}`, by, { rights: ['sales', 'team'] }),
    (by: Record<string, string>) => send('DELETE', `${team}/members/${idOf(weak)}`, by),
  ];
  for (const ask of asks) {
    const lead = await member(vendor, ['team', 'sales']);
    const answer = await whileRemoved(vendor, lead, () => ask(forVendor(lead, vendor)));
    expect([answer.status, answer.body.error.code]).toEqual([403, 'FORBIDDEN']);
  }
  const lead = await member(vendor, ['team', 'sales']);
  const { secret } = await invite(forVendor(lead, vendor), idOf(vendor), ['sales']);
  const friend = await person();
  const joined = await whileRemoved(vendor, lead, () =>
    send('POST', '/me/teams', friend.headers, { secret }),
  );
  expect(joined.body.error.code).toBe('LINK_NOT_VALID');
  const left = (await send('GET', team, vendor.headers)).body;
  expect([left.members.map((one: { userId: string; rights: string[] }) => [one.userId, one.rights])]).toEqual(
    [[[idOf(weak), ['sales']]]],
  );
  expect(left.invitations).toEqual([]);
});

test('VT24: two who change each other at once both get an answer', async () => {
  const vendor = await person('vendor');
  const [one, other] = [await member(vendor, ['team', 'sales']), await member(vendor, ['team', 'sales'])];
  const change = (by: Person, who: Person) =>
    send('PUT', `/vendors/${idOf(vendor)}/team/members/${idOf(who)}`, forVendor(by, vendor), {
      rights: ['sales'],
    });
  const answers = await Promise.all([change(one, other), change(other, one)]);
  // Whoever came first took the other's right to answer in kind.
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
});

test('VT20: nobody gives or takes a right they do not have, nor changes their own', async () => {
  const vendor = await person('vendor');
  const lead = await member(vendor, ['team', 'sales']);
  const strong = await member(vendor, ['team', 'money']);
  const team = `/vendors/${idOf(vendor)}/team`;
  const as = forVendor(lead, vendor);
  expect((await invite(as, idOf(vendor), ['money'])).status).toBe(403);
  expect((await invite(as, idOf(vendor), ['sales'])).status).toBe(201);
  const put = (who: Person, rights: TeamRight[]) =>
    send('PUT', `${team}/members/${idOf(who)}`, as, { rights });
  // Neither up, nor down from what they do not have, nor their own.
  expect((await put(strong, ['team', 'sales'])).status).toBe(403);
  expect((await put(lead, ['team', 'sales', 'money'])).status).toBe(403);
  expect((await put(lead, ['sales'])).status).toBe(403);
  const weak = await member(vendor, ['sales']);
  expect((await put(weak, ['sales', 'team'])).status).toBe(204);
  const of = async (who: Person) =>
    (await send('GET', team, vendor.headers)).body.members.find(
      (one: { userId: string }) => one.userId === idOf(who),
    ).rights;
  expect([await of(strong), await of(lead), await of(weak)]).toEqual([
    ['money', 'team'],
    ['sales', 'team'],
    ['sales', 'team'],
  ]);
  const withdrawn = await invite(vendor.headers, idOf(vendor), ['money']);
  expect((await send('DELETE', `${team}/invitations/${withdrawn.body.id}`, as)).status).toBe(403);
});

test('VT21: removed by the vendor, by a member whose rights cover theirs, or by themselves', async () => {
  const vendor = await person('vendor');
  const [lead, strong, weak] = [
    await member(vendor, ['team', 'sales']),
    await member(vendor, ['money']),
    await member(vendor, ['sales']),
  ];
  const remove = (who: Person) =>
    send('DELETE', `/vendors/${idOf(vendor)}/team/members/${idOf(who)}`, forVendor(lead, vendor));
  expect((await remove(strong)).status).toBe(403);
  expect((await remove(weak)).status).toBe(204);
  expect((await remove(weak)).status).toBe(404);
  expect((await send('DELETE', `/me/teams/${idOf(vendor)}`, strong.headers)).status).toBe(204);
  expect((await send('DELETE', `/me/teams/${idOf(vendor)}`, strong.headers)).status).toBe(404);
  expect((await remove(lead)).status).toBe(204);
  expect((await send('GET', `/vendors/${idOf(vendor)}/team`, vendor.headers)).body.members).toEqual([]);
});

test('VT22: a team is seen by the vendor and by members with the right', async () => {
  const vendor = await person('vendor');
  const [lead, plain, rival] = [
    await member(vendor, ['team']),
    await member(vendor, ['sales']),
    await person('vendor'),
  ];
  const see = async (headers: Record<string, string>) =>
    (await send('GET', `/vendors/${idOf(vendor)}/team`, headers)).status;
  expect(await see(vendor.headers)).toBe(200);
  expect(await see(forVendor(lead, vendor))).toBe(200);
  expect(await see(forVendor(plain, vendor))).toBe(403);
  expect(await see(rival.headers)).toBe(404);
  expect(await see(plain.headers)).toBe(403);
});

test('VT23: everybody sees the teams they are in', async () => {
  const [first, second, mate] = [await person('vendor'), await person('vendor'), await person('vendor')];
  for (const [vendor, rights] of [
    [first, ['sales']],
    [second, ['money', 'events']],
  ] as [Person, TeamRight[]][]) {
    const { secret } = await invite(vendor.headers, idOf(vendor), rights);
    await send('POST', '/me/teams', mate.headers, { secret });
  }
  const { items } = (await send('GET', '/me/teams', mate.headers)).body;
  const byVendor = new Map(
    items.map((one: { vendorId: string; rights: string[] }) => [one.vendorId, one.rights]),
  );
  expect([byVendor.get(idOf(first)), byVendor.get(idOf(second)), items.length]).toEqual([
    ['sales'],
    ['events', 'money'],
    2,
  ]);
});

test('VT30: what a member changes is written down before it is done, with how it ended', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['events', 'team']);
  const made = await send('POST', '/events', forVendor(mate, vendor), draft());
  await send('PUT', `/events/${world.ids.next()}`, forVendor(mate, vendor), { title: 'x' });
  await send('GET', '/vendors/me/events', forVendor(mate, vendor));
  const list = `/vendors/${idOf(vendor)}/team/acts`;
  await expect
    .poll(async () =>
      (await send('GET', list, vendor.headers)).body.items.map((one: { status: number }) => one.status),
    )
    .toEqual([404, 201]);
  const { items } = (await send('GET', list, forVendor(mate, vendor))).body;
  expect(items[1]).toMatchObject({
    userId: idOf(mate),
    name: mate.user.name,
    method: 'POST',
    route: '/events',
  });
  expect(made.status).toBe(201);

  // What cannot be written down is not done.
  await run(
    'alter table accounts.team_acts add constraint nobody check (route <> $$/events$$) not valid',
    [],
  );
  const refused = await send('POST', '/events', forVendor(mate, vendor), draft());
  expect(refused.status).toBe(500);
  await run('alter table accounts.team_acts drop constraint nobody', []);
  expect((await send('GET', '/vendors/me/events', vendor.headers)).body.items).toHaveLength(1);
});

test('VT31: the list is append-only and outlives whoever is in it', async () => {
  const vendor = await person('vendor');
  const mate = await member(vendor, ['events']);
  await send('POST', '/events', forVendor(mate, vendor), draft());
  const acts = async () =>
    (await send('GET', `/vendors/${idOf(vendor)}/team/acts`, vendor.headers)).body.items;
  await expect.poll(async () => (await acts())[0]?.status).toBe(201);
  await send('DELETE', `/me/teams/${idOf(vendor)}`, mate.headers);
  expect(await acts()).toHaveLength(1);
  for (const sql of [
    'update accounts.team_acts set status = 500 where vendor_id = $1',
    'update accounts.team_acts set route = $$/x$$ where vendor_id = $1',
    'delete from accounts.team_acts where vendor_id = $1',
  ])
    await expect(run(sql, [idOf(vendor)])).rejects.toThrow('append-only');
});
