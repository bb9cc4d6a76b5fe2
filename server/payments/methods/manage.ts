/**
 * A vendor's ways to pay: listed, given to an event, changed, taken away (rules P20, P22–P25). Whatever changes where
 * money goes is written down with who did it; a removed way stays for the payments that went through it.
 */
import type { Ids } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { ok, type PaymentMethodView, RefusalError, type Result } from '../../protocol/index.ts';
import { type Db, type Ledger, statement } from '../../stores/index.ts';
import { type Account, matchesVersion } from '../../transport/index.ts';
import { putCredentials, type Vault } from '../vault/index.ts';
import {
  type AddBody,
  type ChangeBody,
  type JudgedCredentials,
  judgeBrands,
  judgeCredentials,
  judgeNew,
  type NewMethod,
  type Rules,
} from './bodies.ts';
import { LABELS, LOCK_METHOD, METHOD, METHODS_OF, type MethodRow, viewOf } from './method.ts';

export interface ManageDeps extends Rules {
  ledger: Pick<Ledger, 'payments' | 'reads'>;
  ids: Ids;
  vault: Vault;
  /**
   * Asks the provider whose account a key opens (null: it does not say). Refuses INVALID_REQUEST when the key opens
   * none, TEMPORARILY_UNAVAILABLE when nobody answers.
   */
  identify(secretKey: string): Promise<Result<{ account: string | null }>>;
}

export interface Manage {
  list(vendor: Account): Promise<PaymentMethodView[]>;
  add(editor: Account, eventId: string, body: AddBody): Promise<Result<PaymentMethodView>>;
  detach(editor: Account, eventId: string, methodId: string): Promise<Result<PaymentMethodView>>;
  change(
    editor: Account,
    methodId: string,
    edit: ChangeBody,
    ifMatch?: string,
  ): Promise<Result<PaymentMethodView>>;
  remove(editor: Account, methodId: string, ifMatch?: string): Promise<Result<PaymentMethodView>>;
}

const EVENT = statement('methods_event', 'select vendor_id, status from events.events where id = $1');
/** The event's row orders those who change what it takes. */
const LOCK_EVENT = statement(
  'methods_event_lock',
  'select vendor_id, status from events.events where id = $1 for share',
);
const COUNT = statement(
  'methods_count',
  'select count(*)::int as n from payments.methods where vendor_id = $1 and removed_at is null',
);
const INSERT = statement(
  'method_insert',
  `insert into payments.methods (id, vendor_id, provider, label, brands, publishable_key, credentials_hint, livemode, account_ref)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const UPDATE = statement(
  'method_update',
  `update payments.methods set label = $2, brands = $3, active = $4, publishable_key = $5, credentials_hint = $6, livemode = $7,
     account_ref = $8, version = version + 1, updated_at = now() where id = $1`,
);
const REMOVE = statement(
  'method_remove',
  `update payments.methods set active = false, removed_at = now(), version = version + 1, updated_at = now() where id = $1`,
);
const ATTACH = statement(
  'method_attach',
  'insert into payments.event_methods (event_id, method_id) values ($1, $2) on conflict do nothing returning 1',
);
const DETACH = statement(
  'method_detach',
  'delete from payments.event_methods where event_id = $1 and method_id = $2 returning 1',
);
const DETACH_ALL = statement('method_detach_all', 'delete from payments.event_methods where method_id = $1');
const REFERRED = statement(
  'method_referred',
  'select exists (select from ticketing.payments where method_id = $1) as referred',
);
const LOG = statement(
  'method_log',
  `insert into payments.method_log (method_id, vendor_id, actor_user_id, action, event_id, detail)
   values ($1, $2, $3, $4, $5, $6)`,
);

const mayEdit = (editor: Account, vendorId: string) => editor.role === 'operator' || editor.id === vendorId;

/** @throws RefusalError */
function granted<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RefusalError(result.error.code, result.error.details, result.error.message);
}

/** What `work` resolves with; a refusal thrown inside it has undone its transaction. */
async function refusable<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (err) {
    if (err instanceof RefusalError) return { ok: false, error: err.refusal };
    throw err;
  }
}

interface OwnEvent {
  vendor_id: string;
  status: string;
}

/** @throws RefusalError NOT_FOUND: there is none, or it is another vendor's */
async function ownEvent(db: Db, editor: Account, eventId: string, lock: boolean): Promise<OwnEvent> {
  const event = await db.one<OwnEvent>(lock ? LOCK_EVENT : EVENT, [eventId]);
  if (!event || !mayEdit(editor, event.vendor_id)) throw new RefusalError('NOT_FOUND');
  return event;
}

/** @throws RefusalError NOT_FOUND, EDIT_CONFLICT */
async function ownMethod(db: Db, editor: Account, id: string, ifMatch?: string, lock = false) {
  const row = await db.one<MethodRow>(lock ? LOCK_METHOD : METHOD, [id]);
  if (!row || !mayEdit(editor, row.vendor_id)) throw new RefusalError('NOT_FOUND');
  if (!matchesVersion(ifMatch, row.version))
    throw new RefusalError('EDIT_CONFLICT', { version: row.version });
  return row;
}

const viewInside = async (tx: Db, id: string) => viewOf((await tx.one<MethodRow>(METHOD, [id])) as MethodRow);

export function createManage(deps: ManageDeps): Manage {
  const { ledger, ids, vault } = deps;
  const db = ledger.payments;

  /** A network call: never inside a transaction. */
  async function accountOf(credentials: JudgedCredentials | null): Promise<string | null> {
    return credentials ? granted(await deps.identify(credentials.secretKey)).account : null;
  }

  async function insert(tx: Db, vendorId: string, editor: Account, made: NewMethod, account: string | null) {
    const owned = await tx.one<{ n: number }>(COUNT, [vendorId]);
    if ((owned?.n ?? 0) >= LIMITS.methodsPerVendorMax)
      throw new RefusalError(
        'INVALID_STATE',
        { max: LIMITS.methodsPerVendorMax },
        'That is as many ways to pay as a vendor may have. Remove one first.',
      );
    const id = ids.next();
    const { provider, label, brands, credentials } = made;
    await tx.all(INSERT, [
      id,
      vendorId,
      provider,
      label ?? LABELS[provider],
      brands,
      credentials?.publishableKey ?? null,
      credentials?.hint ?? null,
      credentials?.livemode ?? null,
      account,
    ]);
    if (credentials) await putCredentials(tx, vault, id, credentials);
    const detail = { provider, hint: credentials?.hint ?? null };
    await tx.all(LOG, [id, vendorId, editor.id, 'created', null, JSON.stringify(detail)]);
    return id;
  }

  async function existing(tx: Db, editor: Account, methodId: string, vendorId: string): Promise<string> {
    const row = await ownMethod(tx, editor, methodId, undefined, true);
    // An operator may edit both vendors' things, and still must not send one's money to the other.
    if (row.vendor_id !== vendorId) throw new RefusalError('NOT_FOUND', { field: 'methodId' });
    return row.id;
  }

  async function add(editor: Account, eventId: string, body: AddBody): Promise<PaymentMethodView> {
    await ownEvent(db, editor, eventId, false);
    const { methodId, ...rest } = body;
    const [extra] = Object.keys(rest);
    if (methodId && extra)
      throw new RefusalError(
        'INVALID_REQUEST',
        { field: extra },
        'A way that exists is changed by PUT /vendors/payment-methods/{methodId}.',
      );
    const made = methodId ? null : granted(judgeNew(rest, deps));
    const account = await accountOf(made?.credentials ?? null);
    return db.transaction(async (tx) => {
      const event = await ownEvent(tx, editor, eventId, true);
      if (event.status === 'canceled' || event.status === 'ended')
        throw new RefusalError('INVALID_STATE', { status: event.status }, 'This event is over.');
      const id = made
        ? await insert(tx, event.vendor_id, editor, made, account)
        : await existing(tx, editor, methodId as string, event.vendor_id);
      if (await tx.one(ATTACH, [eventId, id]))
        await tx.all(LOG, [id, event.vendor_id, editor.id, 'attached', eventId, null]);
      return viewInside(tx, id);
    });
  }

  /** Money must find its way back to the account it came from. @throws RefusalError INVALID_STATE */
  async function refuseOtherAccount(
    tx: Db,
    row: MethodRow,
    given: JudgedCredentials,
    account: string | null,
  ) {
    if (row.account_ref !== null && row.account_ref === account && row.livemode === given.livemode) return;
    const referred = await tx.one<{ referred: boolean }>(REFERRED, [row.id]);
    const differs = row.account_ref !== null && account !== null && row.account_ref !== account;
    if (differs || referred?.referred)
      throw new RefusalError(
        'INVALID_STATE',
        { field: 'credentials' },
        'Payments through this way belong to its account: for another account, add a way of its own.',
      );
  }

  async function change(editor: Account, methodId: string, edit: ChangeBody, ifMatch?: string) {
    const seen = await ownMethod(db, editor, methodId, ifMatch);
    if (edit.credentials && seen.provider !== 'stripe')
      throw new RefusalError(
        'INVALID_REQUEST',
        { field: 'credentials' },
        'Only Stripe has credentials of its own.',
      );
    granted(judgeBrands(seen.provider, edit.brands));
    const credentials = granted(judgeCredentials(edit.credentials, deps));
    const account = await accountOf(credentials);
    return db.transaction(async (tx) => {
      const row = await ownMethod(tx, editor, methodId, ifMatch, true);
      if (credentials) {
        await refuseOtherAccount(tx, row, credentials, account);
        await putCredentials(tx, vault, row.id, credentials);
      }
      const { label, brands, active } = edit;
      await tx.all(UPDATE, [
        row.id,
        label?.trim() ?? row.label,
        brands === undefined ? row.brands : brands,
        active ?? row.active,
        credentials?.publishableKey ?? row.publishable_key,
        credentials?.hint ?? row.credentials_hint,
        credentials?.livemode ?? row.livemode,
        credentials ? account : row.account_ref,
      ]);
      const detail = JSON.stringify({
        label,
        brands,
        active,
        ...(credentials ? { hint: credentials.hint } : {}),
      });
      const action = credentials ? 'credentials' : 'changed';
      await tx.all(LOG, [row.id, row.vendor_id, editor.id, action, null, detail]);
      return viewInside(tx, row.id);
    });
  }

  async function remove(editor: Account, methodId: string, ifMatch?: string) {
    return db.transaction(async (tx) => {
      const row = await ownMethod(tx, editor, methodId, ifMatch, true);
      await tx.all(DETACH_ALL, [row.id]);
      await tx.all(REMOVE, [row.id]);
      const detail = JSON.stringify({ eventIds: row.event_ids });
      await tx.all(LOG, [row.id, row.vendor_id, editor.id, 'removed', null, detail]);
      return { ...viewOf(row), active: false, eventIds: [], version: row.version + 1 };
    });
  }

  async function detach(editor: Account, eventId: string, methodId: string) {
    return db.transaction(async (tx) => {
      const event = await ownEvent(tx, editor, eventId, true);
      if (!(await tx.one(DETACH, [eventId, methodId]))) throw new RefusalError('NOT_FOUND');
      await tx.all(LOG, [methodId, event.vendor_id, editor.id, 'detached', eventId, null]);
      return viewInside(tx, methodId);
    });
  }

  return {
    list: async (vendor) => (await ledger.reads.all<MethodRow>(METHODS_OF, [vendor.id])).map(viewOf),
    add: (editor, eventId, body) => refusable(() => add(editor, eventId, body)),
    change: (editor, id, edit, ifMatch) => refusable(() => change(editor, id, edit, ifMatch)),
    remove: (editor, id, ifMatch) => refusable(() => remove(editor, id, ifMatch)),
    detach: (editor, eventId, id) => refusable(() => detach(editor, eventId, id)),
  };
}

/** For an installation that cannot ask: every key is taken for what it says it is. */
export const unidentified: ManageDeps['identify'] = async () => ok({ account: null });
