/** The HTTP edge over a test's world, and callers to it. */
import type { FastifyInstance, InjectOptions } from 'fastify';
import { type Accounts, type AccountsDeps, createAccounts } from '../accounts/index.ts';
import type { Config } from '../config.ts';
import type { Role } from '../protocol/index.ts';
import type { TestWorld } from '../stores/testing.ts';
import { createHttp, type HttpDeps } from './create-http.ts';

export interface HttpWorldOptions {
  env?: Record<string, string>;
  slices?: HttpDeps['slices'];
  accounts?: Partial<AccountsDeps>;
  http?: Partial<HttpDeps>;
}

export interface HttpWorld {
  app: FastifyInstance;
  accounts: Accounts;
  config: Config;
}

export async function httpWorld(world: TestWorld, options: HttpWorldOptions = {}): Promise<HttpWorld> {
  const config = world.config(options.env);
  const accounts = createAccounts({ ...world, config, ...options.accounts });
  const app = await createHttp({
    config,
    clock: world.clock,
    log: world.log,
    ledger: world.ledger,
    gate: world.gate,
    accounts,
    slices: options.slices ?? [],
    status: () => ({ services: {}, edges: [] }),
    ...options.http,
  });
  return { app, accounts, config };
}

/** A new account and its bearer header. */
export async function signedIn(world: TestWorld, accounts: Accounts, role: Role = 'user') {
  const user = await world.createUser(role);
  const session = await accounts.signInAs(user.id);
  if (!session.ok) throw new Error(session.error.code);
  return { ...session.value, headers: { authorization: `Bearer ${session.value.accessToken}` } };
}

/** JSON in, JSON out. */
export async function call(
  app: FastifyInstance,
  method: InjectOptions['method'],
  url: string,
  options: Omit<InjectOptions, 'method' | 'url' | 'body'> & { body?: unknown } = {},
) {
  const { body, ...rest } = options;
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...rest.headers };
  const response = await app.inject({ ...rest, method: method ?? 'GET', url, headers, ...payload });
  const isJson = /application\/json/.test(String(response.headers['content-type'] ?? ''));
  return {
    status: response.statusCode,
    headers: response.headers,
    cookies: response.cookies,
    text: response.body,
    body: isJson && response.body ? response.json() : null,
  };
}
