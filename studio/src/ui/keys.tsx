const SIGNS: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' };

/** A key as people know it. */
export const keyLabel = (key: string): string =>
  key
    .split(/\+(?!$)/)
    .map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');

/** Keys, as they are drawn beside what they do. Not read out: `aria-keyshortcuts` says the same. */
export function Keys({ of }: { readonly of: readonly string[] }) {
  return (
    <span className="keys" aria-hidden="true">
      {of.map((key) => (
        <kbd key={key}>{keyLabel(key)}</kbd>
      ))}
    </span>
  );
}
