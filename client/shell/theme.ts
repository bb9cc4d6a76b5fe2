/** Dark or light: the system's choice unless the reader made one, kept on this device. */
import { signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'holdfast.theme';
export const theme = signal<Theme>(kept());

function kept(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((known) => known === value) ?? 'system';
  } catch {
    // Storage refused: follow the system.
    return 'system';
  }
}

export function applyTheme(choice: Theme = theme.peek()): void {
  const root = document.documentElement;
  if (choice === 'system') delete root.dataset.theme;
  else root.dataset.theme = choice;
}

export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  applyTheme(choice);
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Storage refused: the choice lasts as long as the page.
    return;
  }
}

/** Whether the page is dark right now, for what is drawn rather than styled (charts). */
export function isDark(): boolean {
  const chosen = theme.value;
  return chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}
