import type { ReactNode } from 'react';

/** Where there is nothing yet: what would be here, and what to do next. */
export function Empty({
  title,
  children,
  actions,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children !== undefined && <div className="empty-text">{children}</div>}
      {actions !== undefined && <div className="row">{actions}</div>}
    </div>
  );
}
