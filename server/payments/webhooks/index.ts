/** What payment providers tell us: stored first, answered, then processed by a job. RULES.md of payments says what holds here. */

import type { Registry } from 'prom-client';
import type { Clock, Ids, Logger } from '../../kernel/index.ts';
import type { Result } from '../../protocol/index.ts';
import type { Ledger } from '../../stores/index.ts';
import type { Vault } from '../vault/index.ts';
import { type Count, countWebhooks } from './count.ts';
import type { WebhookHooks } from './judge.ts';
import { createOperate, type Operate } from './operate.ts';
import { createProcess } from './process.ts';
import { type InstalledAccount, type Received, receive } from './receive.ts';

export type { DisputeReport, WebhookHooks } from './judge.ts';
export { NotYet } from './process.ts';
export type { InstalledAccount } from './receive.ts';
export { webhookOperatorRoutes, webhookRoutes } from './routes.ts';

export interface WebhooksDeps extends WebhookHooks {
  ledger: Pick<Ledger, 'payments' | 'reads'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  vault: Vault;
  installed: InstalledAccount;
  registry?: Registry | undefined;
  /** Overrides for tests. */
  triesMax?: number;
  unknownTries?: number;
}

export interface Webhooks extends Operate {
  receive(methodId: string | null, body: Buffer, signature: string | undefined): Promise<Result<Received>>;
  /** The job of topic `webhook.received`. @throws to be run again after a pause */
  process(webhookId: string): Promise<void>;
  /** By outbox topic, for the worker. */
  jobs: { 'webhook.received': (payload: unknown) => Promise<void> };
  count: Count;
}

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { ledger, installed } = deps;
  const db = ledger.payments;
  const count = countWebhooks(deps.registry);
  const process = createProcess({ ...deps, db, count, livemode: installed.livemode });
  return {
    ...createOperate(ledger.reads),
    receive: (methodId, body, signature) => receive({ ...deps, db }, methodId, body, signature),
    process,
    jobs: { 'webhook.received': (payload) => process((payload as { webhookId: string }).webhookId) },
    count,
  };
}
