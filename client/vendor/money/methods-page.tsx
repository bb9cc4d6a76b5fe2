/** A vendor's ways to pay, all of them: made, changed, removed, and which events take which. */
import { useState } from 'preact/hooks';
import type { PaymentMethodView } from '../../../server/protocol/money.ts';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import { useLoad } from '../../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../../shell/states.tsx';
import { wholeList } from '../../shell/whole-list.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Fold } from '../../ui/index.ts';
import { MethodDialog, type OwnEvent } from './method-form.tsx';
import { MethodLine, WebhookAddress } from './method-line.tsx';
import { Said } from './part.tsx';
import { TakeCheck } from './take-check.tsx';
import { withMethod } from './take-method.ts';
import './money.css';

const { ways: texts, toEvents } = vendorMoneyTexts;

/** One line of `GET /vendors/me/events`, as far as it matters here. */
interface Summary extends OwnEvent {
  status: 'draft' | 'published' | 'canceled' | 'ended';
}
interface Shown {
  methods: PaymentMethodView[];
  events: OwnEvent[];
}

export default function PaymentMethods() {
  useTitle(texts.pageTitle);
  const { loaded, reload, replace } = useLoad('payment methods', async (signal): Promise<Shown> => {
    const [{ items }, events] = await Promise.all([
      api.request<{ items: PaymentMethodView[] }>('GET', '/vendors/payment-methods', { signal }),
      wholeList<Summary>(api.request, '/vendors/me/events', signal),
    ]);
    const open = events.filter(({ status }) => status === 'draft' || status === 'published');
    return { methods: items, events: open };
  });
  if (loaded.data) return <Methods shown={loaded.data} onChange={replace} />;
  if (loaded.state !== 'failed') return <PageLoading />;
  return (
    <div class="page">
      <Failed error={loaded.error} onRetry={reload} />
    </div>
  );
}

function Methods({ shown, onChange }: { shown: Shown; onChange: (shown: Shown) => void }) {
  const { methods, events } = shown;
  const [edited, setEdited] = useState<PaymentMethodView | 'new' | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const put = (method: PaymentMethodView): void =>
    onChange({ ...shown, methods: withMethod(methods, method) });
  const remove = (method: PaymentMethodView): void =>
    setQuestion({
      title: texts.removeTitle(method.label),
      text: <p>{texts.removeText(method.eventIds.length)}</p>,
      confirm: texts.removeDo,
      danger: true,
      run: async () => {
        await api.request('DELETE', `/vendors/payment-methods/${method.id}`, {
          headers: { 'if-match': `"${method.version}"` },
        });
        onChange({ ...shown, methods: methods.filter(({ id }) => id !== method.id) });
        setSaid(texts.removed(method.label));
      },
    });
  return (
    <div class="page money-page">
      <div class="page-head">
        <div>
          <a href="/vendor" class="money-back">
            {toEvents}
          </a>
          <h1>{texts.pageTitle}</h1>
          <p>{texts.pageText}</p>
        </div>
        {events.length > 0 ? (
          <Button small onClick={() => setEdited('new')}>
            {texts.add}
          </Button>
        ) : (
          <Button small href="/vendor/new">
            {texts.newEvent}
          </Button>
        )}
      </div>
      <Said text={said} />
      {methods.length === 0 ? (
        <Sentence
          level={2}
          title={texts.emptyTitle}
          text={events.length > 0 ? texts.emptyText : texts.noEvents}
        />
      ) : (
        <ul class="money-list">
          {methods.map((method) => (
            <li class="card" key={method.id}>
              <Method
                method={method}
                events={events}
                onEdit={() => setEdited(method)}
                onRemove={() => remove(method)}
                onTaken={(changed, says) => {
                  put(changed);
                  setSaid(says);
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <MethodDialog
        method={edited === 'new' ? null : edited}
        events={events}
        open={edited !== null}
        onClose={() => setEdited(null)}
        onDone={(method) => {
          put(method);
          setSaid(edited === 'new' ? texts.added(method.label) : texts.changed(method.label));
          setEdited(null);
        }}
      />
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </div>
  );
}

interface MethodProps {
  method: PaymentMethodView;
  events: readonly OwnEvent[];
  onEdit: () => void;
  onRemove: () => void;
  onTaken: (method: PaymentMethodView, says: string) => void;
}

function Method({ method, events, onEdit, onRemove, onTaken }: MethodProps) {
  const { label } = method;
  return (
    <MethodLine method={method}>
      {method.webhookPath ? <WebhookAddress path={method.webhookPath} /> : null}
      {events.length > 0 ? (
        <Fold summary={texts.takenBy(method.eventIds.length)}>
          <div class="choices-many">
            {events.map((event) => (
              <TakeCheck
                key={event.id}
                method={method}
                eventId={event.id}
                label={texts.takes(event.title)}
                onDone={(changed, taken) =>
                  onTaken(changed, (taken ? texts.taken : texts.notTaken)(label, event.title))
                }
              />
            ))}
          </div>
        </Fold>
      ) : (
        <p class="small muted">{texts.takenBy(method.eventIds.length)}</p>
      )}
      <div class="cluster">
        <Button kind="quiet" small label={texts.editLabel(label)} onClick={onEdit}>
          {texts.edit}
        </Button>
        <Button kind="danger" small label={texts.removeLabel(label)} onClick={onRemove}>
          {texts.remove}
        </Button>
      </div>
    </MethodLine>
  );
}
