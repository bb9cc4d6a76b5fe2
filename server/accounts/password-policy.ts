/**
 * What a password must be (rule A3): long, and not one that everybody tries first. No rules about digits and signs: they
 * make people write `Password1!`. Lists are compared after undoing what people do to a common word to get past them.
 */
import { COMMON_WORDS } from './common-words.ts';

export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 256;

const LEET: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};
const KEYBOARD_ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
/** At least this many characters must be left once common words, runs and repetitions are taken out. */
const MEAT_MIN = 4;

const reversed = (text: string) => [...text].reverse().join('');
const RUNS = [...KEYBOARD_ROWS, ...KEYBOARD_ROWS.map(reversed)];

/** Length of the longest piece of a keyboard or alphabet row that starts `text`. */
function runLength(text: string): number {
  let longest = 0;
  for (const row of RUNS) {
    let length = 0;
    while (length < text.length && row.includes(text.slice(0, length + 1))) length++;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** What is left of a lower-cased text without runs (`12345`, `qwert`) and repetitions (`aaaa`, `abab`). */
function withoutPatterns(text: string): string {
  let rest = text.replace(/(.{1,5}?)\1{2,}/g, '$1').replace(/(.)\1+/g, '$1');
  let out = '';
  while (rest !== '') {
    const run = runLength(rest);
    if (run < 3) out += rest[0];
    rest = rest.slice(run < 3 ? 1 : run);
  }
  return out;
}

function withoutWords(text: string, words: readonly string[]): string {
  let rest = text;
  for (const word of words) if (word.length >= 3) rest = rest.replaceAll(word, '');
  return rest;
}

/** Why a password is refused, as a sentence for the person choosing it, or null. */
export function passwordProblem(password: string, about: { email: string; name: string }): string | null {
  if ([...password].length < PASSWORD_MIN)
    return `Use at least ${PASSWORD_MIN} characters. A few words in a row are fine.`;
  if (password.length > PASSWORD_MAX) return `Use at most ${PASSWORD_MAX} characters.`;
  const plain = password.normalize('NFKC').toLowerCase();
  // Digits at the end are an ornament, inside a word they stand for letters.
  const unleeted = [...plain.replace(/[^\p{L}]+$/u, '')].map((c) => LEET[c] ?? c).join('');
  const own = [...about.email.toLowerCase().split(/[^a-z0-9]+/), ...about.name.toLowerCase().split(/\s+/)];
  const longestFirst = [...own.filter((w) => w.length >= 4), ...COMMON_WORDS].sort(
    (a, b) => b.length - a.length,
  );
  for (const text of [plain, unleeted]) {
    const meat = withoutPatterns(withoutWords(text, longestFirst))
      .replace(/[^\p{L}\p{N}]/gu, '')
      .replace(/^\d+|\d+$/g, '');
    if (meat.length < MEAT_MIN)
      return 'This is one of the passwords that are tried first. Add a few words of your own.';
  }
  return null;
}
