import type { ButtonHTMLAttributes } from 'react';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `main` for what the page is for, once on a page; `quiet` for what stands in a row of its like; `danger` for what takes something away. */
  readonly look?: 'main' | 'plain' | 'quiet' | 'danger';
  readonly busy?: boolean;
}

/** A button. While `busy` it cannot be pressed again, and says so. */
export function Button({ look = 'plain', busy = false, className = '', type = 'button', disabled, ...more }: ButtonProps) {
  return (
    <button {...more} type={type} disabled={disabled || busy} aria-busy={busy || undefined} className={`button ${look} ${className}`} />
  );
}
