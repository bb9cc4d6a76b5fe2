/**
 * Redis connections by purpose, and Lua scripts by file.
 *
 * The gate's client never re-sends: with `maxRetriesPerRequest: 0` a command whose reply was lost rejects, and the
 * caller resolves it by request id. (By default ioredis sends it again, and a decrement runs twice.)
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Redis, type RedisOptions, ReplyError } from 'ioredis';
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';

export type { Redis } from 'ioredis';

/** `redis://…`, or `unix:///path/to.sock`. */
function connect(url: string, options: RedisOptions): Redis {
  return url.startsWith('unix://')
    ? new Redis({ path: url.slice('unix://'.length), ...options })
    : new Redis(url, options);
}

/** The gate: fails fast, never re-sends, pipelines by itself. */
export function connectGate(url: string, log: Logger): Redis {
  const redis = connect(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoResendUnfulfilledCommands: false,
    commandTimeout: LIMITS.gateCommandTimeoutMs,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    connectionName: 'holdfast-gate',
  });
  redis.on('error', (err) => log.warn({ err: err.message }, 'gate connection'));
  return redis;
}

/** The cache: nobody waits for it (server/stores/cache sets its own end to each wait), and nothing is sent twice. */
export function connectCache(url: string, log: Logger): Redis {
  const redis = connect(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoResendUnfulfilledCommands: false,
    commandTimeout: LIMITS.gateCommandTimeoutMs,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    connectionName: 'holdfast-cache',
  });
  redis.on('error', (err) => log.warn({ err: err.message }, 'cache connection'));
  return redis;
}

/** Adapter and other long-lived subscribers: waits for its connection for as long as it takes. */
export function connectPatient(url: string, name: string, log: Logger): Redis {
  const redis = connect(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(50 * attempt, 2_000),
    connectionName: `holdfast-${name}`,
  });
  redis.on('error', (err) => log.warn({ err: err.message, client: name }, 'redis connection'));
  return redis;
}

/** One short conversation (is it up?): connects when told to, tries once, and its errors are the caller's. */
export function connectOnce(url: string): Redis {
  const redis = connect(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    // Whoever listens there may be no Redis and never answer; and a question of its own tells more than a ready check.
    commandTimeout: 2_000,
    enableReadyCheck: false,
  });
  // The same error rejects the call that made the connection.
  redis.on('error', () => undefined);
  return redis;
}

export interface Script {
  name: string;
  source: string;
  sha: string;
}

/** `-- @include name.lua` on a line of its own: that file's text, once (bullmq builds its commands in this way). */
function withIncludes(file: URL, seen: Set<string>): string {
  if (seen.has(file.href)) return '';
  seen.add(file.href);
  return readFileSync(fileURLToPath(file), 'utf8').replace(/^-- @include (\S+)$/gm, (_line, name: string) =>
    withIncludes(new URL(name, file), seen),
  );
}

/** A Lua file beside the caller, with what it includes: `luaFile(import.meta.url, 'place.lua')`. */
export function luaFile(base: string, file: string): Script {
  const source = withIncludes(new URL(file, base), new Set());
  return { name: file, source, sha: createHash('sha1').update(source).digest('hex') };
}

/**
 * Runs a script by its digest, sending the text once a server does not know it (first use, SCRIPT FLUSH,
 * failover). @throws the connection's error: then the outcome is unknown.
 */
export async function runScript(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
  } catch (err) {
    if (!(err instanceof ReplyError) || !(err as Error).message.startsWith('NOSCRIPT')) throw err;
    return redis.eval(script.source, keys.length, ...keys, ...args);
  }
}

/** ioredis makes these for every command; its types leave them out. (`callBuffer` loses its command in a pipeline.) */
interface BytesCommands {
  evalshaBuffer(...args: (string | number | Buffer)[]): Promise<unknown>;
  evalBuffer(...args: (string | number | Buffer)[]): Promise<unknown>;
}

/** As `runScript`, with answers as bytes. */
export async function runScriptBytes(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  const bytes = redis as unknown as BytesCommands;
  try {
    return await bytes.evalshaBuffer(script.sha, keys.length, ...keys, ...args);
  } catch (err) {
    if (!(err instanceof ReplyError) || !(err as Error).message.startsWith('NOSCRIPT')) throw err;
    return bytes.evalBuffer(script.source, keys.length, ...keys, ...args);
  }
}

/** @throws Error with the remedy when the server is too old or may evict. */
export async function assertRedisFit(redis: Redis): Promise<void> {
  const info = await redis.info();
  const version = /redis_version:(\d+)\.(\d+)/.exec(info);
  if (!version || Number(version[1]) < 7)
    throw new Error(
      `Redis ${version?.[0] ?? 'of unknown version'} is too old: Holdfast needs Redis or Valkey 7.0 or later.`,
    );
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (policy !== 'noeviction')
    throw new Error(
      `Redis evicts (maxmemory-policy ${policy}): held stock could vanish. Set it with: redis-cli CONFIG SET maxmemory-policy noeviction`,
    );
}
