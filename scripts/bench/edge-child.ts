/** An edge in a process of its own for the benchmark: the real socket layer, the real holds, and an echo to compare with. */
import { Type } from 'typebox';
import { readConfig } from '../../server/config.ts';
import { createHolds, holdSocketHandlers } from '../../server/holds/index.ts';
import { createIds, createLog, systemClock } from '../../server/kernel/index.ts';
import { ok } from '../../server/protocol/index.ts';
import { createEdge } from '../../server/realtime/index.ts';
import { connectGate, connectLedger } from '../../server/stores/index.ts';
import type { SocketHandler } from '../../server/transport/index.ts';

const config = readConfig(process.env);
const log = createLog(process.env.BENCH_LOG ?? 'warn', 'edge');
const clock = systemClock;
const ledger = connectLedger(config.databaseUrl as string, undefined, log);
const gate = connectGate(config.redisUrl as string, log);
await new Promise<void>((resolve) => gate.once('ready', () => resolve()));
const holds = createHolds({ ledger, gate, clock, ids: createIds(clock.now), log });
const echo: SocketHandler = {
  event: 'bench:echo',
  schema: Type.Object({}, { additionalProperties: true }),
  access: 'account',
  handle: async (_caller, payload) => ok(payload),
};
const edge = createEdge({
  config,
  log,
  clock,
  gate: holds.gate,
  redisAdapterUrl: config.redisUrl as string,
  // The benchmark is not about tokens: a token is the account's id.
  authenticate: async (token) => ({ id: token, role: 'user', name: 'Bench', sessionId: token }),
  liveSessions: async (ids) => new Set(ids),
  handlers: [...holdSocketHandlers(holds), echo],
  sales: { salesOf: async () => null, salesVersion: async () => null } as never,
  status: () => ({ services: {}, details: {} }),
});
const port = await edge.listen(0);
process.send?.({ port });
process.on('message', async () => {
  process.send?.({ cpu: process.cpuUsage() });
});
process.on('disconnect', () => process.exit(0));
