/** The demo of `npm start`: accounts, a sale that is about to open, and a crowd. Left out in production. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Accounts } from '../accounts/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { Config } from '../config.ts';
import { type Clock, everyLoop, type Lifecycle, type Logger } from '../kernel/index.ts';
import type { Maps } from '../seating/index.ts';
import type { Ledger } from '../stores/index.ts';
import { seedAccounts } from './accounts.ts';
import type { CrowdOrders } from './crowd.ts';
import { DEMO_CODE, type DemoSale, ensureSale } from './sale.ts';
import { ensureSeatedSale } from './seated-sale.ts';

export { DEMO_ACCOUNTS, type DemoAccount } from './accounts.ts';

export interface DemoDeps {
  config: Pick<Config, 'crowd' | 'dataDir'>;
  clock: Clock;
  log: Logger;
  lifecycle: Lifecycle;
  say(line: string): void;
  ledger: Ledger;
  databaseUrl: string;
  accounts: Accounts;
  catalog: Catalog;
  maps: Maps;
  /** Ports that this process's api and edge listen on. */
  port: number;
  socketPort: number;
  /** For tests: doors sooner, fans faster. */
  doorsAfterMs?: number;
  pace?: number;
}

const LOOK_EVERY_MS = 3_000;
export const CROWD_PROGRAM = fileURLToPath(new URL('./crowd.ts', import.meta.url));

/** The demo's accounts, before anybody is served (and before a first operator is made up). */
export const seedDemo = seedAccounts;

/** The sale with a line, and the one with seats. */
export interface DemoSales {
  line: DemoSale;
  seated: DemoSale;
}

/** One in so many of the crowd goes to the sale with seats as well: enough to see it live, few enough to find seats. */
const SEATED_ONE_IN = 6;

async function ensureSales(deps: DemoDeps): Promise<DemoSales> {
  return { line: await ensureSale(deps), seated: await ensureSeatedSale(deps) };
}

/** Keeps both sales open and a crowd at them, until the process stops. Resolves once they are there. */
export async function startDemo(deps: DemoDeps): Promise<DemoSales> {
  const { config, clock, log, lifecycle, port } = deps;
  let crowd: ChildProcess | undefined;
  let sales = await ensureSales(deps);

  function gather(): void {
    if (config.crowd === 0) return;
    if (!crowd) {
      crowd = fork(CROWD_PROGRAM, [], {
        // A session and signals of its own would outlive us; the channel ends it with us.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: { ...process.env, DATABASE_URL: deps.databaseUrl, HOLDFAST_DATA: config.dataDir },
      });
      crowd.once('exit', (code) => {
        crowd = undefined;
        if (!lifecycle.signal.aborted) log.warn({ code }, 'the crowd went home; another one comes');
      });
      crowd.once('error', (err) => log.warn({ err }, 'the crowd could not start'));
    }
    const orders: CrowdOrders = {
      sales: [
        { dropId: sales.line.dropId, opensAt: sales.line.opensAt.toISOString(), oneIn: 1 },
        { dropId: sales.seated.dropId, opensAt: sales.seated.opensAt.toISOString(), oneIn: SEATED_ONE_IN },
      ],
      apiUrl: `http://127.0.0.1:${port}`,
      socketUrl: `http://127.0.0.1:${deps.socketPort}`,
      size: config.crowd,
      pace: deps.pace ?? 1,
    };
    crowd.send(orders, (err) => err && log.debug({ err }, 'the crowd is not listening'));
  }

  function announce(): void {
    const seconds = Math.round((sales.line.opensAt.getTime() - clock.now()) / 1000);
    const when = seconds > 0 ? `doors open in ${seconds} s` : 'doors are open';
    deps.say(
      `Demo sale       http://localhost:${port}/d/${sales.line.dropId}  (${when}, ${config.crowd} simulated fans)`,
    );
    deps.say(
      `Demo seats      http://localhost:${port}/d/${sales.seated.dropId}  (on sale, choose on the map)`,
    );
    deps.say(`Demo code       ${DEMO_CODE}  (10 % off, at checkout)`);
  }

  announce();
  const loop = everyLoop(
    { name: 'demo', everyMs: LOOK_EVERY_MS, clock, log, signal: lifecycle.signal },
    async () => {
      const found = await ensureSales(deps);
      const changed = found.line.dropId !== sales.line.dropId || found.seated.dropId !== sales.seated.dropId;
      sales = found;
      if (changed) announce();
      gather();
    },
  );
  lifecycle.onStop('demo', async () => {
    await loop.done;
    crowd?.kill('SIGTERM');
  });
  return sales;
}
