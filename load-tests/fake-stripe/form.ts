/** Stripe's request bodies: `application/x-www-form-urlencoded` with brackets (`metadata[a]=b`, `expand[0]=c`). */

export type Params = { [name: string]: Param };
export type Param = string | Param[] | Params;

const PART = /\[([^\]]*)\]/g;

/** Every list index a body may name; more is not a body of Stripe's. */
const ENTRIES_MAX = 1_000;

/** Names such as `__proto__` are only names here: objects have no prototype. */
export function decodeForm(text: string): Params {
  const root: Params = Object.create(null) as Params;
  for (const [name, value] of new URLSearchParams(text)) {
    const head = name.split('[', 1)[0] as string;
    place(root, [head, ...[...name.slice(head.length).matchAll(PART)].map((m) => m[1] as string)], value);
  }
  return asLists(root) as Params;
}

function place(at: Params, path: readonly string[], value: string): void {
  const [head = '', ...rest] = path;
  const name = head === '' ? String(Object.keys(at).length) : head;
  if (Object.keys(at).length >= ENTRIES_MAX) return;
  if (rest.length === 0) {
    at[name] = value;
    return;
  }
  const inner = at[name];
  const next = typeof inner === 'object' ? (inner as Params) : (Object.create(null) as Params);
  at[name] = next;
  place(next, rest, value);
}

/** Whatever is numbered from 0 without a gap was a list. */
function asLists(value: Param): Param {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const names = Object.keys(value);
  for (const name of names) value[name] = asLists(value[name] as Param);
  const numbered = names.length > 0 && names.every((name, i) => name === String(i));
  return numbered ? names.map((name) => value[name] as Param) : value;
}

export const text = (value: Param | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
export const record = (value: Param | undefined): Params =>
  typeof value === 'object' && !Array.isArray(value) ? value : {};
export const list = (value: Param | undefined): string[] =>
  Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];
