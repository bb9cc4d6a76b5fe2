/** The last resort: the event does not take place. What it costs is said before it is done. */
import { useState } from 'preact/hooks';
import type { EventView } from '../../../server/protocol/views.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Dialog, Field, formatNumber, Notice } from '../../ui/index.ts';
import { OneOf } from './choose.tsx';
import { Part } from './part.tsx';

const { cancel: texts } = vendorMoneyTexts;
const REASON_MAX = 300;
const REFUNDS = ['all', 'offer'] as const;

export function CancelCard({ event, onDone }: { event: EventView; onDone: () => void }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [refund, setRefund] = useState<(typeof REFUNDS)[number]>('all');
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const sold = event.tiers.reduce((sum, tier) => sum + tier.sold, 0);
  const confirm = (): void => {
    if (!reason.trim()) {
      setWrong(texts.reasonMissing);
      return;
    }
    setBusy(true);
    setWrong(null);
    api
      .request('POST', `/events/${event.id}/cancel`, { body: { reason: reason.trim(), refund } })
      .then(
        () => {
          setOpen(false);
          onDone();
        },
        (refused: unknown) => {
          if (!(refused instanceof ApiError)) throw refused;
          setWrong(refused.message);
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <Part title={texts.title} text={texts.text(sold, formatNumber(sold))}>
      <p>
        <Button kind="danger" onClick={() => setOpen(true)}>
          {texts.open}
        </Button>
      </p>
      <Dialog open={open} title={texts.question} onClose={() => setOpen(false)}>
        <form
          class="stack"
          noValidate
          onSubmit={(submitted) => {
            submitted.preventDefault();
            if (!busy) confirm();
          }}
        >
          <p>{texts.consequences(sold, formatNumber(sold))}</p>
          <Field
            label={texts.reason}
            name="reason"
            hint={texts.reasonHint}
            maxLength={REASON_MAX}
            autocomplete="off"
            value={reason}
            onValue={setReason}
          />
          <OneOf
            legend={texts.money}
            name="refund"
            options={REFUNDS.map((value) => [value, ...texts.refunds[value]] as const)}
            value={refund}
            onValue={setRefund}
          />
          {wrong ? <Notice kind="bad">{wrong}</Notice> : null}
          <div class="dialog-actions">
            <Button kind="quiet" onClick={() => setOpen(false)}>
              {texts.keep}
            </Button>
            <Button type="submit" kind="danger" busy={busy}>
              {texts.confirm}
            </Button>
          </div>
        </form>
      </Dialog>
    </Part>
  );
}
