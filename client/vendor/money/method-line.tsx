/** One way to pay as its vendor sees it: what fans read, whose account, which cards, where its webhooks go. */
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { PaymentMethodView } from '../../../server/protocol/money.ts';
import { tillTexts } from '../../texts/till.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Button, Tag } from '../../ui/index.ts';
import { kindOf } from './method-draft.ts';
import { Said } from './part.tsx';

const { ways: texts } = vendorMoneyTexts;

function accountOf(method: PaymentMethodView): string | null {
  if (method.provider !== 'stripe') return null;
  return kindOf(method) === 'own' && method.credentialsHint
    ? texts.keysOf(method.credentialsHint)
    : texts.keysHouse;
}

export function MethodLine({ method, children }: { method: PaymentMethodView; children: ComponentChildren }) {
  const facts = [
    texts.providers[method.provider],
    accountOf(method),
    method.brands ? tillTexts.brands(method.brands) : null,
  ].filter(Boolean);
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="long">{method.label}</b>
        <Tag kind={method.active ? 'good' : 'plain'}>{method.active ? texts.active : texts.inactive}</Tag>
      </div>
      <p class="small muted">{facts.join(' · ')}</p>
      {children}
    </div>
  );
}

/** The address to be entered at Stripe, with a button that copies it. */
export function WebhookAddress({ path }: { path: string }) {
  const id = useId();
  const [copied, setCopied] = useState<string | null>(null);
  const address = `${window.location.origin}${path}`;
  async function copy(): Promise<void> {
    // Plain http has no clipboard, and a browser may refuse: then the address is there to be selected by hand.
    const done = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    setCopied(done ? texts.copied : texts.copyByHand);
  }
  return (
    <div class="field">
      <label for={id}>{texts.webhook}</label>
      <div class="copyable">
        <input
          class="input"
          id={id}
          readOnly
          value={address}
          aria-describedby={`${id}-hint`}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button kind="quiet" small onClick={() => void copy()}>
          {texts.copy}
        </Button>
      </div>
      <span class="hint" id={`${id}-hint`}>
        {texts.webhookText}
      </span>
      <Said text={copied} />
    </div>
  );
}
