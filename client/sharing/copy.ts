/** Onto the clipboard. False: there is none here (plain http), or it is not ours to write; the text is then shown. */
export async function copyText(text: string): Promise<boolean> {
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser asked, and the answer was no.
    return false;
  }
}
