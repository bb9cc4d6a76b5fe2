/** The program: configuration → stores → slices → roles → listen → graceful stop, and nothing else. */
import process from 'node:process';
import { Registry } from 'prom-client';
import { compose } from './compose.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { greet } from './greet.ts';
import {
  createIds,
  createLifecycle,
  createLog,
  type Lifecycle,
  type Logger,
  systemClock,
} from './kernel/index.ts';
import { loadKeyRing } from './keys/index.ts';
import { assertLimits, LIMITS } from './limits.ts';
import { startRoles } from './roles.ts';
import { openStores } from './stores/open.ts';
import { PlainError } from './stores/plain-error.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(config: Config, log: Logger, lifecycle: Lifecycle): Promise<void> {
  assertLimits();
  const clock = systemClock;
  const ids = createIds(clock.now);
  const keys = loadKeyRing(config);
  const registry = new Registry();
  const stores = await openStores(config, { clock, log, lifecycle, say });
  const running = await startRoles({
    config,
    clock,
    ids,
    log,
    lifecycle,
    keys,
    registry,
    say,
    stores,
    compose: (notify, extra) =>
      compose({
        config,
        clock,
        ids,
        log,
        keys,
        registry,
        notify,
        ledger: stores.ledger,
        gate: stores.gate,
        cache: stores.cache,
        ...extra,
      }),
  });
  await greet(running, { config, clock, log, lifecycle, say, stores });
}

/** Problems a person can mend are told in a sentence; anything else with all we know. */
function explain(err: unknown): string {
  if (err instanceof ConfigError || err instanceof PlainError) return err.message;
  return err instanceof Error ? (err.stack ?? err.message) : String(err);
}

async function main(): Promise<void> {
  let lifecycle: Lifecycle | undefined;
  let stopping = false;
  const stop = async (why: string, code: number) => {
    if (stopping) return;
    stopping = true;
    if (code === 0) say(`\nStopping (${why}) …`);
    const late = setTimeout(() => process.exit(code || 1), LIMITS.shutdownMs);
    late.unref();
    await lifecycle?.stop();
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('Ctrl-C', 0));
  // `npm start` watches over us through a channel: when it is killed, we end as well.
  process.on('disconnect', () => void stop('its parent is gone', 0));
  try {
    const config = readConfig(process.env);
    const log = createLog(config.logLevel, [...config.roles].join('+'));
    lifecycle = createLifecycle(log);
    // Nothing may end the process in silence: what was not foreseen is logged, and the process starts anew.
    process.on('unhandledRejection', (err) => {
      log.fatal({ err }, 'unhandled rejection');
      void stop('a defect', 1);
    });
    await run(config, log, lifecycle);
  } catch (err) {
    process.stderr.write(`\nHoldfast could not start.\n${explain(err)}\n`);
    await stop('start failed', 1);
  }
}

await main();
