interface ChoicesProps {
  readonly legend: string;
  readonly hint: string;
  /** What stands there where there is nothing to choose. */
  readonly none: string;
  readonly rows: readonly { readonly id: string; readonly name: string; readonly about: string }[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

/** Things of which some are chosen. */
export function Choices({ legend, hint, none, rows, chosen, onChoose }: ChoicesProps) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <p className="hint">{rows.length === 0 ? none : hint}</p>
      {rows.map(({ id, name, about }) => (
        <label key={id} className="choice">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ target }) => onChoose(target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
          />
          <span>
            <strong>{name}</strong> {about !== '' && <span className="hint">{about}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
