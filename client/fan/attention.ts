/**
 * How the page calls a fan who looks elsewhere: title, icon, vibration, a sound, a notification. Sound and notification
 * need a gesture first ("tell me"); each is tried, and none is missed when the browser refuses it.
 */
import type { ScreenName } from './screen.ts';

const QUIET_ICON = '/icon.svg';
const TURN_ICON = '/icon-turn.svg';

export const isTurn = (name: ScreenName): boolean => name === 'called';

export function showIcon(turn: boolean): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = turn ? TURN_ICON : QUIET_ICON;
  if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}

/** A page nobody has touched yet may not: asking all the same would only be logged as an error. */
export function vibrate(): void {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 120, 200, 120, 400]);
}

let sound: AudioContext | null = null;

/** To be called from a press: browsers let a page sound only after one. */
export function allowSound(): void {
  if (typeof AudioContext === 'undefined') return;
  sound ??= new AudioContext();
  void sound.resume();
}

/** Two soft notes, a fifth apart, like a buoy's bell. */
export function ring(): void {
  if (sound?.state !== 'running') return;
  const start = sound.currentTime;
  for (const [index, hertz] of [523.25, 783.99, 523.25, 783.99].entries()) {
    const tone = sound.createOscillator();
    const loudness = sound.createGain();
    const from = start + index * 0.35;
    tone.type = 'sine';
    tone.frequency.value = hertz;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.25, from + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.9);
    tone.connect(loudness).connect(sound.destination);
    tone.start(from);
    tone.stop(from + 1);
  }
}

export const mayNotify = (): boolean =>
  typeof Notification !== 'undefined' && Notification.permission === 'granted';

/** Asks once. Without a secure page there is no such thing: then the page rings. */
export async function allowNotifications(): Promise<'ring' | 'notify'> {
  if (typeof Notification === 'undefined' || !window.isSecureContext) return 'ring';
  const answer =
    Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission;
  return answer === 'granted' ? 'notify' : 'ring';
}

export function notify(title: string, body: string, tag: string): void {
  if (!mayNotify() || !document.hidden) return;
  try {
    const note = new Notification(title, { body, tag, icon: TURN_ICON, requireInteraction: true });
    note.addEventListener('click', () => {
      window.focus();
      note.close();
    });
  } catch {
    // Some phones only notify from a service worker: the title, the icon and the vibration still call.
    return;
  }
}
