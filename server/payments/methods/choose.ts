/**
 * What an event takes, and which of it a fan chose (rules P26–P28). An event without ways of its own takes whatever the
 * installation offers; one with some takes only these.
 */
import { ok, type Result, refuse, type WayToPay } from '../../protocol/index.ts';
import { createReadTogether, type Db, statement } from '../../stores/index.ts';
import type { Account } from '../../transport/index.ts';
import type { PaymentMethod, Provider } from '../provider.ts';
import type { Providers } from '../providers.ts';
import { LABELS, type MethodRow, type WayProvider } from './method.ts';

/** One of the event's own rows; all null where it has none. */
type WayRow = Pick<MethodRow, 'provider' | 'label' | 'brands' | 'publishable_key' | 'active'> & {
  id: string | null;
};

interface OrderWayRow extends WayRow {
  orderId: string;
  userId: string;
  /** It costs nothing. */
  free: boolean;
}

const WAYS = `left join payments.event_methods em on em.event_id = e.id
  left join payments.methods m on m.id = em.method_id`;
const WAY_COLUMNS = 'm.id, m.provider, m.label, m.brands, m.publishable_key, m.active';

/** Pairs of order and fan: each finds its own only. */
const OF_ORDERS = statement(
  'ways_of_orders',
  `select e.order_id as "orderId", e.user_id as "userId", ${WAY_COLUMNS}, e.free
     from (select o.id as order_id, o.user_id, o.event_id as id, o.total_cents = 0 as free
             from unnest($1::uuid[], $2::uuid[]) as asked (id, fan)
             join ticketing.orders o on o.id = asked.id and o.user_id = asked.fan) e ${WAYS}
    order by em.created_at, em.method_id`,
);
/** Never published: only its vendor and operators see it. */
const OF_EVENT = statement(
  'ways_of_event',
  `select ${WAY_COLUMNS} from events.events e ${WAYS}
    where e.id = $1 and ($3 = 'operator' or e.vendor_id = $2 or (e.status <> 'draft'
      and (e.status <> 'canceled' or exists (select from ticketing.drops d where d.event_id = e.id))))
    order by em.created_at, em.method_id`,
);

export interface Chosen {
  provider: Provider;
  methodId: string | null;
  brands: readonly string[] | null;
  /** The way has an account of its own, whose breaker is its own too: how the installation's is does not matter. */
  ownAccount: boolean;
}

export interface ChooseDeps {
  db: Db;
  providers: Providers;
  offers(provider: WayProvider): boolean;
  /** Of the installation's own Stripe account. */
  publishableKey: string | undefined;
}

export interface Choose {
  /** Of the fan's own order; one that costs nothing takes whatever is said. Refuses METHOD_NOT_ACCEPTED, NOT_AVAILABLE, NOT_FOUND, INVALID_REQUEST (several ways fit: say which). */
  choose(userId: string, orderId: string, method: PaymentMethod): Promise<Result<Chosen>>;
  /** What fans of this event may pay with. Refuses NOT_FOUND. */
  ways(eventId: string, viewer: Account | null): Promise<Result<WayToPay[]>>;
}

const PROVIDERS: readonly WayProvider[] = ['stripe', 'test', 'cash_on_arrival'];

export function createChoose({ db, providers, offers, publishableKey }: ChooseDeps): Choose {
  const ofOrder = createReadTogether<[orderId: string, userId: string], OrderWayRow>(db, {
    statement: OF_ORDERS,
    keyOf: (asked) => asked.join(' ').toLowerCase(),
    keyOfRow: ({ orderId, userId }) => `${orderId} ${userId}`,
    values: (asked) => [asked.map(([orderId]) => orderId), asked.map(([, userId]) => userId)],
  });

  /** Live ones that can be used here; null: the event has none of its own. */
  function usable(rows: readonly WayRow[]): (WayRow & { id: string })[] | null {
    if (rows.every((row) => row.id === null)) return null;
    return rows.filter(
      (row): row is WayRow & { id: string } =>
        row.id !== null && row.active && (row.publishable_key !== null || offers(row.provider)),
    );
  }

  const notAccepted = (asked: PaymentMethod, accepted: readonly WayProvider[]) =>
    refuse('METHOD_NOT_ACCEPTED', { provider: asked.provider, accepted: [...new Set(accepted)] });

  async function installations(method: PaymentMethod): Promise<Result<Chosen>> {
    if (method.methodId) return notAccepted(method, PROVIDERS.filter(offers));
    const provider = await providers.get(method.provider, null);
    return provider.ok
      ? ok({ provider: provider.value, methodId: null, brands: null, ownAccount: false })
      : provider;
  }

  return {
    async choose(userId, orderId, method) {
      const rows = await ofOrder([orderId, userId]);
      if (rows.length === 0) return refuse('NOT_FOUND');
      if (rows[0]?.free) return installations({ provider: 'free' });
      const ways = usable(rows);
      if (!ways) return installations(method);
      const wanted = method.methodId?.toLowerCase();
      const fitting = ways.filter(
        (way) => way.provider === method.provider && (wanted === undefined || way.id === wanted),
      );
      const [way] = fitting;
      if (!way)
        return notAccepted(
          method,
          ways.map((each) => each.provider),
        );
      if (fitting.length > 1)
        return refuse(
          'INVALID_REQUEST',
          { field: 'method.methodId', methodIds: fitting.map((each) => each.id) },
          'This event takes that in several ways: say which one.',
        );
      const provider = await providers.get(way.provider, way.id);
      if (!provider.ok) return provider;
      const ownAccount = way.publishable_key !== null;
      return ok({ provider: provider.value, methodId: way.id, brands: way.brands, ownAccount });
    },
    async ways(eventId, viewer) {
      const rows = await db.all<WayRow>(OF_EVENT, [eventId, viewer?.id ?? null, viewer?.role ?? null]);
      if (rows.length === 0) return refuse('NOT_FOUND');
      const shown = (provider: WayProvider, own: string | null = null) => {
        const key = own ?? (provider === 'stripe' ? publishableKey : undefined);
        return key === undefined ? {} : { publishableKey: key };
      };
      const ways = usable(rows);
      if (ways)
        return ok(
          ways.map(({ id, provider, label, brands, publishable_key }) => ({
            methodId: id,
            provider,
            label,
            brands,
            ...shown(provider, publishable_key),
          })),
        );
      return ok(
        PROVIDERS.filter(offers).map((provider) => ({
          methodId: null,
          provider,
          label: LABELS[provider],
          brands: null,
          ...shown(provider),
        })),
      );
    },
  };
}
