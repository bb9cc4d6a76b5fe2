/**
 * What Holdfast offers, what each needs, and what is up: `GET /status` and the event `service:status` show it. A service
 * is never better than what it needs (browse ← book ← pay): when browsing fails, booking is stopped too (rules B17…B19).
 */
import { type Clock, everyLoop, type Logger, type Loop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { ServiceState } from './service-breaker.ts';

/** Something that can be up or down by itself: a store, a breaker. */
export interface Part {
  state(): ServiceState;
}

export interface ServiceDefinition {
  /** Parts without which this service cannot do its work. */
  parts?: readonly Part[];
  /** Parts whose absence slows or coarsens it only. */
  softParts?: readonly Part[];
  /** Services it builds on. */
  needs?: readonly string[];
}

export interface Services {
  status(): { services: Record<string, ServiceState> };
  state(name: string): ServiceState;
}

const RANK: Record<ServiceState, number> = { available: 0, degraded: 1, unavailable: 2 };
const worst = (states: readonly ServiceState[]): ServiceState =>
  states.reduce((a, b) => (RANK[b] > RANK[a] ? b : a), 'available');

/** @throws Error when a service needs one that is not declared before it: so there can be no circle either. */
export function createServices(definitions: Record<string, ServiceDefinition>): Services {
  const names = Object.keys(definitions);
  names.forEach((name, i) => {
    for (const need of definitions[name]?.needs ?? [])
      if (!names.slice(0, i).includes(need))
        throw new Error(`service ${name} needs ${need}, which is not declared before it`);
  });

  function status(): { services: Record<string, ServiceState> } {
    const services: Record<string, ServiceState> = {};
    for (const name of names) {
      const { parts = [], softParts = [], needs = [] } = definitions[name] as ServiceDefinition;
      const soft = worst(softParts.map((part) => part.state()));
      services[name] = worst([
        ...needs.map((need) => services[need] as ServiceState),
        ...parts.map((part) => part.state()),
        soft === 'available' ? 'available' : 'degraded',
      ]);
    }
    return { services };
  }

  return {
    status,
    state(name) {
      const state = status().services[name];
      if (state === undefined) throw new Error(`no service ${name}`);
      return state;
    },
  };
}

export interface WatchedPart extends Part {
  readonly loop: Loop;
}

/**
 * A store of our own, looked at every other second: degraded after one miss, unavailable after four, available at the
 * first answer. It has no cooldown: a store that is back must be used at once, and its own clients pace the dialing.
 */
export function watchPart(
  options: { name: string; clock: Clock; log: Logger; signal: AbortSignal },
  look: () => Promise<unknown>,
): WatchedPart {
  let misses = 0;
  const { clock } = options;
  const late = async (signal: AbortSignal): Promise<never> => {
    await clock.sleep(LIMITS.healthTimeoutMs, signal);
    throw new Error(`${options.name} did not answer in ${LIMITS.healthTimeoutMs} ms`);
  };
  const loop = everyLoop(
    { ...options, everyMs: LIMITS.healthEveryMs, backoffMaxMs: LIMITS.healthEveryMs },
    async () => {
      const done = new AbortController();
      try {
        await Promise.race([look(), late(done.signal)]);
        misses = 0;
      } catch (err) {
        misses++;
        throw err;
      } finally {
        done.abort();
      }
    },
  );
  return {
    loop,
    state: () =>
      misses === 0 ? 'available' : misses < LIMITS.healthMissesUnavailable ? 'degraded' : 'unavailable',
  };
}
