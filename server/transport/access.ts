/**
 * What the thin edges of every slice share: who is asking, who may ask, and how a `Result` becomes an answer.
 * Every route and every socket event states its `access`; a test builds the IDOR matrix from these statements.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import {
  ERRORS,
  errorBody,
  RefusalError,
  type Result,
  type Role,
  type TeamRight,
} from '../protocol/index.ts';

export interface Account {
  id: string;
  role: Role;
  name: string;
  /** What this log-in hangs on: a session of ours, or what another program was allowed. */
  sessionId: string;
  /** Who really asks, where a member of a vendor's team asks for the vendor that the rest of this names (server/teams). */
  member?: { userId: string; rights: ReadonlySet<TeamRight> };
}

/** Another program that asks in an account's name (server/oauth). */
export interface AskingApp {
  clientId: string;
  scopes: ReadonlySet<string>;
}

/** `public`: anyone; `account`: any logged-in account; otherwise that role (an operator may do what a vendor may). */
export type Access = 'public' | 'account' | 'vendor' | 'operator';

/** Kinds of things that belong to somebody. */
export type Owned =
  | 'event'
  | 'drop'
  | 'hold'
  | 'order'
  | 'ticket'
  | 'user'
  | 'map'
  | 'method'
  | 'mail'
  | 'card'
  | 'session'
  | 'passkey'
  | 'device'
  | 'app'
  | 'grant'
  | 'image'
  | 'invitation'
  | 'member';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** What an id in the path belongs to: another account's is answered 404. */
    owns?: Owned;
    /** Requests per minute and account (or address, when anonymous); default limits.ts. */
    perMinute?: number;
    /** Credentials are not even read: a spent token must not bar the way to a new one. */
    ignoresCredentials?: boolean;
    /** Asked by pages of others on purpose: it heeds no cookie. */
    anyOrigin?: boolean;
    /** GET of what is kept: also answered while the ledger cannot say whether the session lives (rule X50). */
    whileLedgerAway?: boolean;
    /** Not counted by rate limits: cheap, and asked for by machines that must hear an answer. */
    unlimited?: boolean;
  }
  interface FastifyRequest {
    account: Account | null;
    /** The program that asks, when it is not one of our pages. */
    app: AskingApp | null;
    /** Where it is written down that a member asks for this in a vendor's name. */
    teamAct: string | null;
  }
}

export function mayUse(access: Access, account: Account | null): boolean {
  if (access === 'public') return true;
  if (!account) return false;
  return access === 'account' || account.role === 'operator' || account.role === access;
}

/** The logged-in account. @throws RefusalError UNAUTHENTICATED */
export function accountOf(request: FastifyRequest): Account {
  if (!request.account) throw new RefusalError('UNAUTHENTICATED');
  return request.account;
}

/** The person behind an account: for what is written down about who did something. */
export const personOf = (account: Account): string => account.member?.userId ?? account.id;

/** Sends a result: its value with `status`, or the refusal with the catalogue's status. */
export function answer<T>(reply: FastifyReply, result: Result<T>, status = 200): FastifyReply {
  if (result.ok) return reply.code(status).send(result.value);
  const entry = ERRORS[result.error.code];
  const retryMs = result.error.details?.retryAfterMs;
  if (entry.retry === 'later' && entry.status >= 429)
    reply.header(
      'retry-after',
      Math.max(1, Math.ceil((typeof retryMs === 'number' ? retryMs : 1000) / 1000)),
    );
  return reply.code(entry.status).send({ error: errorBody(result.error) });
}

export interface SocketCaller {
  account: Account;
  socketId: string;
  /** Normalised address of the peer. */
  address: string;
}

/** One row of the socket table: it knows nothing of Socket.IO, so that another lane can speak it too. */
export interface SocketHandler<Payload = unknown> {
  event: string;
  schema: TSchema;
  access: Access;
  owns?: Owned;
  handle(caller: SocketCaller, payload: Payload): Promise<Result<unknown>>;
}

/** Tells one user's (or vendor's) sockets something, on whatever edge they are. A hint: nothing depends on it. */
export interface Notify {
  toUser(userId: string, event: string, payload: unknown): void;
  toVendor(vendorId: string, event: string, payload: unknown): void;
}
