import type { Guidelines } from '../../../src/protocol/guidelines.ts';
import type { ItemView } from '../../../src/protocol/view.ts';
import { usePlayer } from '../film/player.ts';
import { say } from '../notices.ts';
import { Loaded, Panel } from '../ui/index.ts';
import { filmOf, useCampaign, useItem } from './desk.ts';
import { Discuss, Votes } from './discuss.tsx';
import { Draft } from './draft.tsx';
import { Gate } from './gate.tsx';
import { Vote } from './vote.tsx';
import { Watch } from './work.tsx';
import { Written } from './written.tsx';

interface AtItemProps {
  readonly campaign: string;
  readonly view: ItemView;
  readonly guidelines: Guidelines | undefined;
}

/** An item in the state that it is in, for what this person may do there. */
export function AtItem({ campaign, view, guidelines }: AtItemProps) {
  const { may, status, drafts } = view;
  if (may.includes('draft') || may.includes('take-draft'))
    return (
      <Draft
        campaign={campaign}
        view={view}
        guidelines={guidelines}
        as="draft"
        onSent={() => say(`The draft of ${view.item.id} is sent.`)}
      />
    );
  if (status === 'voting' && (may.includes('vote') || may.includes('take-vote') || drafts !== undefined))
    return <Vote campaign={campaign} view={view} onSent={() => say('Your vote is counted.')} />;
  if (status === 'discussing' && drafts !== undefined && may.length > 0)
    return <Discuss campaign={campaign} view={view} guidelines={guidelines} />;
  return <Standing campaign={campaign} view={view} />;
}

/** Why nothing can be done at an item at the moment. */
const WAITS: Readonly<Record<ItemView['status'], string>> = {
  open: 'Nobody has begun this item.',
  drafting: 'The second draft is not there yet. Nobody sees the first one meanwhile.',
  drafted: 'Both drafts are there. The gate is measuring how far they agree.',
  voting: 'The drafts agree well enough: a panel votes. How they were scored is shown when the votes are counted.',
  discussing: 'The two authors are talking about it.',
  published: 'It is published.',
  withdrawn: 'A lead has withdrawn this item.',
};

/** An item to look at: where it stands, and all that is open of it. */
function Standing({ campaign, view }: { readonly campaign: string; readonly view: ItemView }) {
  const { item, status, published, own, drafts = [], measured, withdrawn, discussion, earlier = [] } = view;
  const film = item.clip === undefined ? undefined : filmOf(campaign, item.id);
  const player = usePlayer(film);
  const plays = film === undefined ? undefined : player;
  return (
    <div className="discuss">
      <Watch campaign={campaign} item={item} film={film} player={player} />
      <div className="stack">
        {published === undefined && (
          <p className={`callout ${status === 'withdrawn' ? 'warn' : ''}`}>
            {WAITS[status]}
            {withdrawn !== undefined && ` ${withdrawn.reason}`}
          </p>
        )}
        {published !== undefined && (
          <Panel title={published.how === 'majority' ? 'Published, by majority' : 'Published, after discussion'}>
            <Written of={published.writing} item={item} player={plays} />
          </Panel>
        )}
        {published === undefined && own !== undefined && drafts.length === 0 && (
          <Panel title="Your draft">
            <Written of={own} item={item} player={plays} />
          </Panel>
        )}
        {drafts.length > 0 && (
          <Panel title="How it came to this">
            <div className="stack">
              <Gate measured={measured} />
              <Votes view={view} />
              {drafts.map(({ label, own: mine, by, writing }) => (
                <article key={label} className="proposal" aria-label={`Draft ${label.toUpperCase()}`}>
                  <header className="row">
                    <h3>Draft {label.toUpperCase()}</h3>
                    <span className="hint">{mine ? 'yours' : by !== undefined ? `by ${by}` : ''}</span>
                  </header>
                  <Written of={writing} item={item} player={plays} />
                </article>
              ))}
              {discussion?.messages.map(({ id, by, text }) => (
                <blockquote key={id} className="message">
                  <span className="hint">{by}</span>
                  <p>{text}</p>
                </blockquote>
              ))}
              {earlier.length > 0 && (
                <p className="hint">
                  {earlier.length} earlier {earlier.length === 1 ? 'round was' : 'rounds were'} set aside: an author or voter was replaced.
                </p>
              )}
            </div>
          </Panel>
        )}
      </div>
    </div>
  );
}

/** An item by its id. */
export function ItemPage({ campaign, item }: { readonly campaign: string; readonly item: string }) {
  const about = useCampaign(campaign);
  const found = useItem(campaign, item);
  return (
    <Loaded error={found.data === undefined ? found.error : null} ready={found.data !== undefined}>
      {found.data !== undefined && <AtItem campaign={campaign} view={found.data} guidelines={about.data?.guidelines} />}
    </Loaded>
  );
}
