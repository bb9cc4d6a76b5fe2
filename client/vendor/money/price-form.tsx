/** Two small questions about a tier: what it costs from now on, and until when it is in presale. */
import { useState } from 'preact/hooks';
import type { TermsView } from '../../../server/protocol/money.ts';
import type { EventView, TierView } from '../../../server/protocol/views.ts';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { useLoad } from '../../shell/load.ts';
import { askingTexts } from '../../texts/asking.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { serverNow } from '../../time.ts';
import { Button, Dialog, Field, formatMoney, Notice } from '../../ui/index.ts';
import { decimalsOf } from '../draft.ts';
import { isoToZoned, zonedToIso } from '../zone.ts';
import { partsOf } from './all-in.ts';
import { amountText, PRICE_MAX, readAmount } from './amounts.ts';

const { tiers: texts, save, saving } = vendorMoneyTexts;

interface Props {
  event: EventView;
  tier: TierView;
  open: boolean;
  onClose: () => void;
  onDone: (says: string) => void;
}

export function PriceDialog(props: Props) {
  return (
    <Dialog open={props.open} title={texts.changeTitle(props.tier.name)} onClose={props.onClose}>
      <PriceForm {...props} />
    </Dialog>
  );
}

const WHY_MAX = 200;

function PriceForm({ event, tier, onClose, onDone }: Props) {
  const decimals = decimalsOf(tier.currency);
  const [price, setPrice] = useState(amountText(tier.priceCents, decimals));
  const [why, setWhy] = useState('');
  const terms = useLoad(`terms of ${event.id}`, (signal) =>
    api.request<TermsView>('GET', `/events/${event.id}/terms`, { signal }),
  ).loaded.data;
  const priceCents = readAmount(price, decimals, PRICE_MAX);
  const { errors, problem, busy, form, submit } = useForm(
    ['priceCents', 'why'],
    () => (priceCents === null ? { priceCents: texts.priceWrong } : {}),
    async () => {
      const said = why.trim();
      await api.request('PUT', `/tiers/${tier.id}/price`, {
        body: { priceCents, ...(said ? { why: said } : {}) },
      });
      onDone(texts.changed(tier.name));
    },
  );
  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy || undefined}>
      <Field
        label={texts.price(tier.currency)}
        name="priceCents"
        inputMode="decimal"
        autocomplete="off"
        value={price}
        error={errors.priceCents}
        onValue={setPrice}
      />
      {terms && priceCents !== null ? (
        <p class="small num" role="status">
          {texts.fansPay(formatMoney(partsOf(priceCents, terms).allInCents, tier.currency))}
        </p>
      ) : null}
      <Field
        label={texts.why}
        name="why"
        hint={texts.whyHint}
        autocomplete="off"
        maxLength={WHY_MAX}
        value={why}
        error={errors.why}
        onValue={setWhy}
      />
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <Actions busy={busy} onClose={onClose} />
    </form>
  );
}

const Actions = ({ busy, onClose }: { busy: boolean; onClose: () => void }) => (
  <div class="dialog-actions">
    <Button kind="quiet" onClick={onClose}>
      {askingTexts.leaveIt}
    </Button>
    <Button type="submit" busy={busy} busyLabel={saving}>
      {save}
    </Button>
  </div>
);

export function PresaleDialog(props: Props & { hasCode: boolean }) {
  return (
    <Dialog open={props.open} title={texts.presaleTitle(props.tier.name)} onClose={props.onClose}>
      <PresaleForm {...props} />
    </Dialog>
  );
}

function PresaleForm({ event, tier, hasCode, onClose, onDone }: Props & { hasCode: boolean }) {
  const zone = event.venue.timeZone;
  const [local, setLocal] = useState(tier.presaleUntil ? isoToZoned(tier.presaleUntil, zone) : '');
  const until = zonedToIso(local, zone);
  const put = (value: string | null) =>
    api.request('PUT', `/tiers/${tier.id}/presale`, { body: { until: value } });
  const setting = useForm(
    ['until'],
    () => (until !== null && Date.parse(until) > serverNow() ? {} : { until: texts.presalePast }),
    async () => {
      await put(until);
      onDone(texts.presaleSet(tier.name));
    },
  );
  const ending = useForm(
    ['until'],
    () => ({}),
    async () => {
      await put(null);
      onDone(texts.presaleEnded(tier.name));
    },
  );
  const problem = setting.problem ?? ending.problem;
  return (
    <form
      class="stack"
      ref={setting.form}
      onSubmit={setting.submit}
      noValidate
      aria-busy={setting.busy || undefined}
    >
      <p>{texts.presaleText}</p>
      {hasCode ? null : <Notice kind="turn">{texts.presaleNoCode}</Notice>}
      <Field
        label={texts.presaleField(zone)}
        name="until"
        type="datetime-local"
        value={local}
        error={setting.errors.until}
        onValue={setLocal}
      />
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      {tier.presaleUntil ? (
        <Button kind="quiet" busy={ending.busy} onClick={ending.submit}>
          {texts.presaleEnd}
        </Button>
      ) : null}
      <Actions busy={setting.busy} onClose={onClose} />
    </form>
  );
}
