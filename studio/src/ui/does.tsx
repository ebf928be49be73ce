import type { ReactNode } from 'react';
import type { Bound } from '../actions.ts';
import { Button, type ButtonProps } from './button.tsx';
import { Keys, keyLabel } from './keys.tsx';

/** The button of an action: its words, its keys, and whether it can be done now. */
export function Does({
  of,
  children,
  keys = true,
  ...more
}: { readonly of: Bound; readonly children?: ReactNode; readonly keys?: boolean } & Omit<ButtonProps, 'onClick' | 'disabled'>) {
  const title = of.keys.length === 0 ? of.label : `${of.label} (${of.keys.map(keyLabel).join(' or ')})`;
  return (
    <Button
      {...more}
      disabled={!of.enabled}
      onClick={() => void of.run()}
      title={title}
      aria-keyshortcuts={of.keys.map(aria).join(' ') || undefined}
    >
      {children ?? of.label}
      {keys && of.keys[0] !== undefined && <Keys of={of.keys.slice(0, 1)} />}
    </Button>
  );
}

const aria = (key: string): string => key.replace('Ctrl+', 'Control+');
