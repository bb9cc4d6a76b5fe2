/** My orders, each with what became of it. */

import { useEffect } from 'preact/hooks';
import type { RefundView } from '../../server/protocol/money.ts';
import type { OrderStatus, OrderView } from '../../server/protocol/views.ts';
import { PausedNote } from '../services/paused-note.tsx';
import { useServices } from '../services/status.ts';
import { api } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { wholeList } from '../shell/whole-list.ts';
import { seatNames } from '../texts/seat-names.ts';
import { serviceTexts } from '../texts/services.ts';
import { ticketTexts as texts } from '../texts/tickets.ts';
import { partsOfOrder } from '../till/lines.ts';
import { PriceLines } from '../till/price-lines.tsx';
import { second, watchSecond } from '../time.ts';
import { Art, Button, formatDateTime, Money, ownZone, Tag, Timer } from '../ui/index.ts';
import { SeatLines } from '../ui/seat.tsx';
import { refundsOfOrder, saysOf } from './give-back.ts';
import { OrderPapers } from './order-papers.tsx';
import './tickets.css';

const KINDS: Record<OrderStatus, 'good' | 'warn' | 'bad' | 'plain'> = {
  pending: 'warn',
  paying: 'warn',
  committed: 'good',
  paid: 'good',
  partially_refunded: 'plain',
  refunded: 'plain',
  expired: 'plain',
  canceled: 'bad',
};

const OPEN: readonly OrderStatus[] = ['pending', 'paying', 'committed'];

export default function Orders() {
  useTitle(texts.orders);
  const { loaded, reload } = useLoad('orders', (signal) =>
    wholeList<OrderView>(api.request, '/me/orders', signal),
  );
  const { loaded: given, reload: reloadGiven } = useLoad('my refunds', (signal) =>
    wholeList<RefundView>(api.request, '/me/refunds', signal),
  );
  // Without them the orders are told all the same.
  const refunds = given.data ?? [];
  const open = loaded.data?.some((order) => OPEN.includes(order.status)) ?? false;
  const { pay } = useServices();
  useEvery(open || refunds.some(({ status }) => status === 'sending') ? 5_000 : 60_000, () => {
    reload();
    reloadGiven();
  });

  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const items = loaded.data;
  if (items.length === 0)
    return (
      <div class="page">
        <Sentence
          title={texts.ordersEmptyTitle}
          text={texts.ordersEmptyText}
          actions={<Button href="/">{texts.toEvents}</Button>}
        />
      </div>
    );
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1>{texts.orders}</h1>
          <p>{texts.ordersSub}</p>
        </div>
      </div>
      {open ? (
        <div class="tickets-kept">
          <PausedNote note={pay} now={second.value} kept={serviceTexts.orders} />
        </div>
      ) : null}
      <ul class="orders">
        {items.map((order) => (
          <Order order={order} refunds={refundsOfOrder(refunds, order.id)} key={order.id} />
        ))}
      </ul>
    </div>
  );
}

function Order({ order, refunds }: { order: OrderView; refunds: readonly RefundView[] }) {
  const state = texts.orderStates[order.status];
  return (
    <li class="card order">
      <div class="order-head">
        <Art id={order.eventId} />
        <div>
          <h2 class="card-title-plain">
            <a href={`/e/${order.eventId}`}>{order.eventTitle}</a>
          </h2>
          <p class="small muted num">
            {texts.orderOf(order.reference)} · {formatDateTime(order.createdAt, ownZone())}
          </p>
        </div>
        <Tag kind={KINDS[order.status]}>{state.tag}</Tag>
      </div>
      <div class="order-lines">
        {order.items.map((item) => (
          <div class="row small" key={item.tierId}>
            <span>
              {item.quantity} × {item.tierName ?? texts.tier}
              <SeatLines seats={item.seats} words={seatNames} />
            </span>
            <Money minor={item.unitPriceCents * item.quantity} currency={item.currency} />
          </div>
        ))}
        <PriceLines
          parts={partsOfOrder(order)}
          terms={null}
          {...(order.items.length === 1 ? { first: null } : {})}
        />
      </div>
      {refunds.map((refund) => {
        const says = saysOf(refund);
        return (
          <p key={refund.id}>
            <Tag kind={says.kind}>{says.text}</Tag>
          </p>
        );
      })}
      <p class="small muted">{state.says}</p>
      <OrderAction order={order} />
    </li>
  );
}

function OrderAction({ order }: { order: OrderView }) {
  if (order.status === 'pending' && order.expiresAt)
    return (
      <div class="row order-pay">
        <Button small href={`/d/${order.dropId}`}>
          {texts.pay}
        </Button>
        <Left until={order.expiresAt} />
      </div>
    );
  const has = ['committed', 'paid', 'partially_refunded'].includes(order.status);
  if (!has && order.status !== 'refunded') return null;
  return (
    <div class="stack-s">
      {has ? (
        <div>
          <Button small kind="quiet" href="/my/tickets">
            {texts.see}
          </Button>
        </div>
      ) : null}
      <OrderPapers order={order} />
    </div>
  );
}

function Left({ until }: { until: string }) {
  useEffect(watchSecond, []);
  return (
    <span class="small">
      <span class="muted">{texts.heldFor} </span>
      <Timer ms={Date.parse(until) - second.value} size="inline" />
    </span>
  );
}
