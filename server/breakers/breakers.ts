/** All breakers of a process: made alike, counted, and stopped together, so that none keeps it alive. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock, Logger } from '../kernel/index.ts';
import {
  BREAKER_TIMES,
  type BreakerTimes,
  createServiceBreaker,
  type ServiceBreaker,
  type ServiceBreakerOptions,
} from './service-breaker.ts';
import type { Part, Services } from './services.ts';

export type BreakerPart = ServiceBreaker & Part;

export interface Breakers {
  /** A breaker that lives as long as the process. `label`: what people call the service. */
  of(
    options: Pick<ServiceBreakerOptions, 'name' | 'timeoutMs' | 'probe' | 'isFailure'> & { label: string },
  ): BreakerPart;
  stop(): void;
}

export interface BreakersDeps {
  clock: Clock;
  log: Logger;
  times?: BreakerTimes;
  random?(): number;
  registry?: Registry;
}

export function createBreakers({ registry, times = BREAKER_TIMES, ...deps }: BreakersDeps): Breakers {
  const made: ServiceBreaker[] = [];
  const registers = registry ? [registry] : [];
  const transitions = new Counter({
    name: 'holdfast_breaker_transitions_total',
    help: 'Changes of state of the breakers around services of others.',
    labelNames: ['service', 'to'],
    registers,
  });
  const calls = new Counter({
    name: 'holdfast_breaker_calls_total',
    help: 'Calls to services of others: answered, failed, late (outcome unknown), refused (not made).',
    labelNames: ['service', 'outcome'],
    registers,
  });
  return {
    of({ label, ...options }) {
      const service = options.name;
      const breaker = createServiceBreaker({
        ...deps,
        ...options,
        times,
        onChange: (to) => transitions.inc({ service, to }),
        onCall: (outcome) => calls.inc({ service, outcome }),
      });
      made.push(breaker);
      return { ...breaker, label };
    },
    stop() {
      for (const breaker of made) breaker.stop();
    },
  };
}

const VALUE = { available: 0, degraded: 1, unavailable: 2 } as const;

/** `holdfast_service_state`: read when somebody asks, so that it is never older than the question. */
export function measureServices(services: Services, registry: Registry): void {
  new Gauge({
    name: 'holdfast_service_state',
    help: 'What is up: 0 available, 1 degraded, 2 unavailable.',
    labelNames: ['service'],
    registers: [registry],
    collect() {
      for (const [service, state] of Object.entries(services.status().services))
        this.set({ service }, VALUE[state]);
    },
  });
}
