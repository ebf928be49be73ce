/** What the doctor finds, with ids by which people accept or refuse it. */
import { createHash } from 'node:crypto';
import type { Change, Examined, Symptom } from '../data/doctor/index.ts';

/** A finding. Findings of which one repair of a text is made are decided together: a text cannot be mended by half. */
export interface FoundFinding extends Symptom {
  /** The same for the same finding in the same file. */
  readonly id: string;
  /** Repairs that it leads to: places in the report's list. */
  readonly changes: readonly number[];
  /** Findings that are decided with it, itself left out. */
  readonly together: readonly string[];
}

/** Accepted or refused; without a word it is open. */
export type Decision = 'accepted' | 'refused';

/** Fields of findings as their repairs call them: ECEM has speaker and words in one text. */
const FIELDS: Readonly<Record<string, string>> = { speaker: 'question', text: 'question' };

/** The findings of a file, each with its id and its repairs. */
export function findingsOf({ symptoms, changes }: Pick<Examined, 'symptoms' | 'changes'>): FoundFinding[] {
  const times = new Map<string, number>();
  const byPlace = new Map<string, number[]>();
  for (const [i, { place }] of changes.entries()) byPlace.set(rowOf(place), [...(byPlace.get(rowOf(place)) ?? []), i]);
  const found = symptoms.map((symptom) => {
    const said = JSON.stringify([symptom.code, { ...symptom.place, file: '' }, symptom.message]);
    const nth = times.get(said) ?? 0; // two that are alike to the letter are told apart by their order
    times.set(said, nth + 1);
    const id = createHash('sha256').update(`${said} ${nth}`).digest('hex').slice(0, 16);
    return { ...symptom, id, changes: repairsOf(symptom, byPlace.get(rowOf(symptom.place)) ?? [], changes) };
  });
  const groups = groupsOf(found);
  return found.map((one) => ({ ...one, together: groups.get(one.id)!.filter((id) => id !== one.id) }));
}

const rowOf = ({ entry, line, dialogue, utterance }: Symptom['place']): string =>
  JSON.stringify([
    entry ?? null,
    line ?? null,
    ...(entry === undefined && line === undefined ? [dialogue ?? null, utterance ?? null] : []),
  ]);

/** The repairs of a row that a finding has led to; without a repair of its own there are none. */
function repairsOf({ code, place, repair }: Symptom, ofRow: readonly number[], changes: readonly Change[]): number[] {
  if (repair === undefined) return [];
  const ofCode = ofRow.filter((i) => changes[i]!.codes.includes(code));
  const names = [place.field, FIELDS[place.field ?? '']];
  const ofField = ofCode.filter((i) => names.includes(changes[i]!.place.field));
  return ofField.length > 0 ? ofField : ofCode;
}

/** Findings that hang together by their repairs, by the id of each. */
function groupsOf(found: readonly { readonly id: string; readonly changes: readonly number[] }[]): ReadonlyMap<string, readonly string[]> {
  const groupOf = new Map<number, string[]>();
  const groups = new Map<string, string[]>();
  for (const { id, changes } of found) {
    const met = new Set(changes.flatMap((change) => [groupOf.get(change) ?? []]));
    const joined = [...new Set([...met].flat()), id];
    for (const [change, group] of met.size > 1 ? groupOf : []) if (met.has(group)) groupOf.set(change, joined);
    for (const change of changes) groupOf.set(change, joined);
    for (const member of joined) groups.set(member, joined);
  }
  return groups;
}

/** The repairs that are made: those whose findings are all accepted. */
export function acceptedChanges(
  { findings, changes }: { readonly findings: readonly FoundFinding[]; readonly changes: readonly Change[] },
  decisions: ReadonlyMap<string, Decision>,
): Change[] {
  const by = new Map<number, FoundFinding[]>();
  for (const finding of findings) for (const change of finding.changes) by.set(change, [...(by.get(change) ?? []), finding]);
  return changes.filter((_, i) => by.get(i)?.every(({ id }) => decisions.get(id) === 'accepted'));
}
