/** What one event takes: the vendor's ways to pay with a tick each, and a new one that begins here. */
import { useState } from 'preact/hooks';
import type { PaymentMethodView } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import type { Load } from '../../shell/load.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button } from '../../ui/index.ts';
import { MethodDialog } from './method-form.tsx';
import { MethodLine } from './method-line.tsx';
import { Loads, Part, Said } from './part.tsx';
import { TakeCheck } from './take-check.tsx';
import { withMethod } from './take-method.ts';

const { ways: texts } = vendorMoneyTexts;

export interface OwnMethods {
  items: PaymentMethodView[];
}

export function WaysCard({ event, methods }: { event: EventView; methods: Load<OwnMethods> }) {
  const [adding, setAdding] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const put = (method: PaymentMethodView, says: string): void => {
    methods.replace({ items: withMethod(methods.loaded.data?.items ?? [], method) });
    setSaid(says);
  };
  return (
    <Part
      title={texts.title}
      text={texts.text}
      action={
        <Button kind="quiet" small onClick={() => setAdding(true)}>
          {texts.add}
        </Button>
      }
    >
      <Loads loaded={methods.loaded} onRetry={methods.reload}>
        {({ items }) => (
          <>
            {items.some(({ eventIds }) => eventIds.includes(event.id)) ? null : (
              <p>{items.length === 0 ? texts.noneAtAll : texts.none}</p>
            )}
            <ul class="money-lines">
              {items.map((method) => (
                <li key={method.id}>
                  <MethodLine method={method}>
                    <TakeCheck
                      method={method}
                      eventId={event.id}
                      label={texts.takesHere(method.label)}
                      onDone={(changed, taken) =>
                        put(changed, (taken ? texts.taken : texts.notTaken)(method.label, event.title))
                      }
                    />
                  </MethodLine>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loads>
      <Said text={said} />
      <p class="small">
        <a href="/vendor/payment-methods" class="money-back">
          {texts.manage}
        </a>
      </p>
      <MethodDialog
        method={null}
        events={[event]}
        open={adding}
        onClose={() => setAdding(false)}
        onDone={(method) => {
          setAdding(false);
          put(method, texts.added(method.label));
        }}
      />
    </Part>
  );
}
