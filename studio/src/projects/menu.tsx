import { useEffect, useId, useRef } from 'react';
import type { Bound } from '../actions.ts';
import { Does } from '../ui/index.ts';

/** What can be done with a project, behind one button; the browser closes it with Escape and with a press elsewhere. */
export function ProjectMenu({ of }: { readonly of: readonly Bound[] }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const menu = box.current!;
    // below its button, whatever the width of the page
    const placed = (event: ToggleEvent) => {
      button.current?.setAttribute('aria-expanded', `${event.newState === 'open'}`);
      if (event.newState !== 'open') return;
      const { bottom, right } = button.current!.getBoundingClientRect();
      menu.style.top = `${bottom + 4}px`;
      menu.style.right = `${Math.max(8, document.documentElement.clientWidth - right)}px`;
      menu.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
    };
    menu.addEventListener('toggle', placed as EventListener);
    return () => menu.removeEventListener('toggle', placed as EventListener);
  }, []);
  return (
    <>
      <button ref={button} type="button" className="button quiet" popoverTarget={id} aria-expanded={false} aria-label="About the project">
        <span aria-hidden="true">⋯</span>
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a press on what is in it closes it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a press by key is a click, too */}
      <div ref={box} id={id} popover="auto" className="menu" onClick={() => box.current?.hidePopover()}>
        {of.map((one) => (
          <Does key={one.id} of={one} look="quiet" />
        ))}
      </div>
    </>
  );
}
