/** The OpenID provider elsewhere, spoken to by openid-client: found by its configured name, never by anything a caller says. */
import * as oidc from 'openid-client';
import type { Config } from '../config.ts';
import { LIMITS } from '../limits.ts';

/** Who came back, as the provider says. */
export interface OutsidePerson {
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

/** What one kept while a person was away. */
export interface Kept {
  state: string;
  nonce: string;
  verifier: string;
}

export interface OutsideProvider {
  /** Where to send a person, and what to keep meanwhile. @throws when it does not answer */
  leave(): Promise<{ url: string; kept: Kept }>;
  /** `current`: the whole address somebody came back to. @throws when anything about it is not right */
  comeBack(current: URL, kept: Kept): Promise<OutsidePerson>;
}

export type OutsideSettings = NonNullable<Config['outside']>;

export function createOutsideProvider(settings: OutsideSettings, callback: string): OutsideProvider {
  const issuer = new URL(settings.issuer);
  let found: Promise<oidc.Configuration> | null = null;

  /** Asked once; a failure is not remembered. */
  function discover(): Promise<oidc.Configuration> {
    found ??= oidc
      .discovery(issuer, settings.clientId, settings.clientSecret, undefined, {
        timeout: LIMITS.outsideTimeoutMs / 1000,
        // Config lets http through for this machine only.
        execute: issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [],
      })
      .catch((err) => {
        found = null;
        throw err;
      });
    return found;
  }

  return {
    async leave() {
      const config = await discover();
      const kept = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: 'openid email profile',
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, kept };
    },
    async comeBack(current, { state, nonce, verifier }) {
      const config = await discover();
      // State, `iss` of the answer, signature, issuer, audience, time and nonce of the ID token: the library's to compare.
      const tokens = await oidc.authorizationCodeGrant(config, current, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('no ID token');
      const told: Record<string, unknown> =
        claims.email === undefined && config.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
          : claims;
      const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
      return {
        subject: claims.sub,
        email: text(told.email),
        emailVerified: told.email_verified === true,
        name: text(told.name),
      };
    },
  };
}
