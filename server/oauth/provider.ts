/**
 * The authorization server (rules Z1 to Z14): oidc-provider, narrowed to what we offer. Codes with PKCE, refresh tokens that
 * are spent once, tokens in a program's own name; nothing implicit, no passwords, no sessions of its own: who somebody is, our
 * log-in says at each consent.
 */
import { createHash } from 'node:crypto';
import Provider, { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Logger } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import type { Pool } from '../stores/index.ts';
import { API_SCOPES_FIELD, createArtifacts, isSecretOf } from './artifacts.ts';
import { API_SCOPES, IDENTITY_SCOPES, isApiScope, OWN_NAME_SCOPES, scopesIn } from './scopes.ts';
import { PERSON } from './statements.ts';

export interface ProviderDeps {
  db: Pool;
  keys: KeyRing;
  log: Logger;
  /** Where the pages are: `https://tickets.example`. */
  pages: string;
}

/** Our authorization server's name, and where it is. */
export const issuerOf = (pages: string): string => `${pages}/oauth`;
/** The name of our API as what a token is for. */
export const apiOf = (pages: string): string => `${pages}/`;
export const CONSENT_PAGE = '/oauth/consent';
const PROBLEM_PAGE = '/oauth/problem';

interface Person {
  id: string;
  name: string;
  email: string;
  verified: boolean;
}

const askedFor = (ctx: KoaContextWithOIDC) => scopesIn(ctx.oidc.params?.scope);

function resources(api: string): NonNullable<Configuration['features']>['resourceIndicators'] {
  return {
    enabled: true,
    // An app that asks for something of the API means our API; one that only wants to know who somebody is gets no key to it.
    defaultResource: async (ctx) =>
      askedFor(ctx).some(isApiScope) || ctx.oidc.params?.grant_type === 'client_credentials' ? api : [],
    useGrantedResource: async () => true,
    async getResourceServerInfo(ctx, resource, client) {
      if (resource !== api) throw new errors.InvalidTarget('no such resource here');
      const ownName = ctx.oidc.params?.grant_type === 'client_credentials';
      const offered = ownName ? API_SCOPES.filter((scope) => OWN_NAME_SCOPES.includes(scope)) : API_SCOPES;
      const registered = new Set(scopesIn(client[API_SCOPES_FIELD]));
      return {
        scope: offered.filter((scope) => registered.has(scope)).join(' '),
        audience: api,
        accessTokenFormat: 'jwt',
        accessTokenTTL: LIMITS.accessTokenSeconds,
        jwt: { sign: { alg: 'EdDSA' } },
      };
    },
  };
}

/** An app gives back, and asks about, what is its own. */
const isItsOwn = async (
  _ctx: KoaContextWithOIDC,
  client: { clientId: string },
  token: { clientId?: string | undefined },
) => token.clientId === client.clientId;

function features(api: string): NonNullable<Configuration['features']> {
  return {
    resourceIndicators: resources(api),
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: isItsOwn },
    introspection: { enabled: true, allowedPolicy: isItsOwn },
    userinfo: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
  };
}

/** How long each thing is good for, in seconds. */
const TTL: Configuration['ttl'] = {
  AccessToken: LIMITS.accessTokenSeconds,
  ClientCredentials: LIMITS.accessTokenSeconds,
  AuthorizationCode: LIMITS.oauthCodeSeconds,
  IdToken: LIMITS.accessTokenSeconds,
  RefreshToken: LIMITS.refreshTokenDays * 86_400,
  Grant: LIMITS.oauthGrantDays * 86_400,
  Interaction: LIMITS.oauthConsentSeconds,
  Session: LIMITS.oauthConsentSeconds,
};

function claimsOf(db: Pool): Configuration['findAccount'] {
  return async (_ctx, sub) => {
    const person = await db.one<Person>(PERSON, [sub]);
    if (!person) return undefined;
    const { id, name, email, verified } = person;
    return { accountId: id, claims: async () => ({ sub: id, name, email, email_verified: verified }) };
  };
}

/** Which of our pages a script on another site may call us from: those a public app gets its codes at. */
const isOriginOf = (redirectUris: readonly string[] | undefined, origin: string): boolean =>
  (redirectUris ?? []).some((uri) => new URL(uri).origin === origin);

function configuration({ db, keys, pages }: ProviderDeps): Configuration {
  const secret = keys.sign('oauth', Buffer.from('holdfast oauth cookies')).signature;
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const;
  return {
    adapter: (kind: string) => createArtifacts(db, kind),
    jwks: { keys: keys.privateJwks('oauth') },
    responseTypes: ['code'],
    scopes: [...IDENTITY_SCOPES],
    extraClientMetadata: { properties: [API_SCOPES_FIELD] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    enabledJWA: { idTokenSigningAlgValues: ['EdDSA'] },
    clientDefaults: { id_token_signed_response_alg: 'EdDSA' },
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    rotateRefreshToken: () => true,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    features: features(apiOf(pages)),
    ttl: TTL,
    cookies: {
      keys: [createHash('sha256').update(secret).digest('base64url')],
      names: {
        session: 'holdfast-oauth-visit',
        interaction: 'holdfast-oauth-consent',
        resume: 'holdfast-oauth-resume',
      },
      long: cookie,
      short: cookie,
    },
    interactions: { url: () => CONSENT_PAGE },
    // A grant is what was just consented to, and nothing remembered.
    async loadExistingGrant(ctx) {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId ? ctx.oidc.provider.Grant.find(grantId) : undefined;
    },
    async extraTokenClaims(_ctx, token) {
      return 'grantId' in token && token.grantId ? { gid: token.grantId } : undefined;
    },
    findAccount: claimsOf(db),
    clientBasedCORS: (_ctx, origin, client) =>
      client.clientAuthMethod === 'none' && isOriginOf(client.redirectUris, origin),
    // Only the error's name travels: words in an address would be anybody's words on our page.
    renderError(ctx, out) {
      ctx.redirect(`${PROBLEM_PAGE}?error=${encodeURIComponent(out.error)}`);
    },
  };
}

export function createProvider(deps: ProviderDeps): Provider {
  const provider = new Provider(issuerOf(deps.pages), configuration(deps));
  // Protocol and host are those of our own name, put into these headers by mount.ts.
  provider.proxy = true;
  Object.defineProperty(provider.Client.prototype, 'compareClientSecret', {
    value(this: { clientSecret?: string }, given: string) {
      return this.clientSecret !== undefined && isSecretOf(this.clientSecret, given);
    },
  });
  provider.on('server_error', (_ctx, err) => deps.log.error({ err }, 'authorization server'));
  return provider;
}
