import { useState } from 'react';
import { Button, Dialog, Field, Panel } from '../ui/index.ts';
import { useSend } from './desk.ts';

/** The guidelines that hold, and a new version of them. */
export function NewGuidelines({ campaign, version, text }: { readonly campaign: string; readonly version: string; readonly text: string }) {
  const send = useSend(campaign);
  const [open, setOpen] = useState(false);
  const [next, setNext] = useState({ version: '', text: '' });
  return (
    <Panel title={`Guidelines, version ${version}`}>
      <div className="stack">
        <p className="hint">Each draft says by which version it was written. A new version takes effect at once; earlier ones are kept.</p>
        <div className="row">
          <Button
            onClick={() => {
              setNext({ version: /^\d+$/.test(version) ? `${Number(version) + 1}` : `${version}.1`, text });
              setOpen(true);
            }}
          >
            Write a new version
          </Button>
        </div>
      </div>
      {open && (
        <Dialog title="A new version of the guidelines" onClose={() => setOpen(false)} wide>
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void send('publish-guidelines', { guidelines: next }, `Guidelines ${next.version}`).then((done) => done && setOpen(false));
            }}
          >
            <Field label="Version">
              {(ids) => (
                <input
                  {...ids}
                  value={next.version}
                  maxLength={200}
                  required
                  onChange={({ target }) => setNext({ ...next, version: target.value })}
                />
              )}
            </Field>
            <Field label="Text" hint="Markdown: # headings, - lists, **strong**.">
              {(ids) => (
                <textarea
                  {...ids}
                  rows={18}
                  maxLength={20_000}
                  required
                  value={next.text}
                  onChange={({ target }) => setNext({ ...next, text: target.value })}
                />
              )}
            </Field>
            <div className="row end">
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button look="main" type="submit">
                Publish
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </Panel>
  );
}
