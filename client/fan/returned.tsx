/** The money came when the tickets were gone. Nothing to do, nothing to fear: said once, calmly, until it was read. */
import { Button, Money } from '../ui/index.ts';
import { Plain } from './hero.tsx';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

export function Returned(props: DropViewProps & { screen: Extract<Screen, { name: 'returned' }> }) {
  const { order } = props.screen;
  return (
    <Plain title={shop.returned.title} text={shop.returned.text}>
      <div class="card stack-s">
        <div class="row">
          <span>{shop.returned.amount}</span>
          <b class="total-sum">
            <Money minor={order.totalCents} currency={order.currency} />
          </b>
        </div>
        <p class="small muted">{shop.returned.when(order.reference)}</p>
      </div>
      <Button wide onClick={props.act.goOn}>
        {shop.returned.go}
      </Button>
      <Button wide kind="quiet" href="/my/orders">
        {say.myOrders}
      </Button>
    </Plain>
  );
}
