import { random } from '../base/random.ts';
import { evidenceGap } from './evidence.ts';
import { mixed, sorted, withEntry } from './order.ts';
import { isOwn, notYours, peopleOf, unknownItem } from './people.ts';
import { type Refused, refuse } from './refusal.ts';
import type { Rows } from './rules.ts';
import { unknownGuidelines } from './seats.ts';
import type { Campaign, Person, Settings, Training } from './state.ts';

/** How many items an attempt has: as many as the policy says, or all that there are. */
export function practiceSize({ items }: Campaign, { policy }: Settings): number {
  return Math.min(policy.training.items, items.size);
}

/** Items for a person's next attempt, drawn by chance from all: the same for the same campaign, person and attempt. */
export function drawPractice(campaign: Campaign, settings: Settings, { id, training }: Person): readonly string[] {
  const seed = mixed(JSON.stringify([settings.seed, settings.id, id, training.attempt + 1]));
  return random(seed)
    .shuffled([...campaign.items.keys()])
    .slice(0, practiceSize(campaign, settings));
}

/** Whether all items of an attempt are written, so that adjudicators can judge it. */
export function isFinished({ items, practice }: Training): boolean {
  return items.length > 0 && practice.size === items.length;
}

/** The rules of the training round (Wang et al. 2025, §3.1, "Annotation Guidelines"): random items until all adjudicators approve. */
export const TRAINING_ROWS: Rows<'training-begun' | 'practised' | 'approved' | 'returned'> = {
  'training-begun': {
    who: 'anybody',
    person: ({ by, attempt, items }, person, context) => {
      if (!isOwn(by, person.id, context)) return notYours(person.id);
      const { training, roles } = person;
      const { policy } = context.settings;
      const needed = policy.training.items > 0 && roles.some((role) => policy.training.roles.includes(role));
      if (!needed || training.approved || training.items.length > 0)
        return wrong(
          person,
          'somebody who has to practise, and has no attempt open',
          training.approved ? 'approved already' : 'not so',
          'go on',
        );
      const size = practiceSize(context.campaign, context.settings);
      const known = new Set(items.filter((item) => context.campaign.items.has(item)));
      if (attempt !== training.attempt + 1 || size === 0 || known.size !== size || items.length !== size)
        return wrong(
          person,
          `attempt ${training.attempt + 1} with ${size} items of the campaign`,
          `attempt ${attempt} with ${known.size}`,
          'add items, then draw again',
        );
      return { people: [{ ...person, training: { ...training, attempt, items } }] };
    },
  },
  practised: {
    who: 'anybody',
    campaign: ({ id, by, at, item, attempt, writing, guidelines }, context) => {
      const person = context.campaign.people.get(by)!;
      const { training } = person;
      const state = context.campaign.items.get(item);
      if (state === undefined) return unknownItem(item);
      if (attempt !== training.attempt || !training.items.includes(item) || isFinished(training))
        return wrong(person, `an item of the open attempt ${training.attempt}`, `${item} in attempt ${attempt}`, 'ask what comes next');
      const gap = evidenceGap(state.item, writing) ?? unknownGuidelines(context, guidelines);
      if (gap !== undefined) return gap;
      const practice = withEntry(training.practice, item, { id, by, at, writing, guidelines });
      return { people: [{ ...person, training: { ...training, practice } }] };
    },
  },
  approved: {
    who: ['adjudicator'],
    person: ({ by, attempt }, person, { campaign }) => {
      const no = notToJudge(by, attempt, person);
      if (no !== undefined) return no;
      const approvals = sorted([...person.training.approvals, by]);
      // Unanimous: everybody who may judge, now.
      const approved = peopleOf(campaign, 'adjudicator').every(({ id }) => id === person.id || approvals.includes(id));
      return { people: [{ ...person, training: { ...person.training, approvals, approved } }] };
    },
  },
  returned: {
    who: ['adjudicator'],
    person: ({ by, at, attempt, note }, person) => {
      const no = notToJudge(by, attempt, person);
      if (no !== undefined) return no;
      const notes = [...person.training.notes, { by, at, attempt, note }];
      return { people: [{ ...person, training: { ...person.training, items: [], practice: new Map(), approvals: [], notes } }] };
    },
  },
};

function notToJudge(by: string, attempt: number, person: Person): Refused | undefined {
  const { training } = person;
  if (by === person.id) return wrong(person, 'another adjudicator', 'the person', 'ask another adjudicator');
  if (!training.approved && attempt === training.attempt && isFinished(training)) return undefined;
  const got = training.approved
    ? 'approved already'
    : `attempt ${training.attempt}, ${training.practice.size} of ${training.items.length} items`;
  return wrong(person, `attempt ${attempt} with all its items`, got, 'wait until the person has finished');
}

function wrong({ id }: Person, expected: string, got: string, fix: string): Refused {
  return refuse('PROTOCOL_TRAINING', 'The training round is not at that point', { at: id, expected, got, fix });
}
