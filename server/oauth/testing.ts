/** A browser and an app over the program's HTTP edge, as tests of OAuth need them. */
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

export const PAGES = 'https://tickets.example';
export const CALLBACK = 'https://app.example/callback';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  location: URL | null;
  text: string;
  /** Parsed; null when it is not JSON. */
  body: ReturnType<JSON['parse']>;
}

export interface Browser {
  cookies: Map<string, string>;
  go(url: string, headers?: Record<string, string>): Promise<Answer>;
  send(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

const HOST = new URL(PAGES).host;

/** Keeps cookies by name and path, and follows nothing by itself. */
export function createBrowser(app: FastifyInstance): Browser {
  const cookies = new Map<string, string>();
  async function ask(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Answer> {
    const { pathname, search } = new URL(url, PAGES);
    const sent = [...cookies]
      .map(([key, value]) => [...key.split(' '), value] as [string, string, string])
      .filter(([, path]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([name, , value]) => `${name}=${value}`);
    const response = await app.inject({
      method,
      url: pathname + search,
      headers: {
        host: HOST,
        'x-forwarded-proto': 'https',
        ...(sent.length ? { cookie: sent.join('; ') } : {}),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const { name, value, path = '/', maxAge, expires } of response.cookies) {
      if (value === '' || maxAge === 0 || (expires && expires.getTime() === 0))
        cookies.delete(`${name} ${path}`);
      else cookies.set(`${name} ${path}`, value);
    }
    const { location } = response.headers;
    const isJson = /json/.test(String(response.headers['content-type'] ?? ''));
    return {
      status: response.statusCode,
      headers: response.headers,
      location: typeof location === 'string' ? new URL(location, PAGES) : null,
      text: response.body,
      body: isJson && response.body ? response.json() : null,
    };
  }
  return {
    cookies,
    go: (url, headers = {}) => ask('GET', url, headers),
    send: (url, body, headers = {}) =>
      ask(
        'POST',
        url,
        { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
        JSON.stringify(body),
      ),
  };
}

export interface App {
  clientId: string;
  clientSecret: string | null;
}

export interface Asked {
  scope: string;
  redirectUri?: string;
  more?: Record<string, string | undefined>;
}

/** What an app sends people to, and the secret it keeps for the exchange. */
export function authorizeUrl({ clientId }: App, { scope, redirectUri = CALLBACK, more = {} }: Asked) {
  const verifier = randomBytes(32).toString('base64url');
  const params: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  const given = Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { url: `/oauth/auth?${new URLSearchParams(given)}`, verifier };
}

/** The token endpoint, as a server of the app's asks it. */
export async function tokenRequest(
  app: FastifyInstance,
  client: App,
  params: Record<string, string>,
  path = '/oauth/token',
) {
  const basic = client.clientSecret
    ? {
        authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`,
      }
    : {};
  const response = await app.inject({
    method: 'POST',
    url: path,
    headers: {
      host: HOST,
      'x-forwarded-proto': 'https',
      'content-type': 'application/x-www-form-urlencoded',
      ...basic,
    },
    payload: new URLSearchParams({
      ...params,
      ...(client.clientSecret ? {} : { client_id: client.clientId }),
    }).toString(),
  });
  return {
    status: response.statusCode,
    body: response.body ? response.json() : null,
    headers: response.headers,
  };
}

/** From the app's link to the code, the person allowing it. */
export async function allow(browser: Browser, bearer: Record<string, string>, client: App, asked: Asked) {
  const { url, verifier } = authorizeUrl(client, asked);
  const toConsent = await browser.go(url);
  if (toConsent.location?.pathname !== '/oauth/consent')
    throw new Error(`no consent: ${toConsent.status} ${toConsent.location} ${toConsent.text}`);
  const shown = await browser.go('/oauth/consent/request', bearer);
  const answered = await browser.send(
    '/oauth/consent/answer',
    { requestId: shown.body.requestId, allow: true },
    bearer,
  );
  if (answered.status !== 200) throw new Error(answered.text);
  const back = await browser.go(answered.body.redirectTo);
  const code = back.location?.searchParams.get('code');
  if (!code) throw new Error(`no code: ${back.status} ${back.location} ${back.text}`);
  return { code, verifier, shown: shown.body, back };
}

export const exchange = (
  app: FastifyInstance,
  client: App,
  given: { code: string; verifier: string },
  redirectUri = CALLBACK,
) =>
  tokenRequest(app, client, {
    grant_type: 'authorization_code',
    code: given.code,
    code_verifier: given.verifier,
    redirect_uri: redirectUri,
  });
