/** Shares (0–1) as bars, beside a table that says the same to everybody. */
export function Bars({ rows }: { readonly rows: readonly { readonly name: string; readonly share: number }[] }) {
  const step = 22;
  return (
    <svg className="bars" viewBox={`0 0 220 ${rows.length * step}`} aria-hidden="true">
      {rows.map(({ name, share }, i) => (
        <g key={name} transform={`translate(0 ${i * step})`}>
          <text x="0" y="14">
            {name.length > 15 ? `${name.slice(0, 14)}…` : name}
          </text>
          <rect className="ground" x="90" y="5" width="130" height="12" rx="2" />
          <rect x="90" y="5" width={130 * Math.max(0, Math.min(1, share))} height="12" rx="2" />
        </g>
      ))}
    </svg>
  );
}
