/**
 * Every slice made once from the stores: what a process can do, before it is decided which of it this process does
 * (roles, main.ts). Tests compose the same house on their own stores.
 */
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { type Accounts, createAccounts } from './accounts/index.ts';
import { createBreakers, createReady, measureServices, type Part, type Services } from './breakers/index.ts';
import { type Catalog, catalogRoutes, createCatalog, endEventsChore, shownEvents } from './catalog/index.ts';
import {
  type Checkout,
  routes as checkoutRoutes,
  countMismatches,
  createCheckout,
  createPaymentLinks,
  paymentLinkRoutes,
  readOrder,
} from './checkout/index.ts';
import {
  tellingCatalog,
  tellingChore,
  tellingPictures,
  tellingPricing,
  tellingSeating,
} from './compose/cache.ts';
import { guardedProviders, registerServices } from './compose/services.ts';
import { composeWays } from './compose/ways.ts';
import type { Config } from './config.ts';
import { createDelivery, type Delivery, mailRoutes, paperRoutes } from './delivery/index.ts';
import { createHolds, type Holds, holdSocketHandlers } from './holds/index.ts';
import type { Clock, Ids, Logger } from './kernel/index.ts';
import type { KeyRing } from './keys/index.ts';
import { createLoyalty, type Loyalty, loyaltyRoutes } from './loyalty/index.ts';
import {
  createNotifications,
  type Notifications,
  notificationRoutes,
  withReasons,
} from './notifications/index.ts';
import { createOAuth, type OAuth, oauthChore } from './oauth/index.ts';
import { createOperations, operationsRoutes } from './operations/index.ts';
import { cardRoutes, createInstallationStripe, type Providers } from './payments/index.ts';
import { methodRoutes } from './payments/methods/index.ts';
import {
  createWebhooks,
  type Webhooks,
  webhookOperatorRoutes,
  webhookRoutes,
} from './payments/webhooks/index.ts';
import { createPictures, type Pictures, pictureRoutes } from './pictures/index.ts';
import { createGuessing, createPricing, type Pricing, pricingRoutes } from './pricing/index.ts';
import type { OrderView } from './protocol/index.ts';
import { createQueue, drandBeacon, type Queue, queueRoutes, queueSocketHandlers } from './queue/index.ts';
import {
  createRecommendations,
  type Recommendations,
  recommendationRoutes,
} from './recommendations/index.ts';
import { createReconciler, type Reconciler, reconciliationRoutes } from './reconciliation/index.ts';
import { createRefunds, type Refunds, refundRoutes } from './refunds/index.ts';
import { createSearch, popularityChore, searchRoutes } from './search/index.ts';
import {
  createMaps,
  createSeating,
  createShowSeats,
  type Maps,
  mapRoutes,
  type Seating,
  seatingRoutes,
  statesRoutes,
} from './seating/index.ts';
import { createSharing, type Sharing, sharingRoutes } from './sharing/index.ts';
import { createKeeping, type Keeping, type Ledger, type Redis, statement } from './stores/index.ts';
import { createTeams, type Teams, teamRoutes } from './teams/index.ts';
import { routes as ticketRoutes } from './tickets/index.ts';
import { type Chore, createRateLimiter, type Notify, type SocketHandler } from './transport/index.ts';
import { affiliateRoutes, createAffiliates, createSales, type Sales, vendorRoutes } from './vendors/index.ts';

export interface HouseDeps {
  config: Config;
  clock: Clock;
  ids: Ids;
  log: Logger;
  ledger: Ledger;
  gate: Redis;
  /** Where the cache is, by `config.redisCacheUrl` or in the gate's; default: nothing is kept. */
  cache?: Redis;
  keys: KeyRing;
  notify: Notify;
  registry?: Registry;
  /** The stores as this process sees them, for GET /status; default: presumed up. */
  parts?: { ledger: Part; gate: Part };
}

export interface House {
  accounts: Accounts;
  catalog: Catalog;
  holds: Holds;
  queue: Queue;
  checkout: Checkout;
  refunds: Refunds;
  reconciler: Reconciler;
  /** By whom payments are made, vendors' own accounts among them. */
  providers: Providers;
  webhooks: Webhooks;
  pricing: Pricing;
  loyalty: Loyalty;
  notifications: Notifications;
  delivery: Delivery;
  pictures: Pictures;
  recommendations: Recommendations;
  maps: Maps;
  seating: Seating;
  sales: Sales;
  oauth: OAuth;
  sharing: Sharing;
  teams: Teams;
  /** What is kept beside the ledger. */
  keeping: Keeping;
  /** What the worker does now and then for the slices. */
  chores: readonly Chore[];
  services: Services;
  /** Whether pages must be able to load a card form of Stripe's: the installation takes cards by it, or some vendor does. */
  cardForms(): Promise<boolean>;
  /** Ends what the house has running by itself: its breakers' timers. */
  stop(): Promise<void>;
  /** An order as its owner sees it, for pushes. */
  orderOf(orderId: string): Promise<{ userId: string; view: OrderView } | null>;
  /** Socket events of all slices. */
  socketHandlers: SocketHandler[];
  /** HTTP routes of all slices but accounts, which the HTTP edge mounts itself. */
  routes: ((app: FastifyInstance) => void | Promise<void>)[];
}

const ORDER_OWNER = statement('compose_order_owner', 'select user_id from ticketing.orders where id = $1');

export function compose(deps: HouseDeps): House {
  const { config, clock, ids, log, ledger, gate: redis, keys, notify, parts } = deps;
  const accounts = createAccounts({ config, clock, ids, log, ledger, gate: redis, keys });
  const holds = createHolds({ ledger, gate: redis, clock, ids, log });
  const { gate } = holds;
  const beacon = config.beacon ? drandBeacon(config.beacon) : null;
  const queue = createQueue({ ledger, gate, keys, clock, ids, log, holdsOf: holds.mine, beacon });
  const keeping = createKeeping({
    redis: deps.cache,
    guest: config.redisCacheUrl === undefined,
    clock,
    log,
    registry: deps.registry,
  });
  const cache = keeping.pages;
  const search = createSearch({ ledger, cache });
  const announce = (dropId: string) => gate.publish(dropId);
  const catalog = tellingCatalog(createCatalog({ ledger, ids, log, beacon, announce, cache }), cache);
  const breakers = createBreakers({
    clock,
    log,
    times: config.breaker,
    ...(deps.registry ? { registry: deps.registry } : {}),
  });
  const stripe = config.stripe
    ? createInstallationStripe({
        ...config.stripe,
        ...(config.stripeApiBase ? { apiBase: config.stripeApiBase } : {}),
        db: ledger.payments,
        ids,
        log,
        origins: config.origins,
      })
    : null;
  const { providers: installed, cards } = guardedProviders(deps, breakers, stripe?.provider);
  const ways = composeWays({
    ...deps,
    installed,
    stripeApiBase: config.stripeApiBase,
    publishableKey: config.stripe?.publishableKey,
  });
  const { providers } = ways;
  const recommendations = createRecommendations({
    ...deps,
    breakers,
    show: (eventIds) => shownEvents(ledger.reads, eventIds),
  });
  // Where none is configured (development) the pages are on this machine.
  const pages = config.origins[0] ?? `http://localhost:${config.port}`;
  const notifications = createNotifications({
    ...deps,
    breakers,
    push: config.push,
    suggest: withReasons(recommendations.suggest),
    pages,
    timeZone: config.timeZone,
  });
  const delivery = createDelivery({
    ledger,
    clock,
    ids,
    log,
    breakers,
    from: config.mailFrom,
    smtpUrl: config.smtpUrl,
    linkOf: accounts.linkOf,
    noticeOf: notifications.letterOf,
    registry: deps.registry,
  });
  const pictures = tellingPictures(
    createPictures({ ledger, clock, ids, log, breakers, s3: config.s3, dataDir: config.dataDir }),
    cache,
  );
  const services = registerServices(
    parts,
    cards,
    { delivery, pictures, recommendations, notifications, cache: deps.cache },
    ways.ownAccounts,
  );
  if (deps.registry) measureServices(services, deps.registry);
  const guessing = createGuessing(createRateLimiter({ redis, clock, log }));
  const pricing = tellingPricing(createPricing({ ledger, clock, ids, guessing }), cache);
  const loyalty = createLoyalty({ ledger, clock });
  const checkout = createCheckout({
    ledger,
    clock,
    ids,
    log,
    keys,
    notify,
    providers,
    holds,
    guessing,
    choose: ways.choose,
    onMismatch: countMismatches(deps.registry),
    ready: createReady(services, clock),
  });
  const links = createPaymentLinks({
    db: ledger.reads,
    keys,
    clock,
    checkout,
    ways: (eventId) => ways.ways(eventId, null),
  });
  const refunds = createRefunds({
    ledger,
    clock,
    ids,
    log,
    notify,
    providers,
    settleGate: (dropId) => holds.settle(dropId),
    publish: (dropId) => gate.publish(dropId),
    registry: deps.registry,
  });
  const webhooks = createWebhooks({
    ...deps,
    vault: ways.vault,
    installed: {
      webhookSecrets: config.stripeWebhookSecrets,
      livemode: config.stripe ? config.stripe.secretKey.split('_')[1] === 'live' : null,
    },
    resumePayment: checkout.resume,
    onRefundEvent: refunds.onRefundEvent,
    onDispute: refunds.onDispute,
  });
  const maps = createMaps({ db: ledger.reads, ids });
  const seating = tellingSeating(
    createSeating({
      ledger,
      log,
      reopen: (dropId, why) => gate.reopen(dropId, why),
      syncKept: (dropId) => gate.syncKept(dropId),
      settle: (dropId) => holds.settle(dropId),
      publish: (dropId) => gate.publish(dropId),
    }),
    cache,
  );
  const sales = createSales(ledger.views);
  const operations = createOperations({ ledger, gate: redis, clock });
  const reconciler = createReconciler({
    ledger,
    clock,
    ids,
    log,
    providers,
    resume: checkout.resume,
    onDispute: refunds.onDispute,
    timeZone: config.timeZone,
    maintenance: config.maintenance,
    ...(deps.registry ? { registry: deps.registry } : {}),
  });
  const teams = createTeams({ db: ledger.payments, ids, letters: accounts.letters });
  // Where none is configured (development) the pages are on this machine.
  const pagesAt = config.origins[0] ?? `http://localhost:${config.port}`;
  const oauth = createOAuth({
    db: ledger.payments,
    keys,
    clock,
    ids,
    log,
    accounts,
    outside: config.outside,
    pages,
  });
  const sharing = createSharing({
    ledger,
    clock,
    log,
    pictureOf: (imageId) => pictures.bytes(imageId, 'large'),
    origin: pagesAt,
  });
  async function orderOf(orderId: string) {
    const owner = await ledger.reads.one<{ user_id: string }>(ORDER_OWNER, [orderId]);
    const view = owner && (await readOrder(ledger.reads, owner.user_id, orderId));
    return owner && view ? { userId: owner.user_id, view } : null;
  }
  return {
    accounts,
    catalog,
    holds,
    queue,
    checkout,
    refunds,
    reconciler,
    providers,
    webhooks,
    pricing,
    loyalty,
    notifications,
    delivery,
    pictures,
    recommendations,
    maps,
    seating,
    sales,
    oauth,
    sharing,
    teams,
    chores: [
      oauthChore(oauth),
      tellingChore(popularityChore(search), cache, ['popularity']),
      tellingChore(endEventsChore(ledger.reads), cache, ['events', 'prices']),
      ...pictures.chores,
      ...recommendations.chores,
      ...notifications.chores,
    ],
    keeping,
    services,
    cardForms: ways.cardForms,
    async stop() {
      cache.close();
      ways.stop();
      breakers.stop();
      await recommendations.stop();
      notifications.close();
      await delivery.close();
    },
    orderOf,
    socketHandlers: [...holdSocketHandlers(holds), ...queueSocketHandlers(queue)],
    routes: [
      (app) => catalogRoutes(app, { catalog, onLook: recommendations.see }),
      (app) => recommendationRoutes(app, { recommendations }),
      (app) => searchRoutes(app, { search }),
      (app) => queueRoutes(app, { queue }),
      (app) => checkoutRoutes(app, { ledger, checkout }),
      (app) => pricingRoutes(app, { pricing, notify, orderOf }),
      (app) => loyaltyRoutes(app, { loyalty, notify, orderOf }),
      (app) => methodRoutes(app, ways),
      (app) => webhookRoutes(app, { webhooks }),
      (app) => webhookOperatorRoutes(app, { webhooks }),
      (app) => cardRoutes(app, { cards: stripe?.cards ?? null }),
      (app) => paymentLinkRoutes(app, { links }),
      (app) => refundRoutes(app, { refunds, ledger }),
      (app) => ticketRoutes(app, { ledger, clock, copies: keeping.copies }),
      (app) => mailRoutes(app, { delivery }),
      (app) => paperRoutes(app, { delivery }),
      (app) => pictureRoutes(app, { pictures }),
      (app) => notificationRoutes(app, { notifications }),
      (app) => mapRoutes(app, { maps }),
      (app) => seatingRoutes(app, { seating }),
      (app) => statesRoutes(app, { showSeats: createShowSeats({ gate, db: ledger.reads, clock, log }) }),
      (app) => oauth.routes(app),
      (app) => teamRoutes(app, { teams }),
      (app) => operationsRoutes(app, { operations }),
      (app) => reconciliationRoutes(app, { reconciler }),
      (app) => vendorRoutes(app, { sales, db: ledger.views }),
      (app) => sharingRoutes(app, sharing),
      (app) => affiliateRoutes(app, { affiliates: createAffiliates({ ledger, ids }) }),
    ],
  };
}
