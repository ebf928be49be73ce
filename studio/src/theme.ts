import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'famenet.theme';
const heard = new Set<() => void>();
const asked = matchMedia('(prefers-color-scheme: dark)');
asked.addEventListener('change', () => tell());

const stored = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';
let theme = stored();
apply();

function apply(): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function tell(): void {
  for (const one of heard) one();
}

/** Chooses how light the studio is, for this browser. */
export function chooseTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(KEY, next);
  apply();
  tell();
}

const subscribe = (one: () => void) => {
  heard.add(one);
  return () => heard.delete(one);
};

/** What was chosen. */
export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme);

/** Whether it is dark now: canvases draw again when this changes. */
export const useDark = (): boolean => useSyncExternalStore(subscribe, () => theme === 'dark' || (theme === 'system' && asked.matches));
