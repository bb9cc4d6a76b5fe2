/**
 * By whose links somebody came (rules U640, U641): the codes of the last clicks, kept on this device alone and sent with a
 * booking. Which of them counts the server says; one that counts for nothing is no reason for anything.
 */
import { AFFILIATE_CODE, VIA_CODES_MAX, VIA_DAYS } from '../../server/protocol/affiliates.ts';
import { KEY } from './note.ts';

const KEPT_MS = VIA_DAYS * 86_400_000;

/** Codes that still count, the last click first, each once. What is kept may be anything: it is this device's owner's. */
export function standing(kept: string | null, now: number): string[] {
  const codes = new Map<string, string>();
  for (const line of (kept ?? '').split('\n')) {
    const [at, code = ''] = line.split(' ');
    const age = now - Number(at);
    if (!(age >= 0 && age < KEPT_MS) || !AFFILIATE_CODE.test(code) || codes.has(code.toLowerCase())) continue;
    codes.set(code.toLowerCase(), code);
  }
  return [...codes.values()].slice(0, VIA_CODES_MAX);
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage refused: nobody is known to have sent this fan.
    return null;
  }
}

/** For the body of a booking. */
export function viaMember(): { via?: string } {
  const codes = standing(kept(), Date.now());
  return codes.length > 0 ? { via: codes.join(',') } : {};
}
