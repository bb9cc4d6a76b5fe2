/**
 * What there is that may be up or down, put together: the card providers of the installation behind their breakers, and
 * which service needs what.
 */
import {
  type BreakerPart,
  type Breakers,
  createServices,
  guardProvider,
  type Part,
  paymentsBy,
  type ServiceDefinition,
  type Services,
} from '../breakers/index.ts';
import type { HouseDeps } from '../compose.ts';
import type { Delivery } from '../delivery/index.ts';
import { LIMITS } from '../limits.ts';
import type { Notifications } from '../notifications/index.ts';
import { createProviders, type Provider, type ProviderName } from '../payments/index.ts';
import type { Pictures } from '../pictures/index.ts';
import { ok } from '../protocol/index.ts';
import type { Recommendations } from '../recommendations/index.ts';
import type { Redis } from '../stores/index.ts';
import type { WaysDeps } from './ways.ts';

/** The card providers there may be, as people call them; each has a breaker and is a service of its own. */
const CARD_PROVIDERS: Partial<Record<ProviderName, string>> = {
  test: 'our test bank',
  stripe: 'our card provider',
};
const PAUSED = { unavailable: 'Card payments are paused', degraded: 'Card payments may take longer' };

/** Every call of a card provider goes through its breaker; what was not answered is unknown, never failed. */
export function guardedProviders(
  { config, clock, ids, ledger }: HouseDeps,
  breakers: Breakers,
  stripe: Provider | undefined,
): { providers: WaysDeps['installed']; cards: Record<string, ServiceDefinition> } {
  const bare = createProviders({ db: ledger.payments, clock, testCards: !config.production, stripe });
  const nobody = () => ({ id: ids.next(), amountCents: 0, currency: 'EUR', ref: null, orderId: ids.next() });
  const offered = new Map<ProviderName, BreakerPart>();
  for (const [name, label] of Object.entries(CARD_PROVIDERS) as [ProviderName, string][]) {
    if (!bare.offers(name)) continue;
    const breaker = breakers.of({
      name: paymentsBy(name),
      label,
      timeoutMs: LIMITS.providerTimeoutMs,
      async probe() {
        const card = await bare.get(name, null);
        if (card.ok && card.value.probe) return card.value.probe();
        const answer = card.ok ? await card.value.lookup(nobody()) : undefined;
        if (answer?.state === 'unknown') throw new Error(`no answer: ${answer.reason ?? 'unknown'}`);
      },
    });
    offered.set(name, breaker);
  }
  const cards = [...offered].map(([name, breaker]) => [
    paymentsBy(name),
    { parts: [breaker], words: PAUSED },
  ]);
  return {
    cards: Object.fromEntries(cards) as Record<string, ServiceDefinition>,
    providers: {
      offers: bare.offers,
      async get(name, methodId) {
        const found = await bare.get(name, methodId);
        const breaker = offered.get(name);
        return found.ok && breaker ? ok(guardProvider(found.value, breaker)) : found;
      },
    },
  };
}

/** What there is and what needs what; the order is the one in which people meet it. */
export function registerServices(
  parts: HouseDeps['parts'],
  cards: Record<string, ServiceDefinition>,
  {
    delivery,
    pictures,
    recommendations,
    notifications,
    cache,
  }: {
    delivery: Delivery;
    pictures: Pictures;
    recommendations: Pick<Recommendations, 'breaker'>;
    notifications: Pick<Notifications, 'breakers'>;
    /** The connection, where something is kept. */
    cache?: Pick<Redis, 'status'> | undefined;
  },
  ownAccounts: () => readonly Part[],
): Services {
  const ledger = parts ? [parts.ledger] : [];
  const gate = parts ? [parts.gate] : [];
  return createServices({
    browse: {
      parts: ledger,
      words: { unavailable: 'Events cannot be shown', degraded: 'Events may take longer to show' },
    },
    line: {
      parts: ledger,
      softParts: gate,
      words: { unavailable: 'Lines stand still', degraded: 'Lines move later than usual' },
    },
    book: {
      parts: gate,
      needs: ['browse', 'line'],
      words: { unavailable: 'Nothing can be booked', degraded: 'Booking may take longer' },
    },
    ...cards,
    // Vendors' own accounts come and go, and none of them stops anybody else's payments (rule P29).
    pay: { needs: ['book'], needsOneOf: Object.keys(cards), softParts: ownAccounts, words: PAUSED },
    // Nothing needs it: mails wait in the ledger, and tickets are on their owner's page.
    email: {
      parts: delivery.breaker ? [delivery.breaker] : [],
      words: { unavailable: 'Mails wait to be sent', degraded: 'Mails may come later' },
    },
    // A push service each: one that is away delays only the devices of its browsers, and mails say the same.
    notifications: {
      softParts: notifications.breakers,
      words: { unavailable: 'Notifications wait to be sent', degraded: 'Some notifications may come later' },
    },
    // Everything is read anew; it is also where it is served from while the ledger is away.
    ...(cache && {
      cache: {
        softParts: [
          {
            state: () => (cache.status === 'ready' ? 'available' : 'unavailable'),
            label: 'our cache',
          },
        ],
        words: { unavailable: 'Pages are not kept', degraded: 'Pages may take longer' },
      },
    }),
    // Events go without their pictures, and nothing else needs them.
    pictures: {
      parts: pictures.breaker ? [pictures.breaker] : [],
      words: { unavailable: 'Pictures cannot be shown', degraded: 'Pictures may take longer to show' },
    },
    // What sells is suggested instead.
    recommendations: {
      parts: [recommendations.breaker],
      words: {
        unavailable: 'What sells is suggested to everybody',
        degraded: 'What sells may be suggested to everybody',
      },
    },
  });
}
