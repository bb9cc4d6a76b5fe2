/** What a process does: `api` (HTTP), `edge` (sockets), `worker` (what happens unasked). Any of them, any number of times. */
import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import { watchPart } from './breakers/index.ts';
import type { House, HouseDeps } from './compose.ts';
import type { Config } from './config.ts';
import { DEMO_ACCOUNTS } from './demo/index.ts';
import { createHttp } from './http/index.ts';
import type { Clock, Ids, Lifecycle, Logger } from './kernel/index.ts';
import type { KeyRing } from './keys/index.ts';
import { LIMITS } from './limits.ts';
import { createEdge, createNotifier, type Edge } from './realtime/index.ts';
import { statement } from './stores/index.ts';
import type { Stores } from './stores/open.ts';
import { plainly } from './stores/plain-error.ts';
import type { Notify } from './transport/index.ts';
import { combineJobs, createWorker } from './worker/index.ts';

export interface RolesDeps {
  config: Config;
  clock: Clock;
  ids: Ids;
  log: Logger;
  lifecycle: Lifecycle;
  keys: KeyRing;
  registry: Registry;
  stores: Stores;
  say(line: string): void;
  compose(notify: Notify, extra: Pick<HouseDeps, 'parts'>): House;
}

/** What runs, with the ports it got. */
export interface Running {
  house: House;
  port?: number;
  socketPort?: number;
}

const PING = statement('roles_ping', 'select 1 as one');
const STATIC_DIR = fileURLToPath(new URL('../dist/client', import.meta.url));

/** Pushes go through whatever carries them; the carrier is made after the slices that push. */
function lateNotify(): { notify: Notify; through(carrier: Notify): void } {
  let carrier: Notify | undefined;
  return {
    notify: {
      toUser: (userId, event, payload) => carrier?.toUser(userId, event, payload),
      toVendor: (vendorId, event, payload) => carrier?.toVendor(vendorId, event, payload),
    },
    through: (given) => {
      carrier = given;
    },
  };
}

function makeEdge(deps: RolesDeps, house: House): Edge {
  const { config, clock, log, registry, stores } = deps;
  return createEdge({
    config,
    log,
    clock,
    registry,
    gate: house.holds.gate,
    redisAdapterUrl: stores.redisAdapterUrl,
    async authenticate(token) {
      const account = await house.accounts.authenticate(token);
      return account.ok ? account.value.account : null;
    },
    liveSessions: (sessionIds) => house.accounts.liveSessions(sessionIds),
    handlers: house.socketHandlers,
    sales: house.sales,
    numbersOf: (dropId, userIds) => house.queue.numbersOf(dropId, userIds),
    status: () => house.services.status(),
  });
}

async function startEdge(deps: RolesDeps, edge: Edge): Promise<number> {
  const { config, lifecycle, log } = deps;
  try {
    const port = await edge.listen(config.socketPort);
    lifecycle.onStop(
      'edge',
      async () => {
        await edge.drain(config.production ? LIMITS.drainSpreadMs : LIMITS.drainSpreadDevelopmentMs);
        await edge.close();
      },
      LIMITS.drainSpreadMs + 5_000,
    );
    log.debug({ port }, 'edge listens');
    return port;
  } catch (err) {
    throw plainly(err, 'sockets');
  }
}

async function startApi(deps: RolesDeps, house: House, socketPort: number): Promise<number> {
  const { config, clock, log, registry, stores, lifecycle } = deps;
  const app = await createHttp({
    config: { ...config, socketPort },
    clock,
    log,
    registry,
    ledger: stores.ledger,
    gate: stores.gate,
    accounts: house.accounts,
    apps: house.oauth.door,
    teams: house.teams.door,
    slices: house.routes,
    status: () => ({
      ...house.services.status(),
      edges: config.edges,
      socketPort,
      demo: config.demo ? { accounts: DEMO_ACCOUNTS } : null,
    }),
    staticDir: STATIC_DIR,
    cardForms: house.cardForms,
    preview: house.sharing,
  });
  try {
    await app.listen({ port: config.port, host: config.host });
  } catch (err) {
    throw plainly(err, 'HTTP');
  }
  lifecycle.onStop('http', () => app.close());
  return (app.server.address() as { port: number }).port;
}

export async function startRoles(deps: RolesDeps): Promise<Running> {
  const { config, clock, log, lifecycle, registry, stores, ids } = deps;
  const watch = { clock, log, signal: lifecycle.signal };
  const parts = {
    ledger: watchPart({ ...watch, name: 'ledger', label: 'our database' }, () =>
      stores.ledger.payments.all(PING),
    ),
    gate: watchPart({ ...watch, name: 'gate', label: 'our live stock' }, () => stores.gate.ping()),
  };
  const late = lateNotify();
  const house = deps.compose(late.notify, { parts });
  // Registered first, stopped last: what still runs until then may still be asking.
  lifecycle.onStop('house', () => house.stop());
  const running: Running = { house };

  if (config.roles.has('edge')) {
    const edge = makeEdge(deps, house);
    late.through(edge.notify);
    running.socketPort = await startEdge(deps, edge);
  } else {
    const notifier = createNotifier(stores.redisAdapterUrl, log);
    late.through(notifier.notify);
    lifecycle.onStop('notifier', () => notifier.close());
  }
  if (config.roles.has('worker')) {
    const worker = createWorker({
      ledger: stores.ledger,
      databaseUrl: stores.databaseUrl,
      redis: stores.gate,
      clock,
      ids,
      log,
      registry,
      notify: late.notify,
      queue: house.queue,
      holds: house.holds,
      seating: house.seating,
      checkout: house.checkout,
      refunds: house.refunds,
      pricing: house.pricing,
      delivery: house.delivery,
      reconciler: house.reconciler,
      jobs: combineJobs(
        house.accounts.jobs,
        house.delivery.jobs,
        house.loyalty.jobs,
        house.notifications.jobs,
        house.refunds.jobs,
        house.webhooks.jobs,
      ),
      chores: house.chores,
      orderOf: house.orderOf,
    });
    worker.start();
    lifecycle.onStop('worker', () => worker.stop(), 15_000);
  }
  if (config.roles.has('api'))
    running.port = await startApi(deps, house, running.socketPort ?? config.socketPort);
  return running;
}
