/** A provider elsewhere, on this machine: whoever comes to it is logged in as `person` and consents. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { generateKeys, keyRingFrom } from '../keys/index.ts';

export interface Somebody {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export interface Elsewhere {
  issuer: string;
  person: Somebody;
  /** Follows an address of its own to where it sends the browser back to. */
  visit(url: string): Promise<URL>;
  close(): Promise<void>;
}

export const OUTSIDE_CLIENT = { id: 'holdfast', secret: randomUUID() };

export async function startElsewhere(callback: string): Promise<Elsewhere> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: OUTSIDE_CLIENT.id, client_secret: OUTSIDE_CLIENT.secret, redirect_uris: [callback] },
    ],
    jwks: { keys: keyRingFrom(generateKeys()).privateJwks('oauth') },
    clientDefaults: { id_token_signed_response_alg: 'EdDSA' },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['elsewhere'] },
    findAccount: async (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ ...elsewhere.person, sub }),
    }),
  });
  server.on('request', async (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return provider.callback()(req, res);
    const { params } = await provider.interactionDetails(req, res);
    const accountId = elsewhere.person.sub;
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    await provider.interactionFinished(req, res, {
      login: { accountId },
      consent: { grantId: await grant.save() },
    });
  });

  const elsewhere: Elsewhere = {
    issuer,
    person: { sub: 'nobody' },
    async visit(url) {
      const cookies = new Map<string, string>();
      let at = new URL(url);
      for (let steps = 0; at.origin === issuer; steps++) {
        if (steps > 8) throw new Error(`no way back from ${at.href}`);
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
        for (const set of answer.headers.getSetCookie()) {
          const [pair = ''] = set.split(';');
          cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        const location = answer.headers.get('location');
        if (!location) throw new Error(`${answer.status} ${await answer.text()}`);
        at = new URL(location, at);
      }
      return at;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return elsewhere;
}
