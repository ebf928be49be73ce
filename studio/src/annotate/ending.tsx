import { useState } from 'react';
import { Link } from 'wouter';
import { Button, Dialog, Panel } from '../ui/index.ts';
import { useSend } from './desk.ts';

/** What comes of a campaign, and its end. */
export function Ending({ campaign, closed }: { readonly campaign: string; readonly closed: boolean }) {
  const send = useSend(campaign);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const id = encodeURIComponent(campaign);
  const close = async () => {
    setBusy(true);
    if (await send('close', {}, `End of ${campaign}`)) setAsked(false);
    setBusy(false);
  };
  return (
    <Panel title="Results and end">
      <div className="stack">
        <p>
          <a href={`/campaigns/${id}/results`} download={`${campaign}.json`}>
            Download what is published
          </a>{' '}
          <span className="hint">JSON, with evidence, drafts, scores, votes and discussion; people by their ids.</span>
        </p>
        <p>
          <Link href={`/${id}/statistics`}>Count what is published</Link>{' '}
          <span className="hint">Emotions, lengths, evidence, and agreement: tables and charts.</span>
        </p>
        <div className="row">
          <Button look="danger" disabled={closed} onClick={() => setAsked(true)}>
            Close the campaign
          </Button>
          {closed && <span className="hint">It is closed.</span>}
        </div>
      </div>
      {asked && (
        <Dialog title="Close the campaign" onClose={() => setAsked(false)}>
          <p>
            Nothing is written any more: no draft, no vote, no message. It cannot be opened again. Whole films are open to annotators from
            then on.
          </p>
          <div className="row end">
            <Button onClick={() => setAsked(false)}>Cancel</Button>
            <Button look="danger" busy={busy} onClick={() => void close()}>
              Close it
            </Button>
          </div>
        </Dialog>
      )}
    </Panel>
  );
}
