import type { ReactNode } from 'react';

/** The page of those who are not in yet. */
export function Door({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="door" id="main">
      <div className="door-box">
        <p className="brand">
          <img src="/icon.svg" alt="" width="28" height="28" /> famenet studio
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
