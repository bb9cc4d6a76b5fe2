/** The door: which requests may become sockets, whose they are, and how many an account may have. */
import type { BlockList } from 'node:net';
import type { Server, Socket } from 'socket.io';
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type ErrorCode, errorBody } from '../protocol/index.ts';
import type { Account } from '../transport/index.ts';
import { clientAddress, isListed } from './address.ts';
import { fullBucket, take } from './bucket.ts';
import type { AccountUse } from './connection.ts';
import { type OriginPolicy, originAllowed } from './origin.ts';

export interface DoorDeps {
  clock: Clock;
  log: Logger;
  origin: OriginPolicy;
  proxies: BlockList;
  exempt: BlockList;
  authenticate(token: string): Promise<Account | null>;
  accounts: Map<string, AccountUse>;
  isDraining(): boolean;
  count(outcome: string): void;
}

/** What the upgrade request told, kept on Engine.IO's socket until the Socket.IO one is connected. */
interface Visitor {
  address: string;
  exempt: boolean;
}

interface UpgradeRequest {
  headers: Record<string, string | undefined>;
  connection: { remoteAddress: string };
}

const visitors = new WeakMap<object, Visitor>();

export const visitorOf = (socket: Socket): Visitor =>
  visitors.get(socket.conn) ?? { address: socket.handshake.address, exempt: false };

const NO_HANDSHAKE = Object.freeze({ headers: {}, auth: {}, query: {}, address: '', time: '', url: '' });

class Refused extends Error {
  /** Socket.IO sends this to the client beside the message (`connect_error`). */
  readonly data: unknown;
  constructor(code: ErrorCode) {
    super(code);
    this.data = errorBody({ code });
  }
}

/** Whether the token says of itself that it is over. A hint for the client (refresh, then dial again), not a judgement. */
function saysExpired(token: string, now: number): boolean {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp?: unknown;
    } | null;
    return typeof claims?.exp === 'number' && claims.exp * 1000 <= now;
  } catch (err) {
    if (err instanceof SyntaxError) return false;
    throw err;
  }
}

/** Synchronous, all of it: uWebSockets.js forbids touching a request later. */
export function createAllowRequest(deps: DoorDeps) {
  const bucket = fullBucket(LIMITS.handshakesPerSecond, deps.clock.now());

  function refusal({ headers, connection }: UpgradeRequest): ErrorCode | undefined {
    if (deps.isDraining()) return 'DRAINING';
    if (!originAllowed(headers.origin, headers.host, deps.origin)) return 'ORIGIN_REFUSED';
    const address = clientAddress(connection.remoteAddress, headers['x-forwarded-for'], deps.proxies);
    if (isListed(deps.exempt, address)) return undefined;
    const { handshakesPerSecond: most } = LIMITS;
    return take(bucket, most, most, deps.clock.now()) ? undefined : 'RATE_LIMITED';
  }

  return (request: unknown, answer: (err: string | null | undefined, ok: boolean) => void): void => {
    const code = refusal(request as UpgradeRequest);
    if (code) deps.count(code);
    answer(code, code === undefined);
  };
}

export function guardDoor(io: Server, deps: DoorDeps): void {
  io.engine.on('connection', (conn: { request: UpgradeRequest | null }) => {
    const request = conn.request;
    if (!request) return;
    const address = clientAddress(
      request.connection.remoteAddress,
      request.headers['x-forwarded-for'],
      deps.proxies,
    );
    visitors.set(conn, { address, exempt: isListed(deps.exempt, address) });
    // Nothing reads the request again, and it would live as long as the socket. A cookie in it is never looked at.
    conn.request = null;
  });

  async function admit(socket: Socket): Promise<void> {
    const token: unknown = socket.handshake.auth.token;
    if (typeof token !== 'string' || token === '' || token.length > 4096)
      throw new Refused('UNAUTHENTICATED');
    const account = await deps.authenticate(token);
    if (!account)
      throw new Refused(saysExpired(token, deps.clock.now()) ? 'TOKEN_EXPIRED' : 'UNAUTHENTICATED');
    if (
      !visitorOf(socket).exempt &&
      (deps.accounts.get(account.id)?.sockets ?? 0) >= LIMITS.socketsPerAccount
    )
      throw new Refused('RATE_LIMITED');
    socket.data.account = account;
    // Token, headers and query are of no further use, and would live as long as the socket: a kilobyte each.
    (socket as { handshake: unknown }).handshake = NO_HANDSHAKE;
  }

  io.use((socket, next) => {
    admit(socket).then(
      () => next(),
      (err: unknown) => {
        if (err instanceof Refused) {
          deps.count(err.message);
          next(err);
          return;
        }
        deps.log.error({ err }, 'cannot judge a token');
        deps.count('TEMPORARILY_UNAVAILABLE');
        next(new Refused('TEMPORARILY_UNAVAILABLE'));
      },
    );
  });
}
