/** The secret of a link from a mail: behind the #, which no browser sends to anybody. */
export function linkSecret(): string | null {
  const secret = globalThis.location.hash.slice(1);
  return secret === '' ? null : secret;
}
