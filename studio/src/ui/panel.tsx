import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: string;
  /** Buttons at the right of the title. */
  readonly tools?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A part of a view, with its heading. */
export function Panel({ title, tools, className = '', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {tools !== undefined && <div className="tools">{tools}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
