import type { Evidence, Item, ItemView, Task, Writing } from '../protocol/index.ts';
import type { Out } from './out.ts';

/** What a person has to do, in one line. */
export function taskLine(task: Task): string {
  return LINES[task.do](task as never); // each with its own kind
}

const LINES: { readonly [K in Task['do']]: (task: Extract<Task, { do: K }>) => string } = {
  practise: ({ item, done, of }) => `Practise ${item} (${done} of ${of} done): famenet annotate draft ${item}`,
  draft: ({ item }) => `Draft ${item}: famenet annotate draft ${item}`,
  vote: ({ item }) => `Vote on ${item}: famenet annotate vote ${item} a|b|neither|abstain`,
  discuss: ({ item }) => `Discuss ${item}: famenet annotate discuss|revise|accept ${item}`,
  train: () => 'Practise first: famenet annotate next draws the items',
  judge: ({ person }) => `Read the practice of ${person}: famenet annotate approve|return ${person}`,
  wait: ({ why }) => why,
};

/** An item as it is shown to who works on it. */
export function tellItem(out: Out, { id, emotion, speaker = 'somebody', text = '', turns, clip, modalities }: Item): void {
  out.line();
  for (const turn of turns ?? []) out.line(`  ${turn.number}  ${turn.speaker === undefined ? '' : `${turn.speaker}: `}${turn.text}`);
  out.line(`  ${id}: why do viewers read ${emotion} in ${speaker}${text === '' ? '' : `, who says ${JSON.stringify(text)}`}?`);
  out.line(`  Evidence is looked for in ${modalities.join(', ')}${clip === undefined ? '' : ` (${clip})`}.`);
}

/** What a person may see of an item. */
export function tellView(out: Out, view: ItemView): void {
  tellItem(out, view.item);
  for (const { label, writing, own, by } of view.drafts ?? [])
    tellWriting(out, `Draft ${label}${own ? ' (yours)' : by === undefined ? '' : ` (${by})`}`, writing);
  if (view.drafts === undefined && view.own !== undefined) tellWriting(out, 'Your draft', view.own);
  if (view.measured !== undefined) {
    const { score, threshold, passed } = view.measured;
    out.line(`  Agreement ${score === null ? 'could not be measured' : score.toFixed(4)}: ${passed ? 'above' : 'not above'} ${threshold}.`);
  }
  for (const { choice, by = 'a voter', note } of view.votes ?? [])
    out.line(`  ${by} chose ${choice}${note === undefined ? '' : `: ${note}`}`);
  const { messages = [], revisions = [], accepted = [] } = view.discussion ?? {};
  const said = [
    ...messages.map(({ at, by, text }) => ({ at, tell: () => out.line(`  ${by}: ${text}`) })),
    ...revisions.map(({ at, by, id, writing }) => ({ at, tell: () => tellWriting(out, `${by} would write (${id})`, writing) })),
  ];
  for (const { tell } of said.sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0))) tell();
  for (const { by, text } of accepted) out.line(`  ${by} would publish ${text}.`);
  if (view.published !== undefined) tellWriting(out, `Published by ${view.published.how}`, view.published.writing);
  if (view.withdrawn !== undefined) out.line(`  Withdrawn: ${view.withdrawn.reason}`);
}

/** What somebody wrote, with what it rests on. */
export function tellWriting(out: Out, title: string, { cause, reasoning, evidence }: Writing): void {
  out.line(`  ${title}: ${cause}`);
  out.line(`    Because: ${reasoning}`);
  for (const line of evidenceLines(evidence)) out.line(`    ${line}`);
}

function evidenceLines({ text, sound, picture, faces, nothing }: Evidence): string[] {
  const stretch =
    (kind: string) =>
    ({ from, to, note }: Evidence['sound'][number]) =>
      `${kind} ${from}–${to} s: ${note}`;
  return [
    ...text.map(({ turn, note }) => `turn ${turn}${note === undefined ? '' : `: ${note}`}`),
    ...sound.map(stretch('heard')),
    ...picture.map(stretch('seen')),
    ...faces.map(({ face, time, note }) => `face ${face} at ${time} s: ${note}`),
    ...(nothing.length === 0 ? [] : [`nothing in ${nothing.join(', ')}`]),
  ];
}
