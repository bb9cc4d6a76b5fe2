/** An OpenID provider elsewhere by which people may log in (rules Z40…). */
import type { Weakness } from './secrets.ts';

export interface OutsideSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What people call it. */
  name: string;
}

interface Given {
  issuer: string | undefined;
  clientId: string | undefined;
  clientSecret: string | undefined;
  name: string | undefined;
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);
const REMEDY =
  'Set HOLDFAST_OIDC_ISSUER (https://…), HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_CLIENT_SECRET, or none of them.';

/** Undefined when nothing is set. An issuer is https; on this machine, and outside production, http. */
export function outsideSettings(
  { issuer, clientId, clientSecret, name }: Given,
  production: boolean,
): { outside: OutsideSettings | undefined } | Weakness {
  if (!issuer && !clientId && !clientSecret) return { outside: undefined };
  if (!issuer || !clientId || !clientSecret)
    return { problem: 'HOLDFAST_OIDC_… is set in part.', remedy: REMEDY };
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const onThisMachine = url?.protocol === 'http:' && LOOPBACK.has(url.hostname) && !production;
  if (!url || (url.protocol !== 'https:' && !onThisMachine) || url.search || url.hash || url.username)
    return { problem: 'HOLDFAST_OIDC_ISSUER is not the address of a provider.', remedy: REMEDY };
  return { outside: { issuer, clientId, clientSecret, name: name?.trim() || url.hostname } };
}
