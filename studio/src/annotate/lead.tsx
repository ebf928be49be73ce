import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import type { Standing } from '../../../src/protocol/board.ts';
import type { Role, Seat } from '../../../src/protocol/events.ts';
import { say } from '../notices.ts';
import { Button, Dialog, Field, Loaded, Panel, Problem, Table } from '../ui/index.ts';
import { Dashboard } from './dashboard.tsx';
import { useCampaign, useCampaignProgress, useItems, useParticipants, useSend } from './desk.ts';
import { STATUS_NAMES } from './status.ts';

const ROLES: readonly (readonly [Role, string])[] = [
  ['annotator', 'writes drafts'],
  ['voter', 'votes on pairs of drafts'],
  ['adjudicator', 'judges the training round'],
  ['lead', 'invites, reassigns, withdraws'],
];

type Asked =
  | { readonly what: 'reassign'; readonly item: Standing; readonly seat: Seat; readonly from: string }
  | { readonly what: 'withdraw'; readonly item: Standing };

/** For those who lead: how far it is, who works in it, and what has to be mended. */
export function Lead({ campaign }: { readonly campaign: string }) {
  const about = useCampaign(campaign);
  const progress = useCampaignProgress(campaign);
  const people = useParticipants(campaign);
  const items = useItems(campaign);
  const [asked, setAsked] = useState<Asked>();
  const [closing, setClosing] = useState(false);
  const send = useSend(campaign);
  const going = (items.data ?? []).filter(({ status }) => status !== 'published' && status !== 'withdrawn');
  return (
    <Loaded error={progress.data === undefined ? progress.error : null} ready={progress.data !== undefined && people.data !== undefined}>
      <div className="stack page">
        <h1>{about.data?.title}</h1>
        {progress.data !== undefined && <Dashboard of={progress.data} />}
        <div className="lead-people">
          <Panel title="People">
            <Table
              caption="People in the campaign"
              hideCaption
              rows={people.data ?? []}
              keyOf={({ person }) => person}
              columns={[
                { head: 'Person', cell: ({ person, name }) => (name === person ? person : `${name} (${person})`) },
                { head: 'Roles', cell: ({ roles, status }) => (status === 'active' ? roles.join(', ') : status) },
                {
                  head: 'Drafts',
                  number: true,
                  cell: ({ person }) => progress.data?.people.find((one) => one.person === person)?.drafts ?? 0,
                },
                {
                  head: 'Votes',
                  number: true,
                  cell: ({ person }) => progress.data?.people.find((one) => one.person === person)?.votes ?? 0,
                },
                {
                  head: 'Practice',
                  cell: ({ training }) => (training.approved ? 'approved' : training.of === 0 ? '–' : `${training.done} of ${training.of}`),
                },
              ]}
            />
          </Panel>
          <Invite campaign={campaign} />
        </div>
        <Panel title="Items that are not finished">
          {going.length === 0 ? (
            <p className="hint">Every item is published or withdrawn.</p>
          ) : (
            <Table
              caption="Items, who sits there, and what can be done"
              hideCaption
              rows={going}
              keyOf={({ id }) => id}
              marked={({ id }) => progress.data?.stalled.includes(id) ?? false}
              columns={[
                {
                  head: 'Item',
                  cell: ({ id }) => <Link href={`/${encodeURIComponent(campaign)}/items/${encodeURIComponent(id)}`}>{id}</Link>,
                },
                { head: 'Status', cell: (item) => STATUS_NAMES[item.status] },
                {
                  head: 'Seats',
                  cell: (item) =>
                    item.seats === undefined ? (
                      <span className="hint">not told: you work on it yourself</span>
                    ) : (
                      <ul className="seats">
                        {item.seats.map(({ seat, person, used }) => (
                          <li key={`${seat} ${person}`}>
                            {seat === 'draft' ? 'author' : 'voter'} {person}
                            <span className="hint">{used ? '' : 'nothing written yet'}</span>
                            <Button look="quiet" onClick={() => setAsked({ what: 'reassign', item, seat, from: person })}>
                              Reassign
                            </Button>
                          </li>
                        ))}
                        {item.seats.length === 0 && <li className="hint">nobody</li>}
                      </ul>
                    ),
                },
                {
                  head: 'Do',
                  cell: (item) => (
                    <Button look="quiet" onClick={() => setAsked({ what: 'withdraw', item })}>
                      Withdraw
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Panel>
        <div className="lead-people">
          <PublishGuidelines
            campaign={campaign}
            version={about.data?.guidelines?.version ?? '0'}
            text={about.data?.guidelines?.text ?? ''}
          />
          <Panel title="Results and end">
            <div className="stack">
              <p>
                <a href={`/campaigns/${encodeURIComponent(campaign)}/results`} download={`${campaign}.json`}>
                  Download what is published
                </a>{' '}
                <span className="hint">JSON, with evidence, drafts, scores, votes and discussion; people by their ids.</span>
              </p>
              <div className="row">
                <Button look="danger" disabled={about.data?.closed} onClick={() => setClosing(true)}>
                  Close the campaign
                </Button>
                {about.data?.closed && <span className="hint">It is closed.</span>}
              </div>
            </div>
          </Panel>
        </div>
        {asked !== undefined && (
          <Mend
            campaign={campaign}
            asked={asked}
            people={(people.data ?? []).filter(({ status }) => status === 'active').map(({ person }) => person)}
            onClose={() => setAsked(undefined)}
          />
        )}
        {closing && (
          <Dialog title="Close the campaign" onClose={() => setClosing(false)}>
            <p>
              Nothing is written any more: no draft, no vote, no message. It cannot be opened again. Whole films are open to annotators from
              then on.
            </p>
            <div className="row end">
              <Button onClick={() => setClosing(false)}>Cancel</Button>
              <Button look="danger" onClick={() => void send('close', {}, `End of ${campaign}`).then(() => setClosing(false))}>
                Close it
              </Button>
            </div>
          </Dialog>
        )}
      </div>
    </Loaded>
  );
}

function Invite({ campaign }: { readonly campaign: string }) {
  const send = useSend(campaign);
  const [person, setPerson] = useState('');
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(['annotator']);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const id = person.trim();
    if (!(await send('invite', { person: id, name: name.trim() || id, roles }, `Invitation of ${id}`))) return;
    say(`${id} works in the campaign now.`);
    setPerson('');
    setName('');
  };
  return (
    <Panel title="Invite somebody, or change roles">
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <Field label="Account" hint="As the person logs in. Somebody who is in the campaign already gets these roles instead.">
          {(ids) => <input {...ids} value={person} maxLength={200} required onChange={({ target }) => setPerson(target.value)} />}
        </Field>
        <Field label="Name (optional)">
          {(ids) => <input {...ids} value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />}
        </Field>
        <fieldset className="choices">
          <legend>Roles</legend>
          {ROLES.map(([role, does]) => (
            <label key={role} className="choice">
              <input
                type="checkbox"
                checked={roles.includes(role)}
                onChange={({ target }) => setRoles(target.checked ? [...roles, role] : roles.filter((one) => one !== role))}
              />
              <span>
                <strong>{role}</strong> <span className="hint">{does}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="row">
          <Button look="main" type="submit" disabled={person.trim() === '' || roles.length === 0}>
            Invite
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Mend({
  campaign,
  asked,
  people,
  onClose,
}: {
  readonly campaign: string;
  readonly asked: Asked;
  readonly people: readonly string[];
  readonly onClose: () => void;
}) {
  const [refused, setRefused] = useState<unknown>();
  const send = useSend(campaign, setRefused);
  const [reason, setReason] = useState('');
  const [to, setTo] = useState('');
  const { item } = asked;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const why = reason.trim();
    setRefused(undefined);
    const done =
      asked.what === 'withdraw'
        ? await send('withdraw', { item: item.id, reason: why }, `Withdrawal of ${item.id}`)
        : await send(
            'reassign',
            { item: item.id, seat: asked.seat, from: asked.from, reason: why, ...(to === '' ? {} : { to }) },
            `Reassignment of ${item.id}`,
          );
    if (done) onClose();
  };
  return (
    <Dialog
      title={asked.what === 'withdraw' ? `Withdraw ${item.id}` : `Reassign the seat of ${asked.from} at ${item.id}`}
      onClose={onClose}
    >
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <p>
          {asked.what === 'withdraw'
            ? 'The item leaves the campaign, whatever its state. This cannot be taken back.'
            : 'What was written from this seat is set aside. If both drafts are there, the item begins a new round, and the other draft stays as it is.'}
        </p>
        {asked.what === 'reassign' && (
          <Field label="To" hint="Free: whoever comes next may take the seat.">
            {(ids) => (
              <select {...ids} value={to} onChange={({ target }) => setTo(target.value)}>
                <option value="">nobody in particular: the seat is free</option>
                {people
                  .filter((person) => person !== asked.from)
                  .map((person) => (
                    <option key={person}>{person}</option>
                  ))}
              </select>
            )}
          </Field>
        )}
        <Field label="Reason">
          {(ids) => <input {...ids} value={reason} maxLength={2000} required onChange={({ target }) => setReason(target.value)} />}
        </Field>
        {refused !== undefined && <Problem error={refused} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" type="submit" disabled={reason.trim() === ''}>
            {asked.what === 'withdraw' ? 'Withdraw' : 'Reassign'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function PublishGuidelines({ campaign, version, text }: { readonly campaign: string; readonly version: string; readonly text: string }) {
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
