/**
 * One refresh at a time across tabs. Web Locks do it where they exist (https and localhost); a phone on a bare http
 * address has none and takes a lease in localStorage instead: not atomic, but two tabs must then collide within a millisecond.
 */
const NAME = 'holdfast.refresh';
const LEASE_MS = 10_000;
const POLL_MS = 50;

export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  return locks ? (locks.request(NAME, work) as Promise<T>) : leased(work);
}

async function leased<T>(work: () => Promise<T>): Promise<T> {
  let store: Storage;
  try {
    store = localStorage;
  } catch {
    return work();
  }
  while (Number(store.getItem(NAME) ?? 0) > Date.now())
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  store.setItem(NAME, String(Date.now() + LEASE_MS));
  try {
    return await work();
  } finally {
    store.removeItem(NAME);
  }
}
