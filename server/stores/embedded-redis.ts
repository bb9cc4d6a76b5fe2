/** Redis (or Valkey), run by us as a plain child process: for `npm start` with its data kept, for tests without. */
import { chmodSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../kernel/index.ts';
import { type Child, startChild } from './embedded-child.ts';
import { PlainError } from './plain-error.ts';
import { connectOnce } from './redis.ts';
import { installCommands, installPackages, onPath } from './system-packages.ts';

const REDIS_NAMES = ['redis-server', 'valkey-server'] as const;

/** The server's program, installed first where that is possible. @throws PlainError with the commands to run */
export function redisBinary(
  say: (line: string) => void = () => undefined,
  find: () => string | undefined = () => onPath(REDIS_NAMES),
  install: (packages: string) => string | undefined = installPackages,
): string {
  const found = find();
  if (found) return found;
  if (process.getuid?.() === 0) say('No Redis on this machine: installing it.');
  const problem = install('redis-server') && install('redis') && install('valkey');
  const installed = find();
  if (installed) return installed;
  const commands = installCommands('redis-server').map((command) => `sudo ${command}`);
  throw new PlainError(
    `Holdfast needs Redis (or Valkey) 7 or later, and there is no redis-server or valkey-server on the PATH${problem ? ` (${problem})` : ''}.`,
    `Install one, ${commands.length > 0 ? `for example:\n    ${commands.join('\n    ')}\n  or` : ''} set REDIS_URL to one that runs elsewhere, such as redis://127.0.0.1:6379.`,
  );
}

export interface RedisServer {
  binary: string;
  dir: string;
  /** How to reach it: `redis://:password@127.0.0.1:port` or `unix:///path`. */
  url: string;
  /** Lines of its configuration file: name to value. */
  settings: Record<string, string>;
  logFile: string;
  removeAfter?: string;
}

/** Starts it and waits until it has loaded its data and answers. @throws PlainError */
export async function runRedis(
  server: RedisServer,
  clock: Clock = systemClock,
  limitMs = 60_000,
): Promise<Child> {
  const file = join(server.dir, 'redis.conf');
  const settings = {
    bind: '127.0.0.1',
    daemonize: 'no',
    'maxmemory-policy': 'noeviction',
    dir: server.dir,
    ...server.settings,
  };
  // The password stands in a file that only its owner reads, not on the command line for all to see.
  writeFileSync(
    file,
    `${Object.entries(settings)
      .map(([name, value]) => `${name} ${quoted(value)}`)
      .join('\n')}\n`,
    { mode: 0o600 },
  );
  chmodSync(file, 0o600);
  const child = startChild({
    command: server.binary,
    args: [file],
    stopSignal: 'TERM',
    cwd: server.dir,
    logFd: openSync(server.logFile, 'w', 0o640),
    ...(server.removeAfter ? { removeAfter: server.removeAfter } : {}),
  });
  const deadline = clock.now() + limitMs;
  while (child.running) {
    if (await redisAnswers(server.url)) return child;
    if (clock.now() > deadline) {
      await child.stop();
      break;
    }
    await clock.sleep(20);
  }
  throw explain(server);
}

const quoted = (value: string) =>
  /^[\w./:-]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;

/** False while it refuses, is missing, or still loads its data. */
export async function redisAnswers(url: string): Promise<boolean> {
  const redis = connectOnce(url);
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
    return new PlainError(
      `The disk is full: Redis could not start in ${server.dir}.`,
      'Free some space and start again.',
    );
  if (/Address already in use/.test(tail))
    return new PlainError(
      'The port chosen for Redis is in use by another program.',
      'Start again: another free port will be chosen.',
    );
  if (/Bad file format reading the append only file/.test(tail))
    return new PlainError(
      `Redis cannot read its append-only file in ${server.dir}.`,
      'Remove that folder and start again: the ledger knows everything, the gate is rebuilt from it.',
    );
  return new PlainError(
    `Redis did not start in ${server.dir}. Its log ends:\n${tail}`,
    `The whole log is ${server.logFile}.`,
  );
}
