/** One message to one device (rules N13 to N18): sealed, posted through its service's breaker, and what became of it kept. */
import { Counter, type Registry } from 'prom-client';
import { type BreakerPart, type Breakers, ServiceTimeout, ServiceUnavailable } from '../breakers/index.ts';
import type { Logger } from '../kernel/index.ts';
import type { PushKey } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';
import type { Subscribed } from './devices.ts';
import { ForbiddenAddress, type Poster, type PushAnswer, PushUnanswered } from './post.ts';
import { type Endpoint, type Family, isUsual, readEndpoint } from './push-services.ts';
import { type PushMessage, seal, type Urgency } from './seal.ts';

const TAKEN = statement(
  'device_taken',
  'update notifications.devices set last_ok_at = now(), failures = 0 where id = $1 and endpoint = $2',
);
/** A browser that subscribed anew while we sent has another endpoint, or another key: that one lives. */
const ENDED = statement(
  'device_ended',
  'update notifications.devices set ended_at = now() where id = $1 and endpoint = $2 and p256dh = $3 and ended_at is null',
);
const REFUSED = statement(
  'device_refused',
  `update notifications.devices set failures = failures + 1,
     ended_at = case when failures + 1 >= $4 then coalesce(ended_at, now()) else ended_at end
    where id = $1 and endpoint = $2 and p256dh = $3`,
);

/** `ended`: the device is no more. `refused`: this message never. `later`: after so many seconds, or when one likes. */
export type PushOutcome =
  | { state: 'taken' | 'ended' | 'refused' }
  | { state: 'later'; afterSeconds: number | null; why: string };

export interface Pusher {
  push(
    device: Subscribed,
    message: PushMessage,
    how: { ttlSeconds: number; urgency: Urgency },
  ): Promise<PushOutcome>;
  readonly breakers: readonly BreakerPart[];
}

export interface PusherDeps {
  db: Db;
  log: Logger;
  key: PushKey;
  contact: string;
  own: readonly string[];
  poster: Poster;
  breakers: Pick<Breakers, 'of'>;
  registry?: Registry | undefined;
}

const HOSTS_MAX = 100;
const LABELS: Record<Family, string> = {
  google: 'Google’s push service',
  mozilla: 'Mozilla’s push service',
  apple: 'Apple’s push service',
  microsoft: 'Microsoft’s push service',
  own: 'our push service',
};

export function createPusher(deps: PusherDeps): Pusher {
  const { db, log, poster } = deps;
  const made = new Map<Family, BreakerPart>();
  /** Unusual hosts that answered once, and so exist. */
  const answered = new Set<string>();
  /** Where each family was last asked: what its breaker tries while it is away. */
  const lastAsked = new Map<Family, Endpoint>();
  const messages = new Counter({
    name: 'holdfast_push_messages_total',
    help: 'Messages handed to push services: taken, ended (the device is no more), refused, later (not now, or no answer).',
    labelNames: ['service', 'outcome'],
    registers: deps.registry ? [deps.registry] : [],
  });

  function breakerOf(family: Family): BreakerPart {
    let breaker = made.get(family);
    if (!breaker) {
      breaker = deps.breakers.of({
        name: `push-${family}`,
        label: LABELS[family],
        timeoutMs: LIMITS.pushTimeoutMs + 1_000,
        async probe() {
          const last = lastAsked.get(family);
          if (last) await poster.probe(last);
        },
        // A forbidden address says something of the name, not of the service.
        isFailure: (err) => !(err instanceof ForbiddenAddress),
      });
      made.set(family, breaker);
    }
    return breaker;
  }

  async function judge(device: Subscribed, answer: PushAnswer): Promise<PushOutcome> {
    const { status, retryAfter } = answer;
    const which = [device.id, device.endpoint];
    if (status >= 200 && status < 300) {
      await db.all(TAKEN, which);
      return { state: 'taken' };
    }
    if (status === 404 || status === 410) {
      await db.all(ENDED, [...which, device.p256dh]);
      return { state: 'ended' };
    }
    if (status === 429)
      return { state: 'later', afterSeconds: retryAfter, why: 'the service asks us to slow down' };
    // 413: this message is too large, and the device is as it was. Everything else is about the device, or about us.
    if (status !== 413) await db.all(REFUSED, [...which, device.p256dh, LIMITS.pushFailuresMax]);
    log.warn({ deviceId: device.id, status }, 'push refused');
    return { state: 'refused' };
  }

  /** Through its service's breaker; a host that may be made up goes past it: its silence is one device's trouble. */
  async function ask(endpoint: Endpoint, post: () => Promise<PushAnswer>): Promise<PushAnswer> {
    const { family, url } = endpoint;
    if (isUsual(endpoint) || answered.has(url.host)) {
      lastAsked.set(family, endpoint);
      return breakerOf(family).run(post);
    }
    const answer = await post();
    answered.add(url.host);
    if (answered.size > HOSTS_MAX) answered.delete(answered.values().next().value as string);
    return answer;
  }

  async function send(
    device: Subscribed,
    endpoint: Endpoint,
    message: PushMessage,
    how: { ttlSeconds: number; urgency: Urgency },
  ): Promise<PushOutcome> {
    const { headers, body } = seal(deps.key, deps.contact, device, message, how);
    try {
      return await judge(device, await ask(endpoint, () => poster.post(endpoint, headers, body)));
    } catch (err) {
      if (err instanceof ForbiddenAddress) {
        log.warn({ deviceId: device.id, err: err.message }, 'push not sent');
        await db.all(REFUSED, [device.id, device.endpoint, device.p256dh, LIMITS.pushFailuresMax]);
        return { state: 'refused' };
      }
      const unanswered = [PushUnanswered, ServiceTimeout, ServiceUnavailable].some(
        (kind) => err instanceof kind,
      );
      if (!unanswered) throw err;
      return { state: 'later', afterSeconds: null, why: (err as Error).message };
    }
  }

  return {
    async push(device, message, how) {
      const endpoint = readEndpoint(device.endpoint, deps.own);
      // Its service was taken off the list since.
      if (!endpoint) return { state: 'refused' };
      const outcome = await send(device, endpoint, message, how);
      messages.inc({ service: endpoint.family, outcome: outcome.state });
      return outcome;
    },
    get breakers() {
      return [...made.values()];
    },
  };
}
