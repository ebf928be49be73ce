/** How far something is; without `total` only that it goes on. */
export function Progress({
  label,
  done,
  total,
}: {
  readonly label: string;
  readonly done?: number | undefined;
  readonly total?: number | undefined;
}) {
  const known = done !== undefined && total !== undefined && total > 0;
  return (
    <div className="progress">
      <span className="progress-label">
        {label}
        {known && <span className="number"> {Math.floor((100 * done) / total)} %</span>}
      </span>
      {known ? <progress value={done} max={total} aria-label={label} /> : <progress aria-label={label} />}
    </div>
  );
}
