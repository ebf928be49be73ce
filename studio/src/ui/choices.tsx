interface ChoicesProps<Id extends string> {
  readonly legend: string;
  readonly hint?: string;
  /** What stands there where there is nothing to choose. */
  readonly none?: string;
  readonly rows: readonly { readonly id: Id; readonly name: string; readonly about: string }[];
  readonly chosen: readonly Id[];
  readonly onChoose: (chosen: readonly Id[]) => void;
}

/** Things of which some are chosen. */
export function Choices<Id extends string>({ legend, hint, none, rows, chosen, onChoose }: ChoicesProps<Id>) {
  const words = rows.length === 0 ? none : hint;
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {words !== undefined && <p className="hint">{words}</p>}
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
