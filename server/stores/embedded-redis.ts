/** Redis (or Valkey) from the PATH, run by us as a plain child process. */
import { accessSync, constants, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { type Clock, systemClock } from '../kernel/index.ts';
import { type Child, startChild } from './embedded-child.ts';
import { PlainError } from './plain-error.ts';

/** Full path of the first of these programs on the PATH. */
export function onPath(names: readonly string[], path = process.env.PATH ?? ''): string | undefined {
  for (const name of names)
    for (const dir of [...path.split(delimiter), '/usr/bin', '/usr/sbin', '/usr/local/bin']) {
      if (!dir) continue;
      try {
        accessSync(join(dir, name), constants.X_OK);
        return join(dir, name);
      } catch {
        // Not here: the next folder.
      }
    }
  return undefined;
}

export const REDIS_NAMES = ['redis-server', 'valkey-server'] as const;

export interface RedisServer {
  binary: string;
  dir: string;
  /** `unix:///…` is always there; a TCP port when given. */
  socket: string;
  port: number;
  /** Further options, as on the command line: name to value. */
  settings: Record<string, string>;
  logFile: string;
  removeAfter?: string;
}

/** Starts it and waits until it has loaded its data and answers. @throws PlainError */
export async function runRedis(server: RedisServer, clock: Clock = systemClock, limitMs = 30_000): Promise<Child> {
  const logFd = openSync(server.logFile, 'w', 0o640);
  const settings = Object.entries(server.settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = startChild({
    command: server.binary,
    args: [
      '--port', String(server.port), '--bind', '127.0.0.1', '--unixsocket', server.socket, '--unixsocketperm', '700',
      '--dir', server.dir, '--daemonize', 'no', '--maxmemory-policy', 'noeviction', ...settings,
    ],
    stopSignal: 'TERM',
    cwd: server.dir,
    logFd,
    ...(server.removeAfter ? { removeAfter: server.removeAfter } : {}),
  });
  const deadline = clock.now() + limitMs;
  while (child.running) {
    if (await answers(server.socket)) return child;
    if (clock.now() > deadline) {
      await child.stop();
      break;
    }
    await clock.sleep(20);
  }
  throw explain(server);
}

/** Refused, missing or still loading is "not yet". */
async function answers(socket: string): Promise<boolean> {
  const redis = new Redis({ path: socket, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

function explain(server: RedisServer): PlainError {
  const tail = readFileSync(server.logFile, 'utf8').split('\n').slice(-15).join('\n').trim();
  if (/No space left on device/.test(tail))
    return new PlainError(`The disk is full: Redis could not start in ${server.dir}.`, 'Free some space and start again.');
  if (/Address already in use/.test(tail))
    return new PlainError(`Port ${server.port} is in use by another program.`, 'Start again: another free port will be chosen.');
  return new PlainError(`Redis did not start in ${server.dir}. Its log ends:\n${tail}`, `The whole log is ${server.logFile}.`);
}
