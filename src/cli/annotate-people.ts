import { type Orders, type Person, ROLES } from '../protocol/index.ts';
import { asked, inCampaign, PERSON_ARGS, readCampaign, type Session, STORE_ARGS } from './annotate-campaign.ts';
import { choice, command, list, text } from './command.ts';
import type { Out } from './out.ts';

const PERSON = text({ positional: true, about: 'id of the person' });
const WHO = { ...STORE_ARGS, ...PERSON_ARGS } as const;

export const invite = command({
  name: 'invite',
  about: 'Let somebody join, or give somebody other roles',
  example: 'famenet annotate invite ann --as lea --role annotator --role voter --name "Ann Example"',
  args: {
    person: PERSON,
    role: list(choice(ROLES), { required: true, about: 'lead, adjudicator, annotator or voter; several if you like' }),
    name: text({ about: 'the id where absent' }),
    ...WHO,
  },
  async run({ args, out }) {
    const { person, role: roles, name = person } = args;
    await inCampaign(args, async (session) => {
      await session.carryOut(() => asked('invite', session, args, { person, name, roles }));
      const due = needsTraining(session, person);
      out.line(`${person}: ${roles.join(', ')}${due ? '; practises first (`famenet annotate train`)' : ''}`);
      out.done({ person, name, roles, training: due });
    });
  },
});

function needsTraining({ campaign }: Session, id: string): boolean {
  const { items, roles } = campaign.settings!.policy.training; // somebody was invited, so it is open
  const person = campaign.people.get(id)!;
  return items > 0 && !person.training.approved && person.roles.some((role) => roles.includes(role));
}

export const people = command({
  name: 'people',
  about: 'Show who works in a campaign',
  example: 'famenet annotate people',
  args: STORE_ARGS,
  async run({ args, out }) {
    const { campaign } = await readCampaign(args);
    const rows = [...campaign.people.values()].map((person) => ({
      id: person.id,
      name: person.name,
      roles: person.roles.join(', '),
      status: person.status,
      training: trainingOf(person),
    }));
    out.table(rows);
    out.done({ people: rows });
  },
});

function trainingOf({ training: { approved, attempt, items, practice } }: Person): string {
  if (approved) return 'approved';
  return attempt === 0 ? '' : `attempt ${attempt}: ${practice.size} of ${items.length}`;
}

/** A verb whose command is about one person, and what it says when it is done. */
function about<T extends 'train' | 'approve' | 'leave'>(type: T, what: string, said: (session: Session, person: string) => string) {
  return command({
    name: type,
    about: what,
    example: `famenet annotate ${type} ann --as lea`,
    args: { person: PERSON, ...WHO },
    async run({ args, out }) {
      await tellAfter(args, out, (session) => asked(type, session, args, { person: args.person } as Orders[T]), said);
    },
  });
}

export const train = about('train', 'Draw the items that a person practises on', ({ campaign }, person) => {
  const { attempt, items } = campaign.people.get(person)!.training;
  return `attempt ${attempt}, ${items.length} items`;
});
export const approve = about('approve', "An adjudicator's yes to a person's practice", ({ campaign }, person) =>
  campaign.people.get(person)!.training.approved ? 'approved by all' : 'approved by you; others have not said so yet',
);
export const leave = about('leave', "End a person's work; what was written stays", () => 'has left');

export const sendBack = command({
  name: 'return',
  about: "An adjudicator's no to a person's practice: it begins again, on other items",
  example: 'famenet annotate return ann --as ada --note "causes are echoes of the words"',
  args: { person: PERSON, note: text({ required: true, about: 'what was wrong' }), ...WHO },
  async run({ args, out }) {
    const { person, note } = args;
    await tellAfter(
      args,
      out,
      (session) => asked('return', session, args, { person, note }),
      () => 'practises again',
    );
  },
});

export const conflict = command({
  name: 'conflict',
  about: 'Declare a conflict of interest: with an item, or with what another person writes',
  example: 'famenet annotate conflict ann --as ann --with bob --reason "we share a desk"',
  args: {
    person: PERSON,
    item: text({ about: 'the item' }),
    with: text({ about: 'id of the other person' }),
    reason: text({ required: true, about: 'why' }),
    ...WHO,
  },
  async run({ args, out }) {
    const { person, item, with: other, reason } = args;
    const orders = { person, reason, ...(item === undefined ? {} : { item }), ...(other === undefined ? {} : { with: other }) };
    await tellAfter(
      args,
      out,
      (session) => asked('declare-conflict', session, args, orders),
      () => `does not judge ${item ?? `what ${other} writes`}`,
    );
  },
});

async function tellAfter(
  args: Parameters<typeof inCampaign>[0] & { readonly person: string },
  out: Out,
  plan: (session: Session) => ReturnType<typeof asked>,
  said: (session: Session, person: string) => string,
): Promise<void> {
  await inCampaign(args, async (session) => {
    await session.carryOut(() => plan(session));
    const result = said(session, args.person);
    out.line(`${args.person}: ${result}`);
    out.done({ person: args.person, result });
  });
}
