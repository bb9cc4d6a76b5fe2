/**
 * The pages' way to the API: JSON in and out, coded errors as values one can show, the access token in memory only,
 * and one refresh at a time however many requests find it expired (rules U201 to U205).
 */
import { ERRORS, type ErrorCode, isErrorCode } from '../server/protocol/errors.ts';
import { learnServerTime, monotonicMs } from './time.ts';

/** `OFFLINE` is the one code the server cannot send. */
export type ApiCode = ErrorCode | 'OFFLINE';

export class ApiError extends Error {
  readonly code: ApiCode;
  readonly status: number;
  readonly details: Record<string, unknown>;
  constructor(code: ApiCode, status: number, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
  /** The field an INVALID_REQUEST names, in dotted form: `tiers.0.name`. */
  get field(): string | null {
    const field = this.details.field;
    return typeof field === 'string' ? fieldPath(field) : null;
  }
}

/** `/tiers/0/name`, `body/tiers/0/name` and `tiers[0].name` all become `tiers.0.name`. */
export function fieldPath(field: string): string {
  return field
    .replace(/\[(\d+)\]/g, '.$1')
    .replaceAll('/', '.')
    .replace(/^\.+/, '')
    .replace(/^body\./, '');
}

export interface SessionUser {
  id: string;
  email: string;
  name: string;
  role: 'user' | 'vendor' | 'operator';
}

export interface Tokens {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  user: SessionUser;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** False: neither token nor refresh (log-in itself). */
  authenticate?: boolean;
  /** Those of an answer that is no refusal. */
  onHeaders?(headers: Headers): void;
}

export interface ApiDeps {
  fetch: typeof fetch;
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** Runs `work` while no other tab refreshes: two tabs spending one refresh cookie would look like theft. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** A fresh token another tab obtained while this one waited for its turn. */
  onTokens?(tokens: Tokens): void;
  /** The server says that there is no session any more. */
  onLost?(): void;
  /** For which vendor it is asked, where somebody works in a team. */
  vendorId?(): string | null;
  /** It was refused although asked for that vendor. */
  onTeamRefused?(): void;
}

/** A token is renewed this long before it ends, so that none expires on its way. */
const RENEW_BEFORE_MS = 30_000;
/** How often, and after which pause, a refresh that came late to another tab's is tried again. */
const LATE_ATTEMPTS = 4;
const LATE_PAUSE_MS = 200;

export interface Api {
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  text(path: string): Promise<string>;
  blob(path: string): Promise<Blob>;
  /** What goes along with every request, for those who send one by other means. */
  headers(): Promise<Record<string, string>>;
  /** A token good for at least some seconds, refreshed if need be; null when nobody is logged in. */
  token(): Promise<string | null>;
  /** Takes over tokens from a log-in or another tab. */
  adopt(tokens: Tokens | null): void;
  refresh(): Promise<Tokens | null>;
}

export function createApi(deps: ApiDeps): Api {
  let current: { tokens: Tokens; renewAtMs: number } | null = null;
  let refreshing: Promise<Tokens | null> | null = null;

  function adopt(tokens: Tokens | null): void {
    current = tokens && { tokens, renewAtMs: deps.nowMs() + tokens.expiresIn * 1000 - RENEW_BEFORE_MS };
  }

  /** Another tab (or an older browser without locks) may be spending the same cookie: its successor is on the way. */
  async function spendCookie(attempt = 1): Promise<Tokens> {
    try {
      return await send<Tokens>('POST', '/refresh', { body: {}, authenticate: false });
    } catch (error) {
      const late = error instanceof ApiError && error.code === 'REQUEST_IN_PROGRESS';
      if (!late || attempt >= LATE_ATTEMPTS) throw error;
      await deps.sleep(LATE_PAUSE_MS * attempt);
      return spendCookie(attempt + 1);
    }
  }

  async function renew(stale: Tokens | undefined): Promise<Tokens | null> {
    return deps.exclusively(async () => {
      // While waiting for the lock another tab may have handed us what it got.
      if (current && current.tokens !== stale) return current.tokens;
      try {
        const tokens = await spendCookie();
        adopt(tokens);
        deps.onTokens?.(tokens);
        return tokens;
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        current = null;
        deps.onLost?.();
        return null;
      }
    });
  }

  function refresh(): Promise<Tokens | null> {
    refreshing ??= renew(current?.tokens).finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  async function token(): Promise<string | null> {
    if (!current) return null;
    if (deps.nowMs() < current.renewAtMs) return current.tokens.accessToken;
    return (await refresh())?.accessToken ?? null;
  }

  async function headersOf(): Promise<Record<string, string>> {
    const [bearer, vendorId] = [await token(), deps.vendorId?.()];
    return {
      accept: 'application/json',
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(bearer && vendorId ? { 'holdfast-vendor': vendorId } : {}),
    };
  }

  async function respond(method: string, path: string, options: RequestOptions): Promise<Response> {
    const base = options.authenticate === false ? { accept: 'application/json' } : await headersOf();
    const headers: Record<string, string> = { ...base, ...options.headers };
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    const startedMs = monotonicMs();
    let response: Response;
    try {
      response = await deps.fetch(path, {
        method,
        headers,
        credentials: 'same-origin',
        ...(options.body !== undefined ? { body: JSON.stringify(options.body) } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError('OFFLINE', 0, 'The server cannot be reached. Check your connection.');
    }
    const date = response.headers.get('date');
    // The Date header counts whole seconds: right to half of one.
    if (date) learnServerTime(Date.parse(date), monotonicMs() - startedMs, 1000);
    if (response.status === 403 && headers['holdfast-vendor']) deps.onTeamRefused?.();
    if (!response.ok) throw await errorOf(response);
    options.onHeaders?.(response.headers);
    return response;
  }

  async function send<T>(method: string, path: string, options: RequestOptions): Promise<T> {
    const response = await respond(method, path, options);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** Runs a request; if its token turns out to be spent, refreshes once and runs it again. */
  async function withRefresh<T>(authenticate: boolean | undefined, run: () => Promise<T>): Promise<T> {
    const before = current;
    try {
      return await run();
    } catch (error) {
      const spent =
        error instanceof ApiError && error.status === 401 && authenticate !== false && before !== null;
      if (!spent || !(await refresh())) throw error;
      return run();
    }
  }

  const file = (path: string): Promise<Response> =>
    withRefresh(true, () => respond('GET', path, { headers: { accept: '*/*' } }));

  return {
    request: (method, path, options = {}) =>
      withRefresh(options.authenticate, () => send(method, path, options)),
    text: async (path) => (await file(path)).text(),
    blob: async (path) => (await file(path)).blob(),
    headers: headersOf,
    token,
    adopt,
    refresh,
  };
}

/** What a refusal of the server's, or of whatever stands before it, says. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: { code?: unknown; message?: unknown; details?: unknown } } | null)?.error;
  const { code, message, details } = error ?? {};
  const ours = fallbackCode(response.status);
  return new ApiError(
    // With its sentence it is the server's, also where this page has no such code.
    typeof code === 'string' && (typeof message === 'string' || isErrorCode(code))
      ? (code as ErrorCode)
      : ours,
    response.status,
    typeof message === 'string' ? message : ERRORS[ours].message,
    details && typeof details === 'object' ? (details as Record<string, unknown>) : {},
  );
}

/** A proxy in between answers without our body: its status still says what kind of thing happened. */
function fallbackCode(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 429) return 'RATE_LIMITED';
  if (status === 502 || status === 503 || status === 504) return 'TEMPORARILY_UNAVAILABLE';
  return status >= 500 ? 'INTERNAL' : 'INVALID_REQUEST';
}
