/**
 * The breaker around a service of somebody else's (a payment provider, a mail server), on opossum (rules B10…B15, B20…B24).
 *
 *   available ─failure─▶ degraded: retries after 5, 10, 20, 40 s ─4th retry failed─▶ unavailable (calls refused at once)
 *       ▲                   │ any success                                                  │ 2 min
 *       └───────────────────┴──────────────────────── success ◀── one probe ◀──────────────┘ (failed: 2 min more)
 *
 * While degraded, calls still go through: one of them succeeding is as good as a retry. Retries are the breaker's own
 * and never a caller's: nobody waits 75 s for an answer. Each pause is lengthened by a random share, so that processes
 * which saw the same failure do not ask again in the same moment.
 */
import { randomInt } from 'node:crypto';
import CircuitBreaker from 'opossum';
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Failing, failingOf } from './failing.ts';

export type ServiceState = 'available' | 'degraded' | 'unavailable';

export interface BreakerTimes {
  /** Before the first retry; each one after it waits twice as long. */
  backoffMs: number;
  /** Failed retries after which it is unavailable. */
  retries: number;
  cooldownMs: number;
}

export const BREAKER_TIMES: BreakerTimes = {
  backoffMs: LIMITS.breakerBackoffMs,
  retries: LIMITS.breakerRetries,
  cooldownMs: LIMITS.breakerCooldownMs,
};

/** The pause before a retry (from 0): doubled each time, and up to a fifth longer; never shorter than its turn. */
export function pauseBefore(retry: number, backoffMs: number, random: () => number): number {
  return Math.round(backoffMs * 2 ** retry * (1 + LIMITS.breakerJitterShare * random()));
}

/** What became of a call: `refused` was not made, `late` was not answered in time. */
export type CallOutcome = 'answered' | 'failed' | 'late' | 'refused';

/** The call was not made: nothing happened at the service. */
export class ServiceUnavailable extends Error {
  readonly service: string;
  constructor(service: string) {
    super(`${service} is unavailable`);
    this.service = service;
  }
}

/** The call was made and nobody answered in time: it may yet happen. (A time-out here does not stop the work.) */
export class ServiceTimeout extends Error {
  readonly service: string;
  constructor(service: string) {
    super(`${service} did not answer in time`);
    this.service = service;
  }
}

export interface ServiceBreakerOptions {
  name: string;
  clock: Clock;
  log: Logger;
  /** Calls unanswered for this long count as failed. */
  timeoutMs: number;
  /** Something cheap that shows the service answers: what retries and the probe call. */
  probe(): Promise<unknown>;
  /** Whether an error is the service failing (default), rather than an answer one does not like. */
  isFailure?(err: unknown): boolean;
  onChange?(state: ServiceState): void;
  onCall?(outcome: CallOutcome): void;
  /** Default: limits.ts. */
  times?: BreakerTimes;
  /** From 0 up to 1; default: the machine's. */
  random?(): number;
}

/** Why it is not available, since when, and when it asks again (ms since the epoch). */
export interface BreakerNote {
  failing: Failing | null;
  since: number | null;
  retryAt: number | null;
}

export interface ServiceBreaker {
  readonly name: string;
  state(): ServiceState;
  note(): BreakerNote;
  /** @throws ServiceUnavailable (not called), ServiceTimeout (outcome unknown), or what `work` throws */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Ends its timers. */
  stop(): void;
}

const codeOf = (err: unknown): unknown => (err as { code?: unknown } | null)?.code;

const dice = (): number => randomInt(2 ** 32) / 2 ** 32;

export function createServiceBreaker(options: ServiceBreakerOptions): ServiceBreaker {
  const { name, clock, log, times = BREAKER_TIMES, random = dice } = options;
  const isFailure = options.isFailure ?? (() => true);
  const circuit = createCircuit(options, isFailure, times);
  let ladder: AbortController | undefined;
  let state: ServiceState = 'available';
  let note: BreakerNote = { failing: null, since: null, retryAt: null };

  function become(next: ServiceState): void {
    if (state === next) return;
    log.warn({ service: name, from: state, to: next }, 'service state');
    state = next;
    const since = clock.now();
    note =
      next === 'available'
        ? { failing: null, since: null, retryAt: null }
        : { ...note, since, retryAt: null };
    options.onChange?.(next);
  }

  /** Retries, each after twice the pause of the one before. Any success aborts them. */
  async function climb(signal: AbortSignal): Promise<void> {
    for (let retry = 0; retry < times.retries; retry++) {
      const pauseMs = pauseBefore(retry, times.backoffMs, random);
      note = { ...note, retryAt: clock.now() + pauseMs };
      await clock.sleep(pauseMs, signal);
      const answered = await circuit.fire(options.probe).then(
        () => true,
        (err: unknown) => !isFailure(err),
      );
      if (answered || signal.aborted) return;
    }
    circuit.open();
  }

  circuit.on('failure', (err: unknown) => {
    note = { ...note, failing: failingOf(err) };
    if (!circuit.closed || ladder) return;
    become('degraded');
    const mine = new AbortController();
    ladder = mine;
    climb(mine.signal).then(
      () => {
        if (ladder === mine) ladder = undefined;
      },
      (err: unknown) => {
        // Aborted while it slept: the service is back, or the process ends.
        if (!mine.signal.aborted) log.error({ err, service: name }, 'breaker');
      },
    );
  });
  circuit.on('success', () => {
    ladder?.abort(new Error('answered'));
    ladder = undefined;
    if (circuit.closed) become('available');
  });
  circuit.on('open', () => {
    become('unavailable');
    note = { ...note, retryAt: clock.now() + times.cooldownMs };
  });
  circuit.on('close', () => become('available'));
  // Half-open: the one probe is ours, so that no fan's payment is the experiment. Its outcome is read from the state.
  circuit.on('halfOpen', () => void circuit.fire(options.probe).catch(() => undefined));

  return {
    name,
    state: () => state,
    note: () => note,
    async run<T>(work: () => Promise<T>): Promise<T> {
      try {
        const value = (await circuit.fire(work)) as T;
        options.onCall?.('answered');
        return value;
      } catch (err) {
        const code = CircuitBreaker.isOurError(err as Error) ? codeOf(err) : undefined;
        const refused = code === 'EOPENBREAKER' || code === 'ESHUTDOWN';
        const late = code === 'ETIMEDOUT';
        options.onCall?.(refused ? 'refused' : late ? 'late' : isFailure(err) ? 'failed' : 'answered');
        if (refused) throw new ServiceUnavailable(name);
        if (late) throw new ServiceTimeout(name);
        throw err;
      }
    },
    stop() {
      ladder?.abort(new Error('stopped'));
      ladder = undefined;
      circuit.shutdown();
    },
  };
}

/** opossum, with its own error rate put out of action: the ladder above decides when to open. */
function createCircuit(
  { name, timeoutMs }: ServiceBreakerOptions,
  isFailure: (err: unknown) => boolean,
  times: BreakerTimes,
): CircuitBreaker<[() => Promise<unknown>], unknown> {
  return new CircuitBreaker((work: () => Promise<unknown>) => work(), {
    name,
    timeout: timeoutMs,
    resetTimeout: times.cooldownMs,
    volumeThreshold: Number.MAX_SAFE_INTEGER,
    errorThresholdPercentage: 100,
    errorFilter: (err: unknown) => !isFailure(err),
    rollingPercentilesEnabled: false,
  });
}
