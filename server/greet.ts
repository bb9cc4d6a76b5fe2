/** What a person is told at start: where everything is, who the first operator is, and the demo, when there is one. */
import type { Config } from './config.ts';
import { DEMO_ACCOUNTS, seedDemo, startDemo } from './demo/index.ts';
import type { Clock, Lifecycle, Logger } from './kernel/index.ts';
import type { Running } from './roles.ts';
import type { Stores } from './stores/open.ts';

interface GreetDeps {
  config: Config;
  clock: Clock;
  log: Logger;
  lifecycle: Lifecycle;
  say(line: string): void;
  stores: Stores;
}

async function firstOperator({ house }: Running, { config, say }: GreetDeps): Promise<void> {
  // The demo's own operator spares a newcomer the made-up one, but never takes the place of one that was named.
  const named = config.adminEmail !== undefined;
  if (config.demo && !named) await seedDemo(house.accounts);
  const operator = await house.accounts.ensureOperator();
  if (operator.password)
    say(`First operator  ${operator.email}  ${operator.password}  (shown once: keep it)`);
  if (config.demo && named) await seedDemo(house.accounts);
}

async function demo({ house, port, socketPort }: Running, deps: GreetDeps): Promise<void> {
  if (!deps.config.demo || port === undefined || socketPort === undefined) return;
  const { accounts, catalog, maps } = house;
  for (const { role, email, password } of DEMO_ACCOUNTS)
    deps.say(`Demo ${(role === 'user' ? 'fan' : role).padEnd(11)}${email.padEnd(24)}${password}`);
  const { ledger, databaseUrl } = deps.stores;
  await startDemo({ ...deps, ledger, databaseUrl, accounts, catalog, maps, port, socketPort });
}

/** Ends with the line `Ready.`, which whoever started the process may wait for. */
export async function greet(running: Running, deps: GreetDeps): Promise<void> {
  const { config, say } = deps;
  const host = config.host === '0.0.0.0' ? 'localhost' : config.host;
  if (running.port !== undefined) say(`Pages and API   http://${host}:${running.port}`);
  if (running.socketPort !== undefined) say(`Sockets         http://${host}:${running.socketPort}`);
  await firstOperator(running, deps);
  await demo(running, deps);
  say('Ready.');
}
