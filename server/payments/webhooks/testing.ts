/** Events as Stripe signs them, and webhooks over a real ledger with hooks that say what they were asked. */
import Stripe from 'stripe';
import { statement } from '../../stores/index.ts';
import type { TestWorld } from '../../stores/testing.ts';
import { vaultOf } from '../methods/testing.ts';
import { createWebhooks, type WebhooksDeps } from './index.ts';

export const SECRETS = ['whsec_installation0000000001', 'whsec_installation0000000002'] as const;

export interface EventSeed {
  id?: string;
  type?: string;
  created?: number;
  livemode?: boolean;
  account?: string;
  object?: Record<string, unknown>;
}

export const eventOf = (world: TestWorld, seed: EventSeed = {}): string =>
  JSON.stringify({
    id: seed.id ?? `evt_${world.ids.next()}`,
    object: 'event',
    type: seed.type ?? 'payment_intent.amount_capturable_updated',
    created: seed.created ?? Math.floor(world.clock.now() / 1000),
    livemode: seed.livemode ?? false,
    ...(seed.account ? { account: seed.account } : {}),
    data: { object: { id: 'pi_nobody', object: 'payment_intent', metadata: {}, ...seed.object } },
  });

export function signed(
  world: TestWorld,
  body: string,
  secret: string = SECRETS[0],
  atMs = world.clock.now(),
) {
  return Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret,
    timestamp: Math.floor(atMs / 1000),
  });
}

export function webhooksOver(world: TestWorld, over: Partial<WebhooksDeps> = {}) {
  const asked: [string, ...unknown[]][] = [];
  const webhooks = createWebhooks({
    ...world,
    vault: vaultOf(),
    installed: { webhookSecrets: SECRETS, livemode: false },
    resumePayment: async (id) => void asked.push(['resume', id]),
    onRefundEvent: async (ref, id) => {
      asked.push(['refund', ref, id]);
      return id === null ? 'unknown' : 'known';
    },
    onDispute: async (report) => void asked.push(['dispute', report]),
    ...over,
  });
  const sql = <Row>(text: string, values: unknown[] = []) =>
    world.ledger.reads.all<Row>(statement('test', text), values);
  return {
    webhooks,
    asked,
    sql,
    deliver: (body: string, secret?: string) =>
      webhooks.receive(null, Buffer.from(body), signed(world, body, secret)),
    stored: async (body: string) =>
      (
        await sql<{ id: string; status: string; attempts: number; error: string | null }>(
          'select id, status, attempts, error from payments.webhook_events where event_id = $1',
          [(JSON.parse(body) as { id: string }).id],
        )
      )[0],
    jobsFor: (id: string) =>
      sql(
        `select 1 from ticketing.outbox where topic = 'webhook.received' and payload ->> 'webhookId' = $1`,
        [id],
      ),
  };
}
