/** The program with its people and apps, for the slice's tests over HTTP. */
import type { FastifyInstance } from 'fastify';
import type { House } from '../compose.ts';
import { signedIn } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import type { TestWorld } from '../stores/testing.ts';
import { type App, CALLBACK, createBrowser, PAGES } from './testing.ts';

export interface OAuthHouse {
  house: House;
  app: FastifyInstance;
  fan: Awaited<ReturnType<typeof signedIn>>;
  vendor: Awaited<ReturnType<typeof signedIn>>;
  /** A public app, each of a vendor of its own, for what a fan may allow. */
  register(more?: Record<string, unknown>): Promise<App & { owner: Awaited<ReturnType<typeof signedIn>> }>;
}

export async function oauthHouse(world: TestWorld, env: Record<string, string> = {}): Promise<OAuthHouse> {
  const { house, app } = await houseOver(world, {
    HOLDFAST_ORIGINS: PAGES,
    HOLDFAST_PROXIES: '127.0.0.1',
    ...env,
  });
  const fan = await signedIn(world, house.accounts, 'user');
  const vendor = await signedIn(world, house.accounts, 'vendor');
  return {
    house,
    app,
    fan,
    vendor,
    async register(more = {}) {
      const wanted = {
        name: 'Calendar',
        redirectUris: [CALLBACK],
        scopes: ['openid', 'profile', 'email', 'tickets:read', 'events:read'],
        kind: 'public',
        ...more,
      };
      const owner = await signedIn(world, house.accounts, 'vendor');
      const made = await createBrowser(app).send('/oauth/clients', wanted, owner.headers);
      if (made.status !== 201) throw new Error(made.text);
      return { ...made.body, owner };
    },
  };
}

export const asApp = (token: string) => ({ authorization: `Bearer ${token}` });
