import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld } from './testing.ts';

let world: TestWorld;
let http: HttpWorld;
const PASSWORD = 'Correct-horse-9-battery';
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world);
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

let count = 0;
async function loggedIn() {
  const [email, password] = [`me-${++count}@example.test`, PASSWORD];
  await call(http.app, 'POST', '/register', { body: { email, password, name: 'Fan', role: 'user' } });
  const login = await call(http.app, 'POST', '/login', { body: { email, password } });
  return {
    email,
    id: login.body.user.id as string,
    refreshToken: login.body.refreshToken as string,
    headers: { authorization: `Bearer ${login.body.accessToken}` },
  };
}

test('A50: a name is changed by its owner and nobody else', async () => {
  const me = await loggedIn();
  const renamed = await call(http.app, 'PUT', `/users/${me.id}`, {
    headers: me.headers,
    body: { name: '  Nora\tNew ' },
  });
  expect([renamed.status, renamed.body.name]).toEqual([200, 'Nora New']);
  expect((await call(http.app, 'GET', '/me', { headers: me.headers })).body.name).toBe('Nora New');
  const other = await loggedIn();
  expect(
    (await call(http.app, 'PUT', `/users/${me.id}`, { headers: other.headers, body: { name: 'Mine now' } }))
      .status,
  ).toBe(404);
  expect((await call(http.app, 'PUT', `/users/${me.id}`, { headers: me.headers, body: {} })).status).toBe(
    400,
  );
  expect(
    (await call(http.app, 'PUT', `/users/${me.id}`, { headers: me.headers, body: { role: 'operator' } })).body
      .error.details.field,
  ).toBe('role');
});

test('A51: a new password needs the present one, and guessing it is throttled', async () => {
  const me = await loggedIn();
  const change = (body: object) => call(http.app, 'PUT', `/users/${me.id}`, { headers: me.headers, body });
  const password = 'seven purple kites';
  expect((await change({ password })).body.error.details.field).toBe('currentPassword');
  expect(
    (await change({ password: 'password123', currentPassword: PASSWORD })).body.error.details.field,
  ).toBe('password');
  expect((await change({ password, currentPassword: 'wrong wrong wrong' })).body.error.details.field).toBe(
    'currentPassword',
  );
  let last = await change({ password, currentPassword: 'wrong wrong wrong' });
  for (let i = 0; i < 10; i++) last = await change({ password, currentPassword: 'wrong wrong wrong' });
  expect(last.body.error.code).toBe('RATE_LIMITED');
});

test('A52: a new password works, the old one does not, and other sessions end', async () => {
  const me = await loggedIn();
  const elsewhere = await call(http.app, 'POST', '/login', { body: { email: me.email, password: PASSWORD } });
  const password = 'seven purple kites';
  const changed = await call(http.app, 'PUT', `/users/${me.id}`, {
    headers: me.headers,
    body: { password, currentPassword: PASSWORD },
  });
  expect(changed.status).toBe(200);
  expect((await call(http.app, 'GET', '/me', { headers: me.headers })).status).toBe(200);
  expect(
    (
      await call(http.app, 'GET', '/me', {
        headers: { authorization: `Bearer ${elsewhere.body.accessToken}` },
      })
    ).status,
  ).toBe(401);
  expect(
    (await call(http.app, 'POST', '/refresh', { body: { refreshToken: elsewhere.body.refreshToken } }))
      .status,
  ).toBe(401);
  expect(
    (await call(http.app, 'POST', '/login', { body: { email: me.email, password: PASSWORD } })).status,
  ).toBe(401);
  expect((await call(http.app, 'POST', '/login', { body: { email: me.email, password } })).status).toBe(200);
});
