/** A worker in a process of its own, for tests that kill it: its one job says that it began, and never ends. */
import process from 'node:process';
import { createIds, createLog, systemClock } from '../kernel/index.ts';
import { connectGate, connectLedger } from '../stores/index.ts';
import { createWorker } from './index.ts';

const { DATABASE_URL, REDIS_URL } = process.env as { DATABASE_URL: string; REDIS_URL: string };
const log = createLog('silent', 'worker');

createWorker({
  ledger: connectLedger(DATABASE_URL, undefined, log),
  databaseUrl: DATABASE_URL,
  redis: connectGate(REDIS_URL, log),
  clock: systemClock,
  ids: createIds(systemClock.now),
  log,
  notify: { toUser: () => undefined, toVendor: () => undefined },
  queue: { step: async () => null },
  holds: {
    sweep: async () => [],
    relayCredits: async () => 0,
    purgeGates: async () => 0,
    resolvePending: async () => ({ confirmed: 0, returned: 0 }),
    audit: async () => ({ drops: 0, drifting: 0, reopened: 0 }),
    gate: { publish: async () => undefined },
  },
  seating: { channels: { releaseDue: async () => ({ channels: 0, seats: 0 }) } },
  pricing: { rules: { followDue: async () => 0 } },
  checkout: { recover: async () => ({ looked: 0, settled: 0, failed: 0 }) },
  refunds: { settle: async () => ({ looked: 0, settled: 0, failed: 0 }) },
  orderOf: async () => null,
  jobs: {
    async 'test.hang'() {
      process.send?.('began');
      await new Promise(() => undefined);
    },
  },
}).start();
