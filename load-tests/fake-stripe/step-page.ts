/** The step a bank asks for, as a page a person (or a browser test) can press: approve or refuse. */
import type { Intent } from './things.ts';

const plain = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export const STEP_POLICY = "default-src 'none'; form-action *; frame-ancestors *; base-uri 'none'";

export function stepPage(intent: Intent): string {
  const amount = `${(intent.amount / 100).toFixed(2)} ${intent.currency.toUpperCase()}`;
  const owed = intent.status === 'requires_action';
  const buttons = `<form method="post">
<button name="approve" value="true">Approve</button> <button name="approve" value="false">Refuse</button>
</form>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Test bank</title>
<h1>Test bank</h1><p>${plain(intent.id)} asks for ${plain(amount)}. This is a fake Stripe: no money moves.</p>
${owed ? buttons : `<p>Nothing to approve: it is ${plain(intent.status)}.</p>`}</html>`;
}

/** Where Stripe sends the fan back to, with what its pages read from the address. */
export function backTo(returnUrl: string, intent: Intent): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.client_secret);
  url.searchParams.set(
    'redirect_status',
    intent.status === 'requires_capture' || intent.status === 'succeeded' ? 'succeeded' : 'failed',
  );
  return url.href;
}
