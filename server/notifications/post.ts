/**
 * One POST to a push service (rules N12, N13). The name is resolved once, every address it has is judged, and the connection goes
 * to one of those very addresses: a name that answers differently the second time is not asked a second time. No redirect is
 * followed; of an answer only its status and `Retry-After` are read.
 */
import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { LIMITS } from '../limits.ts';
import { isPublic } from './public-address.ts';
import type { Endpoint } from './push-services.ts';

export type Resolve = (host: string) => Promise<LookupAddress[]>;

/** The service could not be asked, or is in trouble itself. */
export class PushUnanswered extends Error {
  readonly code: string;
  constructor(message: string, code = 'UNANSWERED', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
/** A name of a push service that leads to an address nobody outside has. */
export class ForbiddenAddress extends Error {}

export interface PushAnswer {
  status: number;
  /** Seconds, when it said so. */
  retryAfter: number | null;
}

export interface Poster {
  /** @throws PushUnanswered, ForbiddenAddress */
  post(endpoint: Endpoint, headers: Record<string, string | number>, body: Buffer): Promise<PushAnswer>;
  /** Whether the service of this origin answers at all. @throws PushUnanswered */
  probe(endpoint: Endpoint): Promise<void>;
  close(): void;
}

const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true, verbatim: true });

/** Resolves, judges and hands over in one step, so that nothing lies between judging an address and dialling it. */
function judging(resolve: Resolve): LookupFunction {
  return (host, options, done) => {
    resolve(host).then(
      (found) => {
        const wrong = found.find(({ address }) => !isPublic(address));
        const first = found[0];
        if (wrong || !first) {
          const why = wrong ? `${host} leads to ${wrong.address}` : `${host} has no address`;
          return done(new ForbiddenAddress(why), '', 4);
        }
        return options.all ? done(null, found) : done(null, first.address, first.family);
      },
      (err: NodeJS.ErrnoException) => done(err, '', 4),
    );
  };
}

/** Delay or date; null: neither. */
export function retryAfterSeconds(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,7}$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}

export interface PosterDeps {
  nowMs(): number;
  /** Default: the system's. */
  resolve?: Resolve;
  timeoutMs?: number;
}

export function createPoster({
  nowMs,
  resolve = resolveBySystem,
  timeoutMs = LIMITS.pushTimeoutMs,
}: PosterDeps): Poster {
  const settings = { keepAlive: true, maxSockets: LIMITS.pushSocketsPerHost, timeout: LIMITS.pushIdleMs };
  const lookup = judging(resolve);
  // Services of one's own are named by whoever runs the house, and may stand on the next machine.
  const agents = {
    known: new HttpsAgent({ ...settings, lookup }),
    own: new HttpsAgent(settings),
    plain: new HttpAgent(settings),
  };

  function begin(method: string, { url, family }: Endpoint, headers: object): ClientRequest {
    const options = {
      method,
      headers: headers as Record<string, string>,
      signal: AbortSignal.timeout(timeoutMs),
    };
    if (url.protocol === 'http:') return httpRequest(url, { ...options, agent: agents.plain });
    return httpsRequest(url, { ...options, agent: family === 'own' ? agents.own : agents.known });
  }

  function ask(method: string, endpoint: Endpoint, headers: object, body?: Buffer): Promise<PushAnswer> {
    return new Promise((resolveAnswer, reject) => {
      const sent = begin(method, endpoint, headers);
      const fail = (err: NodeJS.ErrnoException): void => {
        if (err instanceof ForbiddenAddress) {
          reject(err);
          return;
        }
        const slow = err.name === 'AbortError' || err.name === 'TimeoutError';
        const why = slow ? 'no answer in time' : err.message;
        reject(
          new PushUnanswered(`${endpoint.url.host}: ${why}`, slow ? 'ETIMEDOUT' : err.code, { cause: err }),
        );
      };
      sent.on('error', fail);
      sent.on('response', (answer: IncomingMessage) => {
        const { statusCode = 0, headers: said } = answer;
        const finish = () =>
          resolveAnswer({ status: statusCode, retryAfter: retryAfterSeconds(said['retry-after'], nowMs()) });
        let bytes = 0;
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length;
          // Whoever talks on is hung up on; what it said is known already.
          if (bytes > LIMITS.pushAnswerMaxBytes) answer.destroy();
        });
        answer.on('close', finish);
        answer.on('error', finish);
      });
      sent.end(body);
    });
  }

  return {
    async post(endpoint, headers, body) {
      const answer = await ask('POST', endpoint, headers, body);
      if (answer.status >= 500)
        throw new PushUnanswered(`${endpoint.url.host} answered ${answer.status}`, `HTTP_${answer.status}`);
      return answer;
    },
    async probe(endpoint) {
      const url = new URL('/', endpoint.url);
      const { status } = await ask('GET', { ...endpoint, url }, {});
      if (status >= 500) throw new PushUnanswered(`${url.host} answered ${status}`, `HTTP_${status}`);
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
