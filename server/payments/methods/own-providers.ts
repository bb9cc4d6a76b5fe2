/**
 * Providers made from a vendor's own credentials (rule P29). Made once for each version of a way to pay and kept, each
 * behind whatever `make` puts around it (a breaker of its own), so that one vendor's broken account pauses nobody else.
 */
import type { Logger } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { ok, type Result, refuse } from '../../protocol/index.ts';
import { type Db, statement } from '../../stores/index.ts';
import type { Provider } from '../provider.ts';
import { readCredentials, type Vault, VaultError } from '../vault/index.ts';

export interface OwnAccount {
  methodId: string;
  secretKey: string;
  publishableKey: string;
  livemode: boolean;
}

export interface MadeProvider {
  provider: Provider;
  /** Ends its timers. */
  stop(): void;
}

export interface OwnProvidersDeps {
  db: Db;
  vault: Vault;
  log: Logger;
  make(account: OwnAccount): MadeProvider;
  /** Default limits.ts. */
  max?: number;
}

export interface OwnProviders {
  /**
   * Also for ways that were removed or switched off: payments through them must come to their end. Null: this way has
   * no account of its own. Refuses NOT_FOUND, TEMPORARILY_UNAVAILABLE (its credentials do not open).
   */
  get(methodId: string): Promise<Result<Provider> | null>;
  stop(): void;
}

interface Row {
  version: number;
  publishableKey: string | null;
  livemode: boolean | null;
}

const VERSION = statement(
  'own_provider_version',
  'select version, publishable_key as "publishableKey", livemode from payments.methods where id = $1',
);

export function createOwnProviders({ db, vault, log, make, max }: OwnProvidersDeps): OwnProviders {
  const kept = new Map<string, { version: number; made: MadeProvider }>();

  function keep(methodId: string, version: number, made: MadeProvider): void {
    kept.get(methodId)?.made.stop();
    kept.delete(methodId);
    kept.set(methodId, { version, made });
    const [oldest] = kept;
    if (oldest && kept.size > (max ?? LIMITS.ownProvidersMax)) {
      oldest[1].made.stop();
      kept.delete(oldest[0]);
    }
  }

  /** As recent as any that this process has made. */
  function known(methodId: string, version: number): Provider | undefined {
    const found = kept.get(methodId);
    if (!found || found.version < version) return undefined;
    kept.delete(methodId);
    kept.set(methodId, found);
    return found.made.provider;
  }

  return {
    async get(methodId) {
      const row = await db.one<Row>(VERSION, [methodId]);
      if (!row) return refuse('NOT_FOUND');
      const { version, publishableKey, livemode } = row;
      if (publishableKey === null) return null;
      const before = known(methodId, version);
      if (before) return ok(before);
      try {
        const credentials = await readCredentials(db, vault, methodId);
        if (!credentials) throw new VaultError(`way to pay ${methodId} has lost its credentials`);
        // Somebody may have made it while we read.
        const meanwhile = known(methodId, version);
        if (meanwhile) return ok(meanwhile);
        const { secretKey } = credentials;
        const made = make({ methodId, secretKey, publishableKey, livemode: livemode === true });
        keep(methodId, version, made);
        return ok(made.provider);
      } catch (err) {
        if (!(err instanceof VaultError)) throw err;
        log.error({ methodId, problem: err.message }, 'credentials do not open: is a vault key missing?');
        return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: LIMITS.breakerBackoffMs });
      }
    },
    stop() {
      for (const { made } of kept.values()) made.stop();
      kept.clear();
    },
  };
}
