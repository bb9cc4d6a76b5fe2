/**
 * Notes by whose link a page was opened (rule U640). Part of what everybody loads, and so as short as can be: what the notes
 * are worth, via.ts says.
 */
export const KEY = 'holdfast.via';
/** `1800000000000 anna`, one a line, the newest first. */
const LINES = 9;

/** @throws when storage is refused */
export function noteVia(search: string, now: number, store: Pick<Storage, 'getItem' | 'setItem'>): void {
  const code = /[?&]via=([\w-]{3,32})(&|$)/.exec(search);
  if (code)
    store.setItem(KEY, `${now} ${code[1]}\n${store.getItem(KEY) ?? ''}`.split('\n', LINES).join('\n'));
}
