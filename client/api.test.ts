import { expect, test } from 'vitest';
import { type ApiDeps, ApiError, createApi, fieldPath, type Tokens } from './api.ts';

interface Sent {
  method: string;
  path: string;
  bearer: string | null;
}

const tokens = (name: string, expiresIn = 600): Tokens => ({
  accessToken: name,
  expiresIn,
  user: { id: 'u1', email: 'a@b.example', name: 'Ann', role: 'user' },
});

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

/** An API whose server is a function, with a clock one can set. */
function world(serve: (sent: Sent) => Response | Promise<Response>, extra: Partial<ApiDeps> = {}) {
  const sent: Sent[] = [];
  const clock = { nowMs: 0 };
  let lost = 0;
  const api = createApi({
    fetch: async (input, init) => {
      const bearer = new Headers(init?.headers).get('authorization');
      const request = { method: init?.method ?? 'GET', path: String(input), bearer };
      sent.push(request);
      return serve(request);
    },
    nowMs: () => clock.nowMs,
    sleep: async (ms) => {
      clock.nowMs += ms;
    },
    exclusively: (work) => work(),
    onLost: () => {
      lost += 1;
    },
    ...extra,
  });
  return { api, sent, clock, lost: () => lost };
}

const refreshes = (sent: Sent[]): number => sent.filter((request) => request.path === '/refresh').length;

test('U201: requests that find the token spent wait for one refresh, and each is sent once more', async () => {
  const { api, sent, clock } = world(({ path, bearer }) => {
    if (path === '/refresh') return json(200, tokens('new'));
    return bearer === 'Bearer new' ? json(200, { path }) : json(401, { error: { code: 'TOKEN_EXPIRED' } });
  });
  api.adopt(tokens('old'));
  const answers = await Promise.all(['/a', '/b', '/c'].map((path) => api.request('GET', path)));
  expect(answers).toEqual([{ path: '/a' }, { path: '/b' }, { path: '/c' }]);
  expect(refreshes(sent)).toBe(1);
  clock.nowMs = 580_000;
  await Promise.all([api.request('GET', '/a'), api.request('GET', '/b')]);
  expect(refreshes(sent)).toBe(2);
});

test('U201: a token that another tab brought while this one waited is used instead of a second refresh', async () => {
  const world_ = world(({ path, bearer }) => json(200, { path, bearer }), {
    exclusively: async (work) => {
      world_.api.adopt(tokens('theirs'));
      return work();
    },
  });
  world_.api.adopt(tokens('old', 1));
  await expect(world_.api.token()).resolves.toBe('theirs');
  expect(refreshes(world_.sent)).toBe(0);
});

test('U201: a refresh that came late to another tab is tried again with the cookie that tab got', async () => {
  let asked = 0;
  const { api, sent, lost } = world(({ path }) => {
    if (path !== '/refresh') return json(200, {});
    asked += 1;
    return asked < 3 ? json(409, { error: { code: 'REQUEST_IN_PROGRESS' } }) : json(200, tokens('new'));
  });
  await expect(api.refresh()).resolves.toMatchObject({ accessToken: 'new' });
  expect(refreshes(sent)).toBe(3);
  expect(lost()).toBe(0);
});

test('U202: when the refresh is refused the session is over, once, and the refusal is shown', async () => {
  const { api, lost, sent } = world(() => json(401, { error: { code: 'TOKEN_EXPIRED', message: 'Ended.' } }));
  api.adopt(tokens('old'));
  await expect(api.request('GET', '/me')).rejects.toMatchObject({ code: 'TOKEN_EXPIRED', status: 401 });
  expect(lost()).toBe(1);
  expect(refreshes(sent)).toBe(1);
  await expect(api.token()).resolves.toBeNull();
});

test('U202: a refresh that cannot reach the server leaves the session alone', async () => {
  const { api, lost } = world(({ path }) => {
    if (path === '/refresh') throw new TypeError('network');
    return json(401, { error: { code: 'TOKEN_EXPIRED' } });
  });
  api.adopt(tokens('old'));
  await expect(api.request('GET', '/me')).rejects.toMatchObject({ code: 'OFFLINE' });
  expect(lost()).toBe(0);
});

test('U203: errors come with their code; an answer without our body gets one from its status', async () => {
  const cases: [Response, string][] = [
    [json(409, { error: { code: 'SOLD_OUT', message: 'None left.' } }), 'SOLD_OUT'],
    [new Response('<html>', { status: 502 }), 'TEMPORARILY_UNAVAILABLE'],
    [new Response('nothing', { status: 404 }), 'NOT_FOUND'],
    [json(500, { error: { code: 'MADE_UP' } }), 'INTERNAL'],
  ];
  for (const [response, code] of cases) {
    const { api } = world(() => response);
    const error = await api.request('GET', '/x').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).code).toBe(code);
    expect((error as ApiError).message.length).toBeGreaterThan(4);
  }
});

test('U204: the field of a refused form is named in one form, however the server writes it', () => {
  const cases: [string, string][] = [
    ['/tiers/0/name', 'tiers.0.name'],
    ['body/tiers/0/name', 'tiers.0.name'],
    ['tiers[0].name', 'tiers.0.name'],
    ['email', 'email'],
  ];
  for (const [given, path] of cases) expect(fieldPath(given)).toBe(path);
});

test('U205: logging in sends neither token nor refresh', async () => {
  const { api, sent } = world(() => json(401, { error: { code: 'INVALID_CREDENTIALS' } }));
  api.adopt(tokens('old'));
  const attempt = api.request('POST', '/login', { body: {}, authenticate: false });
  await expect(attempt).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  expect(sent).toEqual([{ method: 'POST', path: '/login', bearer: null }]);
});
