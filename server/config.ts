/**
 * The environment, read once into a frozen object; anything missing or unsafe is refused here with its remedy.
 * README's configuration table lists the same names.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { mailSettings } from './config/mail.ts';
import { type OutsideSettings, outsideSettings } from './config/oidc.ts';
import { pictureSettings, type S3Settings } from './config/pictures.ts';
import { type PushSettings, pushSettings } from './config/push.ts';
import { secretsWeakness } from './config/secrets.ts';
import { type StripeSettings, stripeSettings } from './config/stripe.ts';
import { isTimeZone } from './kernel/time-zone.ts';
import { LIMITS } from './limits.ts';
import { vaultKeysProblem } from './payments/vault/vault-keys.ts';
import { readWindows, type Window } from './reconciliation/maintenance.ts';

export type ProcessRole = 'api' | 'edge' | 'worker';

export interface Config {
  production: boolean;
  port: number;
  socketPort: number;
  host: string;
  /** Where embedded stores, keys and logs live. */
  dataDir: string;
  databaseUrl: string | undefined;
  databaseReadUrl: string | undefined;
  redisUrl: string | undefined;
  redisAdapterUrl: string | undefined;
  /** A Redis for the cache; undefined: it is a guest of the gate's, in little room. */
  redisCacheUrl: string | undefined;
  roles: ReadonlySet<ProcessRole>;
  /** Socket endpoints named by GET /status; empty: this process's own. */
  edges: readonly string[];
  /** Allowed browser origins; empty in development: same host on any port of ours. */
  origins: readonly string[];
  /** Trusted proxies (CIDRs), whose X-Forwarded-For counts. */
  proxies: readonly string[];
  /** Addresses free of per-address limits. */
  exempt: BlockList;
  /** Signing keys as a JWK set (JSON), or undefined: made in dataDir/keys (development only). */
  keys: string | undefined;
  /** Keys of the vault for vendors' credentials, newest first; undefined: made in dataDir/keys (development only). */
  vaultKeys: string | undefined;
  /** The installation's own Stripe account; undefined: none. */
  stripe: StripeSettings['stripe'];
  /** A fake Stripe's address (development); undefined: Stripe itself. */
  stripeApiBase: string | undefined;
  /** What Stripe signs its webhooks with for the installation's own account; several while they rotate. */
  stripeWebhookSecrets: readonly string[];
  demo: boolean;
  crowd: number;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  /** Public randomness for draws (drand's HTTP format); undefined: draws without a beacon. */
  beacon: { url: string; chainHash: string; genesisMs: number; periodMs: number } | undefined;
  /** How patient the breakers around services of others are. */
  breaker: { backoffMs: number; retries: number; cooldownMs: number };
  /** The zone whose clock nightly work goes by. */
  timeZone: string;
  /** When nightly work is put off, on that clock. */
  maintenance: readonly Window[];
  /** Who mails come from. */
  mailFrom: { name: string; address: string };
  /** The mail server (smtp:// or smtps://); undefined: mails stay in the local mailbox. */
  smtpUrl: string | undefined;
  /** What push services there are beside browsers' own, and whom they may write to. */
  push: PushSettings;
  /** The bucket for pictures; undefined: they are in `dataDir`. */
  s3: S3Settings | undefined;
  /** The OpenID provider elsewhere by which people may log in; undefined: none. */
  outside: OutsideSettings | undefined;
  /** Whether answers say in `Server-Timing` what their time was spent on. */
  serverTiming: boolean;
  logLevel: string;
}

export class ConfigError extends Error {
  readonly remedy: string;
  constructor(problem: string, remedy: string) {
    super(`${problem}\n  ${remedy}`);
    this.remedy = remedy;
  }
}

function port(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0 || n > 65535)
    throw new ConfigError(
      `${name}=${value} is not a port.`,
      `Set ${name} to a whole number from 0 to 65535.`,
    );
  return n;
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean);
}

/** @throws ConfigError when an entry is neither an address nor a CIDR. */
export function blockList(name: string, entries: readonly string[]): BlockList {
  const out = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    const max = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? max : Number(bits);
    if (!family || !Number.isInteger(prefix) || prefix < 0 || prefix > max)
      throw new ConfigError(`${name} has "${entry}".`, 'Use addresses or CIDRs, such as 10.0.0.0/8,::1/128.');
    out.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  }
  return out;
}

/** `https://relay/<chain hash>#genesis=<unix seconds>&period=<seconds>`. */
function beacon(value: string | undefined): Config['beacon'] {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const [, base = '', chainHash] = /^(.*)\/([0-9a-f]{64})$/.exec(url?.pathname ?? '') ?? [];
  const settings = new URLSearchParams(url?.hash.slice(1));
  const [genesis, period] = [Number(settings.get('genesis')), Number(settings.get('period'))];
  if (url?.protocol !== 'https:' || !chainHash || !(genesis > 0) || !(period > 0))
    throw new ConfigError(
      `HOLDFAST_BEACON=${value} is not a beacon.`,
      'Use a drand chain: https://api.drand.sh/<chain hash>#genesis=<unix seconds>&period=<seconds>.',
    );
  return { url: url.origin + base, chainHash, genesisMs: genesis * 1000, periodMs: period * 1000 };
}

function whole(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const n = Number(value);
  if (!Number.isInteger(n) || n < 1 || n > 86_400_000)
    throw new ConfigError(`${name}=${value}.`, `Set ${name} to a whole number from 1 to 86400000.`);
  return n;
}

/** Nightly work: by which clock, and when not. */
function nights(env: NodeJS.ProcessEnv): Pick<Config, 'timeZone' | 'maintenance'> {
  const timeZone = env.HOLDFAST_TIME_ZONE || 'UTC';
  if (!isTimeZone(timeZone))
    throw new ConfigError(
      `HOLDFAST_TIME_ZONE=${timeZone} is no time zone.`,
      'Use a name of the IANA database, such as Europe/Berlin.',
    );
  try {
    return { timeZone, maintenance: readWindows(env.HOLDFAST_MAINTENANCE) };
  } catch (err) {
    throw new ConfigError(
      `HOLDFAST_MAINTENANCE: ${(err as Error).message}.`,
      'Use 02:00-03:00 (each day) or 2026-11-22T23:00/2026-11-23T00:30 (once), separated by commas.',
    );
  }
}

/** @throws ConfigError when one is no secret of Stripe's: what it should keep out would come in, or nothing at all. */
function webhookSecrets(given: readonly string[]): readonly string[] {
  if (given.some((secret) => !/^whsec_[A-Za-z0-9+/=_-]{16,}$/.test(secret)))
    throw new ConfigError(
      'STRIPE_WEBHOOK_SECRET has something that is no webhook secret.',
      'Use the whsec_… of the endpoint in Stripe’s dashboard; while one replaces another, both, comma-separated.',
    );
  return given;
}

/** Following requests costs sockets of the same process too: by default only where there are none. */
function timing(value: string | undefined, roles: readonly string[]): boolean {
  if (!value) return roles.includes('api') && !roles.includes('edge');
  if (value !== 'on' && value !== 'off')
    throw new ConfigError(`HOLDFAST_SERVER_TIMING=${value}.`, 'Set HOLDFAST_SERVER_TIMING to on or off.');
  return value === 'on';
}

const ROLES: readonly ProcessRole[] = ['api', 'edge', 'worker'];

/** @throws ConfigError */
export function readConfig(env: NodeJS.ProcessEnv, cwd = process.cwd()): Config {
  const production = env.NODE_ENV === 'production';
  const roles = list(env.HOLDFAST_ROLES ?? ROLES.join(','));
  for (const role of roles)
    if (!ROLES.includes(role as ProcessRole))
      throw new ConfigError(`HOLDFAST_ROLES names "${role}".`, `Use any of ${ROLES.join(', ')}.`);
  const crowd = Number(env.HOLDFAST_CROWD ?? 300);
  if (!Number.isInteger(crowd) || crowd < 0 || crowd > 100_000)
    throw new ConfigError(
      `HOLDFAST_CROWD=${env.HOLDFAST_CROWD}.`,
      'Use a whole number of simulated fans, or 0.',
    );
  const weakness = production ? secretsWeakness(env) : null;
  if (weakness) throw new ConfigError(weakness.problem, weakness.remedy);
  const sealing = env.HOLDFAST_VAULT_KEYS ? vaultKeysProblem(env.HOLDFAST_VAULT_KEYS) : null;
  if (sealing) throw new ConfigError(sealing.problem, sealing.remedy);
  if (production && list(env.HOLDFAST_ORIGINS).length === 0)
    throw new ConfigError(
      'HOLDFAST_ORIGINS is not set.',
      'Name the origins your pages are served from, such as https://tickets.example.',
    );
  if (env.HOLDFAST_ADMIN_PASSWORD !== undefined && env.HOLDFAST_ADMIN_PASSWORD.length < 12)
    throw new ConfigError('HOLDFAST_ADMIN_PASSWORD is too short.', 'Use at least 12 characters.');
  const mail = mailSettings({ SMTP_URL: env.SMTP_URL, MAIL_FROM: env.MAIL_FROM });
  if ('problem' in mail) throw new ConfigError(mail.problem, mail.remedy);
  const push = pushSettings(
    { hosts: env.PUSH_HOSTS, contact: env.PUSH_CONTACT, mailFrom: mail.mailFrom.address },
    production,
  );
  if ('problem' in push) throw new ConfigError(push.problem, push.remedy);
  const pictures = pictureSettings(env.S3_URL);
  if ('problem' in pictures) throw new ConfigError(pictures.problem, pictures.remedy);
  const stripe = stripeSettings(
    {
      secretKey: env.STRIPE_SECRET_KEY,
      publishableKey: env.STRIPE_PUBLISHABLE_KEY,
      apiBase: env.STRIPE_API_BASE,
      testMode: env.STRIPE_TEST_MODE,
    },
    production,
  );
  if ('problem' in stripe) throw new ConfigError(stripe.problem, stripe.remedy);
  const outside = outsideSettings(
    {
      issuer: env.HOLDFAST_OIDC_ISSUER,
      clientId: env.HOLDFAST_OIDC_CLIENT_ID,
      clientSecret: env.HOLDFAST_OIDC_CLIENT_SECRET,
      name: env.HOLDFAST_OIDC_NAME,
    },
    production,
  );
  if ('problem' in outside) throw new ConfigError(outside.problem, outside.remedy);
  const dataDir = resolve(cwd, env.HOLDFAST_DATA ?? '.holdfast');
  if (!existsSync(dataDir)) mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  return Object.freeze({
    production,
    port: port('PORT', env.PORT, 3000),
    socketPort: port('SOCKET_PORT', env.SOCKET_PORT, 3001),
    host: env.HOST ?? '0.0.0.0',
    dataDir,
    databaseUrl: env.DATABASE_URL || undefined,
    databaseReadUrl: env.DATABASE_READ_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    redisAdapterUrl: env.REDIS_ADAPTER_URL || undefined,
    redisCacheUrl: env.REDIS_CACHE_URL || undefined,
    roles: new Set(roles as ProcessRole[]),
    edges: list(env.HOLDFAST_EDGES),
    origins: list(env.HOLDFAST_ORIGINS),
    proxies: list(env.HOLDFAST_PROXIES),
    exempt: blockList('HOLDFAST_EXEMPT_NETWORKS', list(env.HOLDFAST_EXEMPT_NETWORKS)),
    keys: env.HOLDFAST_KEYS || undefined,
    vaultKeys: env.HOLDFAST_VAULT_KEYS || undefined,
    ...stripe,
    stripeWebhookSecrets: webhookSecrets(list(env.STRIPE_WEBHOOK_SECRET)),
    demo: env.HOLDFAST_DEMO !== 'off' && !production,
    crowd,
    adminEmail: env.HOLDFAST_ADMIN_EMAIL || undefined,
    adminPassword: env.HOLDFAST_ADMIN_PASSWORD || undefined,
    beacon: beacon(env.HOLDFAST_BEACON),
    breaker: {
      backoffMs: whole(
        'HOLDFAST_BREAKER_BACKOFF_MS',
        env.HOLDFAST_BREAKER_BACKOFF_MS,
        LIMITS.breakerBackoffMs,
      ),
      retries: whole('HOLDFAST_BREAKER_RETRIES', env.HOLDFAST_BREAKER_RETRIES, LIMITS.breakerRetries),
      cooldownMs: whole(
        'HOLDFAST_BREAKER_COOLDOWN_MS',
        env.HOLDFAST_BREAKER_COOLDOWN_MS,
        LIMITS.breakerCooldownMs,
      ),
    },
    ...nights(env),
    mailFrom: mail.mailFrom,
    smtpUrl: mail.smtpUrl,
    ...push,
    ...outside,
    s3: pictures.s3,
    serverTiming: timing(env.HOLDFAST_SERVER_TIMING, roles),
    // In development the terminal belongs to the addresses and accounts that a person looks for.
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  });
}
