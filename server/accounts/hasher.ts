/**
 * Passwords as argon2id (RFC 9106), on the thread pool and never on the event loop, with a bound: at most a few at a
 * time (each takes 19 MiB and a core) and a short queue; more callers are told to come back (rules A5 to A8).
 */
import { randomBytes } from 'node:crypto';
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';

/** OWASP's floor for argon2id. `Algorithm` is a const enum, which erasable TypeScript cannot name: 2 is argon2id. */
export const ARGON: Options = {
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  outputLen: 32,
};

export interface Hasher {
  hash(password: string): Promise<Result<string>>;
  /** `null` (no such account) costs exactly what a real hash costs, and never matches. */
  verify(hashed: string | null, password: string): Promise<Result<boolean>>;
  /** Whether a hash was made with weaker parameters than today's. */
  isOutdated(hashed: string): boolean;
  /** How many times argon2 ran: what a test counts instead of timing. */
  readonly runs: number;
}

export interface HasherOptions {
  concurrency?: number;
  queueMax?: number;
}

export function createHasher(options: HasherOptions = {}): Hasher {
  const concurrency = options.concurrency ?? LIMITS.argonConcurrency;
  const queueMax = options.queueMax ?? LIMITS.argonQueueMax;
  const waiting: (() => void)[] = [];
  let running = 0;
  let runs = 0;

  const b64 = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  // A well-formed hash that nobody knows a password for.
  const nobody = `$argon2id$v=19$m=${ARGON.memoryCost},t=${ARGON.timeCost},p=${ARGON.parallelism}$${b64(16)}$${b64(32)}`;

  async function bounded<T>(work: () => Promise<T>): Promise<Result<T>> {
    if (running >= concurrency) {
      if (waiting.length >= queueMax)
        return refuse(
          'TEMPORARILY_UNAVAILABLE',
          { retryAfterMs: 2_000 },
          'Many people are logging in right now. Try again in a moment.',
        );
      // Whoever finishes hands its slot over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      runs++;
      return ok(await work());
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    hash: (password) => bounded(() => hash(password, ARGON)),
    async verify(hashed, password) {
      // An account that signs in by other means has no hash.
      const own = hashed?.startsWith('$argon2') ? hashed : null;
      const matched = await bounded(() => verify(own ?? nobody, password));
      return matched.ok ? ok(matched.value && own !== null) : matched;
    },
    isOutdated(hashed) {
      const made = parseOptions(hashed);
      return (
        made.algorithm !== ARGON.algorithm ||
        made.memoryCost < (ARGON.memoryCost ?? 0) ||
        made.timeCost < (ARGON.timeCost ?? 0)
      );
    },
    get runs() {
      return runs;
    },
  };
}
