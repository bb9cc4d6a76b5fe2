/**
 * Who asks, from where, and how often: the hooks before every route.
 *
 *   origin (CSRF) ─▶ credentials ─▶ rate limit ─▶ scope (other programs) ─▶ for whom (teams) ─▶ access
 *
 * A bearer token speaks for itself. A cookie is sent by the browser whoever made the page, so that what changes something
 * must also come from a page of ours (rules X5 to X9).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/index.ts';
import type { Config } from '../config.ts';
import { LIMITS } from '../limits.ts';
import type { AppDoor } from '../oauth/index.ts';
import { RefusalError } from '../protocol/index.ts';
import { isStoreAway } from '../stores/index.ts';
import type { NeededRight, TeamDoor } from '../teams/index.ts';
import {
  accountOf,
  addressPrefix,
  type Bucket,
  isListed,
  mayUse,
  type RateLimiter,
} from '../transport/index.ts';

export interface GuardDeps {
  config: Pick<Config, 'origins' | 'exempt'>;
  accounts: Accounts;
  limiter: RateLimiter;
  /** Other programs' tokens; default: none is taken. */
  apps?: AppDoor | undefined;
  /** Members of vendors' teams; default: nobody acts for another. */
  teams?: TeamDoor | undefined;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const MINUTE_MS = 60_000;
/** For which vendor a member of its team asks. */
const VENDOR_HEADER = 'holdfast-vendor';
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function bearerOf(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return null;
  const token = /^Bearer ([^\s]+)$/i.exec(authorization)?.[1];
  if (!token) throw new RefusalError('TOKEN_INVALID');
  return token;
}

function isOwnOrigin(request: FastifyRequest, origins: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin === `${request.protocol}://${request.host}` || origins.includes(origin ?? '');
}

/** @throws RefusalError CSRF_REFUSED */
function checkOrigin(request: FastifyRequest, { config, accounts }: GuardDeps): void {
  if (SAFE_METHODS.has(request.method) || request.headers.authorization !== undefined) return;
  if (request.routeOptions.config.anyOrigin) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  // A browser says where a request comes from; no page's script can write these headers. `same-origin` is final: a proxy
  // that changed Host or scheme on the way makes Origin look foreign, but not this.
  if (site === 'same-origin') return;
  if (site !== undefined || origin !== undefined) {
    if (origin !== undefined && isOwnOrigin(request, config.origins)) return;
    throw new RefusalError('CSRF_REFUSED');
  }
  // Said nothing: no browser of these years, so that a cookie is not proof of anything.
  const { access, refresh } = accounts.cookies.read(request);
  if (access !== undefined || refresh !== undefined) throw new RefusalError('CSRF_REFUSED');
}

/** Another program's token, which only ever comes in the header. True: it was one. @throws RefusalError when it is bad */
async function admitApp(request: FastifyRequest, bearer: string, apps: AppDoor): Promise<boolean> {
  const verified = await apps.authenticate(bearer);
  if (!verified) return false;
  if (!verified.ok) throw new RefusalError(verified.error.code);
  request.account = verified.value.account;
  request.app = verified.value.app;
  return true;
}

/** Whether it reads what is kept, and could not be let in because the ledger is away. */
const readsWhileAway = ({ method, routeOptions }: FastifyRequest, err: unknown): boolean =>
  (method === 'GET' || method === 'HEAD') && !!routeOptions.config.whileLedgerAway && isStoreAway(err);

/**
 * A token's word alone, for reading what is kept, while nobody can say whether its session lives (rules X50, X51). Null: what
 * anybody may see needs nobody's word (rule X54).
 */
async function asked(request: FastifyRequest, token: string, accounts: Accounts) {
  try {
    return await accounts.authenticate(token);
  } catch (err) {
    if (!readsWhileAway(request, err)) throw err;
    return request.routeOptions.config.access === 'public' ? null : accounts.authenticateUnasked(token);
  }
}

/** Sets `request.account`. @throws RefusalError when credentials are given and bad */
async function authenticate(request: FastifyRequest, { accounts, apps }: GuardDeps): Promise<void> {
  const { access = 'public', ignoresCredentials } = request.routeOptions.config;
  if (ignoresCredentials || request.is404) return;
  const bearer = bearerOf(request);
  if (bearer && apps && (await admitApp(request, bearer, apps))) return;
  const token = bearer ?? accounts.cookies.read(request).access;
  if (!token) return;
  const verified = await asked(request, token, accounts);
  if (!verified) return;
  if (verified.ok) request.account = verified.value.account;
  // Browsers send old cookies by themselves; whoever writes a header means it.
  else if (bearer || access !== 'public') throw new RefusalError(verified.error.code);
}

/** @throws RefusalError RATE_LIMITED */
async function limit(request: FastifyRequest, ip: string, { config, limiter }: GuardDeps): Promise<void> {
  // Pages and their files come from memory: a whole office may open them at once.
  const { page, unlimited, perMinute } = request.routeOptions.config;
  if (page || unlimited || isListed(config.exempt, ip)) return;
  const who = request.account ? `account:${request.account.id}` : `address:${addressPrefix(ip)}`;
  const all = LIMITS.httpRequestsPerMinutePerAddress;
  const buckets: Bucket[] = [{ key: `http:${who}`, capacity: all, fillMs: MINUTE_MS }];
  if (perMinute)
    buckets.push({
      key: `http:${who}:${request.method}:${request.routeOptions.url}`,
      capacity: perMinute,
      fillMs: MINUTE_MS,
    });
  const taken = await Promise.all(buckets.map((bucket) => limiter.take(bucket)));
  for (const each of taken)
    if (!each.ok) throw new RefusalError('RATE_LIMITED', { retryAfterMs: each.retryAfterMs });
}

/** What a person allowed opens the routes that name it, and no other. @throws RefusalError SCOPE_REQUIRED */
function checkScope({ app, method, routeOptions }: FastifyRequest, { apps }: GuardDeps): void {
  if (!app || !apps) return;
  const scope = apps.scopeOf(method, routeOptions.url ?? '');
  if (!scope || !app.scopes.has(scope)) throw new RefusalError('SCOPE_REQUIRED', { scope });
}

/** Null: nobody can say whether they are in the team, and what is kept is for everybody (rule X54). */
async function enterTeam(request: FastifyRequest, teams: TeamDoor, vendorId: string, needed: NeededRight) {
  try {
    return await teams.enter(accountOf(request), vendorId, needed);
  } catch (err) {
    if (request.routeOptions.config.access === 'public' && readsWhileAway(request, err)) return null;
    throw err;
  }
}

/**
 * From here on a member's request is the vendor's, where the header asks for it and the route opens to members (rules VT1 to VT5).
 * @throws RefusalError FORBIDDEN, or INVALID_REQUEST for a header that is no id
 */
async function actForVendor(request: FastifyRequest, { teams }: GuardDeps): Promise<void> {
  const vendorId = request.headers[VENDOR_HEADER];
  const { account, app, method, routeOptions } = request;
  const { access = 'public', ignoresCredentials } = routeOptions.config;
  if (vendorId === undefined || !teams || !account || ignoresCredentials || account.role === 'operator')
    return;
  const open = access === 'public';
  const needed = teams.rightFor(method, routeOptions.url ?? '');
  const id = String(vendorId).toLowerCase();
  if (id === account.id || (access !== 'vendor' && !(open && needed))) return;
  if (!UUID.test(id)) {
    if (open) return;
    throw new RefusalError('INVALID_REQUEST', { field: VENDOR_HEADER });
  }
  const entered = needed && !app ? await enterTeam(request, teams, id, needed) : null;
  if (entered?.ok) request.account = entered.value;
  else if (!open) throw new RefusalError('FORBIDDEN', entered?.error.details);
}

/** Written down before it is done (rule VT30). */
async function noteAct(request: FastifyRequest, teams: TeamDoor): Promise<void> {
  if (!request.account?.member || SAFE_METHODS.has(request.method)) return;
  request.teamAct = await teams.begin(request.account, {
    method: request.method,
    route: request.routeOptions.url ?? '',
    path: request.url,
    requestId: request.id,
  });
}

export function addGuard(app: FastifyInstance, deps: GuardDeps): void {
  app.decorateRequest('account', null);
  app.decorateRequest('app', null);
  app.decorateRequest('teamAct', null);
  app.addHook('onRequest', async (request) => {
    // Read at once: it is gone when the caller is, and who hung up while we waited for the ledger is no defect.
    const ip = request.ip ?? '';
    checkOrigin(request, deps);
    try {
      await authenticate(request, deps);
    } catch (err) {
      // Guessing tokens counts against the address that does it.
      if (err instanceof RefusalError) await limit(request, ip, deps);
      throw err;
    }
    await limit(request, ip, deps);
    if (request.is404) return;
    checkScope(request, deps);
    await actForVendor(request, deps);
    const { access = 'public' } = request.routeOptions.config;
    if (!mayUse(access, request.account))
      throw new RefusalError(request.account ? 'FORBIDDEN' : 'UNAUTHENTICATED');
    if (deps.teams) await noteAct(request, deps.teams);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { teamAct } = request;
    if (teamAct === null) return;
    // Without its outcome the act still stands in the list: as one of which nobody knows how it ended.
    await deps.teams
      ?.end(teamAct, reply.statusCode)
      .catch((err: unknown) =>
        request.log.warn({ err, teamAct }, "a team act's outcome was not written down"),
      );
  });
}
