/** What an event takes, for an operator who looks on: as fans see it, and nothing to change. */
import type { WayToPay } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { api } from '../../session.ts';
import { useLoad } from '../../shell/load.ts';
import { tillTexts } from '../../texts/till.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Loads, Part } from './part.tsx';

const { ways: texts } = vendorMoneyTexts;

export function TakenCard({ event }: { event: EventView }) {
  const path = `/events/${event.id}/payment-methods`;
  const { loaded, reload } = useLoad(path, (signal) =>
    api.request<{ items: WayToPay[] }>('GET', path, { signal }),
  );
  return (
    <Part title={texts.title} text={texts.vendorsOwn}>
      <Loads loaded={loaded} onRetry={reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.nothingTaken}</p>
          ) : (
            <ul class="money-lines">
              {items.map((way) => (
                <li key={way.methodId ?? way.provider}>
                  <b class="long">{way.label}</b>
                  <p class="small muted">
                    {texts.providers[way.provider]}
                    {way.brands ? ` · ${tillTexts.brands(way.brands)}` : null}
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loads>
    </Part>
  );
}
