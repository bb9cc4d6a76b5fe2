/** What an order has on paper, and its mail once more. Files need the session, so they are fetched and handed over. */
import { useState } from 'preact/hooks';
import type { MailView } from '../../server/protocol/money.ts';
import type { OrderView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { saveFile } from '../shell/save-file.ts';
import { giveBackTexts } from '../texts/give-back.ts';
import { Button } from '../ui/index.ts';

const { order: texts } = giveBackTexts;

type State =
  | { at: 'idle' }
  | { at: 'busy'; what: string }
  | { at: 'failed'; text: string }
  | { at: 'sent'; to: string };

export function OrderPapers({ order }: { order: OrderView }) {
  const [state, setState] = useState<State>({ at: 'idle' });
  const run = (what: string, work: () => Promise<State>): void => {
    if (state.at === 'busy') return;
    setState({ at: 'busy', what });
    work().then(setState, (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setState({ at: 'failed', text: error.code === 'OFFLINE' ? texts.failed : error.message });
    });
  };
  const file = (kind: 'tickets' | 'invoice') => (): void =>
    run(kind, async () => {
      saveFile(`${texts[kind]}-${order.reference}.pdf`, await api.blob(`/orders/${order.id}/${kind}.pdf`));
      return { at: 'idle' };
    });
  const busy = state.at === 'busy' ? state.what : null;
  return (
    <div class="stack-s">
      <div class="order-papers">
        <Button small kind="quiet" busy={busy === 'tickets'} onClick={file('tickets')}>
          {texts.ticketsPdf}
        </Button>
        <Button small kind="quiet" busy={busy === 'invoice'} onClick={file('invoice')}>
          {texts.invoicePdf}
        </Button>
        <Button
          small
          kind="quiet"
          busy={busy === 'mail'}
          onClick={() =>
            run('mail', async () => {
              const { mail } = await api.request<{ mail: MailView }>('POST', `/orders/${order.id}/resend`);
              return { at: 'sent', to: mail.to };
            })
          }
        >
          {texts.resend}
        </Button>
      </div>
      <p class="small" role="status">
        {state.at === 'failed' ? state.text : null}
        {state.at === 'sent' ? (
          <>
            {texts.sent(state.to)} <a href="/mailbox">{texts.mailbox}</a>
          </>
        ) : null}
      </p>
    </div>
  );
}
