/**
 * The breaker around a service of somebody else's (a payment provider, a mail server), on opossum (rules B10…B15).
 *
 *   available ─failure─▶ degraded: retries after 5, 10, 20, 40 s ─4th retry failed─▶ unavailable (calls refused at once)
 *       ▲                   │ any success                                                  │ 2 min
 *       └───────────────────┴──────────────────────── success ◀── one probe ◀──────────────┘ (failed: 2 min more)
 *
 * While degraded, calls still go through: one of them succeeding is as good as a retry. Retries are the breaker's own
 * and never a caller's: nobody waits 75 s for an answer.
 */
import CircuitBreaker from 'opossum';
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';

export type ServiceState = 'available' | 'degraded' | 'unavailable';

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
}

export interface ServiceBreaker {
  readonly name: string;
  state(): ServiceState;
  /** @throws ServiceUnavailable (not called), ServiceTimeout (outcome unknown), or what `work` throws */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Ends its timers. */
  stop(): void;
}

const codeOf = (err: unknown): unknown => (err as { code?: unknown } | null)?.code;

export function createServiceBreaker(options: ServiceBreakerOptions): ServiceBreaker {
  const { name, clock, log } = options;
  const isFailure = options.isFailure ?? (() => true);
  // The ladder below decides when to open, so opossum's own error rate never does.
  const circuit = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
    name,
    timeout: options.timeoutMs,
    resetTimeout: LIMITS.breakerCooldownMs,
    volumeThreshold: Number.MAX_SAFE_INTEGER,
    errorThresholdPercentage: 100,
    errorFilter: (err: unknown) => !isFailure(err),
    rollingPercentilesEnabled: false,
  });
  let ladder: AbortController | undefined;
  let state: ServiceState = 'available';

  function become(next: ServiceState): void {
    if (state === next) return;
    log.warn({ service: name, from: state, to: next }, 'service state');
    state = next;
    options.onChange?.(next);
  }

  /** Four retries, each after twice the pause of the one before. Any success aborts it. */
  async function climb(signal: AbortSignal): Promise<void> {
    for (let retry = 0; retry < LIMITS.breakerRetries; retry++) {
      await clock.sleep(LIMITS.breakerBackoffMs * 2 ** retry, signal);
      const answered = await circuit.fire(options.probe).then(
        () => true,
        (err: unknown) => !isFailure(err),
      );
      if (answered || signal.aborted) return;
    }
    circuit.open();
  }

  circuit.on('failure', () => {
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
  circuit.on('open', () => become('unavailable'));
  circuit.on('close', () => become('available'));
  // Half-open: the one probe is ours, so that no fan's payment is the experiment. Its outcome is read from the state.
  circuit.on('halfOpen', () => void circuit.fire(options.probe).catch(() => undefined));

  return {
    name,
    state: () => state,
    async run<T>(work: () => Promise<T>): Promise<T> {
      try {
        return (await circuit.fire(work)) as T;
      } catch (err) {
        const code = CircuitBreaker.isOurError(err as Error) ? codeOf(err) : undefined;
        if (code === 'EOPENBREAKER' || code === 'ESHUTDOWN') throw new ServiceUnavailable(name);
        if (code === 'ETIMEDOUT') throw new ServiceTimeout(name);
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
