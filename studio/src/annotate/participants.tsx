import type { Progress } from '../../../src/protocol/progress.ts';
import type { Participant } from '../../../src/server/items.ts';
import { Panel, Table } from '../ui/index.ts';

/** Who works in the campaign, and how much each has done. */
export function Participants({ people, progress }: { readonly people: readonly Participant[]; readonly progress: Progress | undefined }) {
  const sums = (id: string) => progress?.people.find(({ person }) => person === id);
  return (
    <Panel title="People">
      <Table
        caption="People in the campaign"
        hideCaption
        rows={people}
        keyOf={({ person }) => person}
        columns={[
          { head: 'Person', cell: ({ person, name }) => (name === person ? person : `${name} (${person})`) },
          { head: 'Roles', cell: ({ roles, status }) => (status === 'active' ? roles.join(', ') : status) },
          { head: 'Drafts', number: true, cell: ({ person }) => sums(person)?.drafts ?? 0 },
          { head: 'Votes', number: true, cell: ({ person }) => sums(person)?.votes ?? 0 },
          {
            head: 'Practice',
            cell: ({ training }) => (training.approved ? 'approved' : training.of === 0 ? '–' : `${training.done} of ${training.of}`),
          },
        ]}
      />
    </Panel>
  );
}
