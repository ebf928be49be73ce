import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ALLOWED } from '../../../src/protocol/calibration.ts';
import { ECEM } from '../../../src/protocol/policy.ts';
import { api, newKey, ok } from '../api.ts';
import type { Project } from '../projects/project.ts';
import { Button, Field, Panel, Problem, Progress, Table } from '../ui/index.ts';
import { STAGES, useCalibrations, useJob, useSets, useTried } from './desk.ts';
import { Picture } from './picture.tsx';

/** How drafts are compared: not at all, with the reason, or by a gate that was tried. */
export type GateChoice =
  | { readonly kind: 'none'; readonly reason: string }
  | { readonly kind: 'gate'; readonly calibration: string; readonly threshold: number; readonly allowed: number };

interface GateProps {
  readonly project: Project;
  readonly choice: GateChoice;
  readonly onChange: (choice: GateChoice) => void;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The gate: tried on pairs of texts that belong together and on the same shuffled, with its errors at every threshold. */
export function Gate({ project, choice, onChange }: GateProps) {
  const { data: tried = [] } = useCalibrations(project.project);
  const first = tried[0]?.calibration;
  return (
    <Panel title="Gate" className="gate">
      <div className="stack">
        <p className="hint">
          Two people write without knowing of each other. What the gate finds alike is voted on; the rest is discussed. A measure that
          cannot tell unrelated texts from related ones decides nothing, so a gate is tried first.
        </p>
        <div className="choices">
          <label className="choice">
            <input
              type="radio"
              name="gate"
              checked={choice.kind === 'gate'}
              disabled={first === undefined}
              onChange={() =>
                first !== undefined && onChange({ kind: 'gate', calibration: first, threshold: ECEM.threshold, allowed: ALLOWED })
              }
            />
            <span>
              <strong>A gate that was tried</strong>
              {first === undefined && <span className="hint"> – none yet: try one below</span>}
            </span>
          </label>
          <label className="choice">
            <input type="radio" name="gate" checked={choice.kind === 'none'} onChange={() => onChange({ kind: 'none', reason: '' })} />
            <span>
              <strong>No gate</strong> <span className="hint">– every pair of drafts is discussed</span>
            </span>
          </label>
        </div>
        {choice.kind === 'none' ? (
          <Field label="Why there is none" hint="It is kept with the campaign, and stands in its report.">
            {(ids) => (
              <input
                {...ids}
                value={choice.reason}
                required
                maxLength={2000}
                onChange={({ target }) => onChange({ kind: 'none', reason: target.value })}
              />
            )}
          </Field>
        ) : (
          <>
            {tried.length > 1 && (
              <Field label="Tried">
                {(ids) => (
                  <select {...ids} value={choice.calibration} onChange={({ target }) => onChange({ ...choice, calibration: target.value })}>
                    {tried.map(({ calibration, name, at, pairs }) => (
                      <option key={calibration} value={calibration}>
                        {name}, {pairs} pairs, {at.slice(0, 16).replace('T', ' ')}
                      </option>
                    ))}
                  </select>
                )}
              </Field>
            )}
            <Tried choice={choice} onChange={onChange} />
          </>
        )}
        <Try
          project={project}
          onTried={(calibration) => onChange({ kind: 'gate', calibration, threshold: ECEM.threshold, allowed: ALLOWED })}
        />
      </div>
    </Panel>
  );
}

type Chosen = Extract<GateChoice, { kind: 'gate' }>;

function Tried({ choice, onChange }: { readonly choice: Chosen; readonly onChange: (choice: Chosen) => void }) {
  const { calibration, threshold, allowed } = choice;
  const { data, error } = useTried(calibration, threshold, allowed);
  if (data === undefined) return error ? <Problem error={error} /> : <Progress label="Asking for the trial" />;
  const { summary, suggested, fault, errors, curve } = data;
  const { histogram, pairs, passing } = summary;
  const low = Math.floor(Math.min(histogram.from, 0.5) * 100) / 100;
  const high = Math.ceil(Math.max(histogram.to, 0.8) * 100) / 100;
  const width = (histogram.to - histogram.from) / histogram.matched.length;
  return (
    <div className="stack">
      <Picture histogram={histogram} threshold={threshold} curve={curve} low={low} high={high} />
      <Field label={`Threshold: above ${threshold.toFixed(3)} is voted on`} hint="The paper has 0.75, and does not name its measure.">
        {(ids) => (
          <input
            {...ids}
            type="range"
            min={low}
            max={high}
            step={0.005}
            value={threshold}
            onChange={({ target }) => onChange({ ...choice, threshold: Number(target.value) })}
          />
        )}
      </Field>
      <dl className="gate-errors">
        <div>
          <dt>Missed</dt>
          <dd>
            <strong className="number">{percent(errors.missed)}</strong> of {pairs.matched} pairs that belong together are sent to
            discussion
          </dd>
        </div>
        <div>
          <dt>Let through</dt>
          <dd>
            <strong className="number">{percent(errors.passed)}</strong> of {pairs.shuffled} shuffled pairs pass; at most {percent(allowed)}{' '}
            may
          </dd>
        </div>
      </dl>
      {!fault ? (
        <p className="callout good" role="status">
          A campaign would open with this gate.
        </p>
      ) : (
        <div className="callout warn" role="status">
          <p>
            <strong>No campaign opens with it: {fault.what}.</strong> <code>{fault.code}</code>
          </p>
          <p>
            Expected: {fault.expected}. Got: {fault.got}.
          </p>
          <p>What to do: {fault.fix}.</p>
        </div>
      )}
      <div className="row">
        <Button disabled={suggested === threshold} onClick={() => onChange({ ...choice, threshold: suggested })}>
          Take the suggested {suggested}
        </Button>
        <span className="hint">the lowest at which no more shuffled pairs pass than may</span>
      </div>
      <details>
        <summary>The same as a table</summary>
        <Table
          caption="Scores of pairs"
          hideCaption
          rows={histogram.matched
            .map((matched, i) => ({ from: histogram.from + i * width, matched, shuffled: histogram.shuffled[i]! }))
            .filter((row) => row.matched + row.shuffled > 0)}
          keyOf={({ from }) => from}
          columns={[
            { head: 'Score from', number: true, cell: ({ from }) => from.toFixed(3) },
            { head: 'Belong together', number: true, cell: ({ matched }) => matched },
            { head: 'Shuffled', number: true, cell: ({ shuffled }) => shuffled },
          ]}
        />
        <p className="hint">
          Measure: <code>{summary.signature}</code>. At the threshold {percent(passing.matched)} of the first and{' '}
          {percent(passing.shuffled)} of the second pass.
        </p>
      </details>
    </div>
  );
}

/** Tries a gate on a data set with texts of two people. */
function Try({ project, onTried }: { readonly project: Project; readonly onTried: (calibration: string) => void }) {
  const { data: sets = [] } = useSets(project.project);
  const client = useQueryClient();
  const { going, error, run } = useJob();
  const paired = sets.filter(({ received }) => (received?.pairs ?? 0) >= 2);
  const [chosen, choose] = useState('');
  const [rescale, setRescale] = useState(true);
  const dataset = paired.some((set) => set.dataset === chosen) ? chosen : paired[0]?.dataset;
  const begin = async () => {
    const done = await run(() => ok(api.calibrations.$post({ header: newKey(), json: { dataset: dataset!, rescale } })));
    await client.invalidateQueries({ queryKey: ['calibrations'] });
    if (done !== undefined) onTried((done as { readonly calibration: string }).calibration);
  };
  return (
    <section className="gate-try" aria-labelledby="gate-try">
      <h3 id="gate-try">Try a gate</h3>
      {paired.length === 0 ? (
        <p className="hint">
          Send texts of two people about the same things: lines of {'{"id", "causes": ["…", "…"]}'}, 60 or more. What a campaign has
          published, as famenet’s own JSONL, will do, too.
        </p>
      ) : (
        <div className="row">
          <select aria-label="Pairs" value={dataset} onChange={({ target }) => choose(target.value)}>
            {paired.map((set) => (
              <option key={set.dataset} value={set.dataset}>
                {set.name} ({set.received!.pairs} pairs)
              </option>
            ))}
          </select>
          <label className="choice">
            <input type="checkbox" checked={rescale} onChange={({ target }) => setRescale(target.checked)} />
            rescaled
          </label>
          <Button busy={going !== undefined} onClick={() => void begin()}>
            Try it
          </Button>
        </div>
      )}
      {going !== undefined && (
        <Progress label={STAGES[going.stage.stage] ?? going.stage.stage} done={going.stage.done} total={going.stage.total} />
      )}
      {error !== undefined && <Problem error={error} />}
    </section>
  );
}
