/** The page's colours as a canvas takes them: read from the tokens, so that theme, contrast and forced colours count here too. */
import { type Inks, TIER_COLOURS } from './marks.ts';

const NAMES = {
  ground: '--seat-ground',
  surface: '--seat-surface',
  sunk: '--sunk',
  hairline: '--hairline',
  edge: '--seat-edge',
  ink: '--ink',
  muted: '--muted',
  picked: '--seat-picked',
  pickedInk: '--seat-picked-ink',
  mine: '--seat-mine',
  mineInk: '--seat-mine-ink',
  bad: '--bad',
  tierInk: '--seat-tier-ink',
} as const;

/** `light-dark()` and nested variables are only worked out for a real property: a hidden element's colour. */
export function readInks(within: HTMLElement): Inks {
  const probe = document.createElement('i');
  probe.className = 'seat-probe';
  within.append(probe);
  const style = getComputedStyle(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const named = Object.fromEntries(
    Object.entries(NAMES).map(([key, name]) => [key, read(name)]),
  ) as unknown as Omit<Inks, 'tiers'>;
  const tiers = Array.from({ length: TIER_COLOURS }, (_, tier) => read(`--seat-tier-${tier}`));
  probe.remove();
  return { ...named, tiers };
}

/** Calls back when the colours may have changed. */
export function onThemeChange(listener: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map(
    (query) => matchMedia(query),
  );
  for (const query of queries) query.addEventListener('change', listener);
  const watcher = new MutationObserver(listener);
  watcher.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
    watcher.disconnect();
  };
}
