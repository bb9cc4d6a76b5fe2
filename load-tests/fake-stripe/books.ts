/**
 * What this Stripe knows: objects by account, kept in memory and, when a journal is named, in a file of lines that is
 * read again at the next start. A line is written before the answer that depends on it, so that a killed fake forgets
 * nothing it has said.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { StripeEvent, Thing } from './things.ts';

/** What the API never shows of an object: how a test card behaves, what a control has decided. */
export type Hidden = Record<string, unknown>;

/** The first answer under an idempotency key; `running`: not there yet. */
export interface Remembered {
  fingerprint: string;
  requestId: string;
  status: number;
  body: string;
  running: boolean;
}

export interface Account {
  id: string;
  /** By kind, then by id, oldest first. */
  things: Map<string, Map<string, Thing>>;
  hidden: Map<string, Hidden>;
  remembered: Map<string, Remembered>;
  /** In the order they happened. */
  events: StripeEvent[];
}

type Line =
  | { account: string; thing: Thing; hidden?: Hidden }
  | { account: string; key: string; remembered: Remembered }
  | { note: string; value: unknown };

export interface Books {
  /** The account of a secret key; it exists from its first use. */
  accountOf(secretKey: string): Account;
  accounts(): Iterable<Account>;
  put<T extends Thing>(account: Account, thing: T, hidden?: Hidden): T;
  find<T extends Thing>(account: Account, object: T['object'], id: string): T | undefined;
  /** All of a kind, oldest first. */
  all<T extends Thing>(account: Account, object: T['object']): T[];
  remember(account: Account, key: string, answer: Remembered): void;
  /** Anything else that must survive (webhook endpoints, the clock's offset), by name; the last one counts. */
  note(name: string, value: unknown): void;
  noted<T>(name: string): T | undefined;
  close(): void;
}

export const newId = (prefix: string): string =>
  `${prefix}_${randomBytes(18).toString('base64url').replaceAll(/[-_]/g, '0')}`;

export const accountId = (secretKey: string): string =>
  `acct_${createHash('sha256').update(secretKey).digest('hex').slice(0, 16)}`;

export function openBooks(journal?: string): Books {
  const accounts = new Map<string, Account>();
  const notes = new Map<string, unknown>();

  function account(id: string): Account {
    let found = accounts.get(id);
    if (!found) {
      found = { id, things: new Map(), hidden: new Map(), remembered: new Map(), events: [] };
      accounts.set(id, found);
    }
    return found;
  }

  function apply(line: Line): void {
    if ('note' in line) notes.set(line.note, line.value);
    else if ('key' in line) account(line.account).remembered.set(line.key, line.remembered);
    else {
      const owner = account(line.account);
      const { thing } = line;
      const kind = owner.things.get(thing.object) ?? new Map<string, Thing>();
      owner.things.set(thing.object, kind);
      if (thing.object === 'event' && !kind.has(thing.id)) owner.events.push(thing as StripeEvent);
      kind.set(thing.id, thing);
      if (line.hidden) owner.hidden.set(thing.id, line.hidden);
    }
  }

  if (journal && existsSync(journal)) {
    const text = readFileSync(journal, 'utf8');
    // What follows the last line break was cut off by the end of the process, and nothing was answered from it.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(journal, Buffer.byteLength(whole));
    for (const line of whole.split('\n')) if (line !== '') apply(JSON.parse(line) as Line);
  }
  const file = journal === undefined ? null : openSync(journal, 'a', 0o600);

  function write(line: Line): void {
    if (file !== null) writeSync(file, `${JSON.stringify(line)}\n`);
    apply(line);
  }

  return {
    accountOf: (secretKey) => account(accountId(secretKey)),
    accounts: () => accounts.values(),
    put(owner, thing, hidden) {
      // A copy: what was written down does not change behind the journal's back.
      write({ account: owner.id, thing: structuredClone(thing), ...(hidden ? { hidden } : {}) });
      return thing;
    },
    find<T extends Thing>(owner: Account, object: T['object'], id: string) {
      const thing = owner.things.get(object)?.get(id);
      return thing && structuredClone(thing as T);
    },
    all: <T extends Thing>(owner: Account, object: T['object']) =>
      [...(owner.things.get(object)?.values() ?? [])] as T[],
    remember: (owner, key, answer) => write({ account: owner.id, key, remembered: answer }),
    note: (note, value) => write({ note, value }),
    noted: <T>(name: string) => notes.get(name) as T | undefined,
    close() {
      if (file !== null) closeSync(file);
    },
  };
}
