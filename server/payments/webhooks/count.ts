/** `holdfast_webhooks_total{outcome}`: what came in, and what became of it. */
import { Counter, type Registry } from 'prom-client';

export type WebhookOutcome =
  /** At the door. */
  | 'received'
  | 'duplicate'
  | 'invalid_signature'
  | 'malformed'
  | 'too_large'
  | 'not_ours'
  /** By the job. */
  | 'processed'
  | 'ignored'
  | 'retried'
  | 'dead';

export type Count = (outcome: WebhookOutcome) => void;

export function countWebhooks(registry: Registry | undefined): Count {
  if (!registry) return () => undefined;
  const counter = new Counter({
    name: 'holdfast_webhooks_total',
    help: 'Webhooks of payment providers, by what became of them',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return (outcome) => counter.inc({ outcome });
}
