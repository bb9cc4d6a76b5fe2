/** A vendor's way to pay as the ledger has it, and as its vendor sees it: credentials by their last four characters only. */
import type { CardBrand, PaymentMethodView, WayToPay } from '../../protocol/index.ts';
import { statement } from '../../stores/index.ts';

/** What one may be made of; `free` and cash have neither brands nor accounts. */
export type WayProvider = WayToPay['provider'];

export interface MethodRow {
  id: string;
  vendor_id: string;
  provider: WayProvider;
  label: string;
  brands: CardBrand[] | null;
  active: boolean;
  publishable_key: string | null;
  credentials_hint: string | null;
  livemode: boolean | null;
  account_ref: string | null;
  version: number;
  created_at: Date;
  event_ids: string[];
}

const COLUMNS = `m.id, m.vendor_id, m.provider, m.label, m.brands, m.active, m.publishable_key, m.credentials_hint, m.livemode,
  m.account_ref, m.version, m.created_at,
  array(select em.event_id from payments.event_methods em where em.method_id = m.id order by em.created_at, em.event_id) as event_ids`;

export const METHODS_OF = statement(
  'methods_of_vendor',
  `select ${COLUMNS} from payments.methods m where m.vendor_id = $1 and m.removed_at is null order by m.created_at, m.id`,
);
export const METHOD = statement(
  'method',
  `select ${COLUMNS} from payments.methods m where m.id = $1 and m.removed_at is null`,
);
/** Waits for payments that begin through it this moment, and keeps new ones off until the change is done. */
export const LOCK_METHOD = statement(
  'method_lock',
  `select ${COLUMNS} from payments.methods m where m.id = $1 and m.removed_at is null for update of m`,
);

/** What an event's ways are called that are the installation's own, or that their vendor gave no name. */
export const LABELS: Record<WayProvider, string> = {
  test: 'Test card',
  cash_on_arrival: 'Cash on arrival',
  stripe: 'Card',
};

export const viewOf = (row: MethodRow): PaymentMethodView => ({
  id: row.id,
  provider: row.provider,
  label: row.label,
  brands: row.brands,
  active: row.active,
  credentialsHint: row.credentials_hint,
  webhookPath: row.credentials_hint === null ? null : `/webhooks/stripe/${row.id}`,
  eventIds: row.event_ids,
  version: row.version,
  createdAt: row.created_at.toISOString(),
});
