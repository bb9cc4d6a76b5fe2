/**
 * Notifications on this device: whether the browser can, whether its owner lets it, and telling the server where to send. Loaded when
 * somebody asks for it; the waiting page carries none of it. Logging out ends the subscription (tickets/forget.ts).
 */
import type { DeviceView } from '../../server/protocol/notifications.ts';
import { api } from '../session.ts';

/** `home-screen`: on an iPhone a page must be put on the home screen first. */
export type Standing = 'unsupported' | 'home-screen' | 'default' | 'granted' | 'denied';

/** The browser's own push service could not be reached, or does not want to. */
export class NoPushService extends Error {}

/** Which of the account's devices this browser is; not a secret. */
const DEVICE_KEY = 'holdfast.device';
const SCOPE = '/my/';

const onApplePhone = (): boolean => /iPhone|iPad/.test(navigator.userAgent);

export function standing(): Standing {
  if ('PushManager' in window && 'Notification' in window && 'serviceWorker' in navigator)
    return Notification.permission;
  return onApplePhone() && window.isSecureContext ? 'home-screen' : 'unsupported';
}

export function deviceHere(): string | null {
  try {
    return localStorage.getItem(DEVICE_KEY);
  } catch {
    // Storage refused: the list shows this device like any other.
    return null;
  }
}

function remember(id: string | null): void {
  try {
    if (id) localStorage.setItem(DEVICE_KEY, id);
    else localStorage.removeItem(DEVICE_KEY);
  } catch {
    // As above.
    return;
  }
}

/**
 * A worker that is still being put in place takes no subscription, and one whose files did not all arrive comes to nothing: then
 * it is tried once more.
 */
async function worker(triesLeft = 1): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker
    .register('/sw.js', { scope: SCOPE })
    // Where nothing may be stored, or the network went: without a worker nobody is told.
    .catch((error: unknown) => {
      throw new NoPushService('no worker', { cause: error });
    });
  const coming = registration.installing ?? registration.waiting;
  if (registration.active || !coming) return registration;
  const isSettled = (): boolean => coming.state === 'activated' || coming.state === 'redundant';
  await new Promise<void>((resolve) => {
    if (isSettled()) return resolve();
    coming.addEventListener('statechange', () => isSettled() && resolve());
  });
  if (registration.active) return registration;
  if (triesLeft === 0) throw new NoPushService('the worker could not be put in place');
  return worker(triesLeft - 1);
}

export const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));

const sameKey = (a: ArrayBuffer | null, b: Uint8Array): boolean =>
  a !== null && a.byteLength === b.length && new Uint8Array(a).every((byte, i) => byte === b[i]);

async function subscribe(): Promise<PushSubscription> {
  const { pushManager } = await worker();
  const { key } = await api.request<{ key: string }>('GET', '/push/key', { authenticate: false });
  const applicationServerKey = bytesOf(key);
  const known = await pushManager.getSubscription();
  if (known && sameKey(known.options.applicationServerKey, applicationServerKey)) return known;
  // Tied to a key that the house no longer has: nothing would arrive.
  await known?.unsubscribe();
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  } catch (error) {
    throw new NoPushService('no subscription', { cause: error });
  }
}

/**
 * Whoever switched this device on, for this account, stays told: where the browser dropped or exchanged its subscription, there is a new
 * one, without a question. A device that was taken off the list, or is another account's, is left alone.
 * @param devices the account's. @returns null: there was nothing to do. @throws ApiError, NoPushService
 */
export async function stayTold(devices: readonly DeviceView[]): Promise<DeviceView | null> {
  const mine = devices.find(({ id }) => id === deviceHere());
  if (!mine || standing() !== 'granted') return null;
  const { pushManager } = await worker();
  return mine.ended || !(await pushManager.getSubscription()) ? tellHere() : null;
}

/**
 * Whether whoever is logged in is told on this device, once what the browser dropped is made good: that its owner lets us says nothing of
 * the account, which may be another one. Asks the server only where something is missing. @throws ApiError, NoPushService
 */
export async function toldHere(): Promise<boolean> {
  if (standing() !== 'granted' || !deviceHere()) return false;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  if (await registration?.pushManager.getSubscription()) return true;
  const { items } = await api.request<{ items: DeviceView[] }>('GET', '/me/push');
  return (await stayTold(items)) !== null;
}

/** This device was taken off the list: the browser keeps nothing of it either. */
export async function leaveHere(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(SCOPE);
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  remember(null);
}

/**
 * Tells whoever is logged in on this device from now on. Asks the browser first, where it was never asked: call it from a press.
 * @returns null when the browser, or its owner, says no. @throws ApiError, NoPushService
 */
export async function tellHere(): Promise<DeviceView | null> {
  if (standing() === 'default') await Notification.requestPermission();
  if (standing() !== 'granted') return null;
  const { endpoint, keys } = (await subscribe()).toJSON();
  const device = await api.request<DeviceView>('POST', '/me/push', { body: { endpoint, keys } });
  remember(device.id);
  return device;
}
