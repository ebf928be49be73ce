import { expect, test } from 'vitest';
import { type Desk, desk, drafted, item, POLICY, voted, writing } from '../../test/support/campaign.ts';
import { draftAt } from './drafts.ts';
import { fold } from './fold.ts';
import { statusOf } from './item.ts';
import { parseEvent } from './parse.ts';
import { results } from './publication.ts';
import { written } from './same.ts';
import { speakerIn, speakerless } from './speaker.ts';

const TURNS = [
  { number: 0, speaker: 'Mira Novak', text: 'My secret is a zither.' },
  { number: 1, speaker: 'Tom', text: 'A what, MIRA NOVAK? Mira, mira!' },
  { number: 2, speaker: 'Tom', text: 'I will hide it.' },
];
/** What names her, or says what she said. */
const HERS = /novak|zither/i;
const TEXT = { sound: [], picture: [], faces: [], nothing: ['picture' as const] };
const on = (turn: number, cause: string) => writing(cause, { evidence: { text: [{ turn }], ...TEXT } });

/** hers: she says it; rests: a draft names her turn; named: a draft names her; film: what is seen in a film. */
function scene(): Desk {
  const d = desk({ items: 1 });
  const about = { utterance: 1, speaker: 'Tom', text: TURNS[1]!.text, turns: TURNS };
  d.does('lea', 'add-items', {
    items: [
      item('hers', { utterance: 0, speaker: 'mira novak', text: TURNS[0]!.text, turns: TURNS.slice(0, 1) }),
      item('rests', about),
      item('named', { ...about, utterance: 2, text: TURNS[2]!.text }),
      item('film', { clip: 'a.mp4', turns: [TURNS[2]!] }),
    ],
  });
  for (const [id, causes] of Object.entries({
    hers: ['The zither is lost.', 'She lost it.'],
    named: ['Mira Novak went away.', 'He is alone.'],
  }))
    for (const [i, by] of ['ann', 'ben'].entries()) d.does(by, 'draft', { item: id, writing: on(id === 'hers' ? 0 : 2, causes[i]!) });
  d.does('gate', 'measure', { item: 'hers', score: 0.1, signature: 'bertscore|model:made|part:F1|idf:false|rescaled:false' });
  d.does('gate', 'measure', { item: 'named', score: 0.9, signature: 'bertscore|model:made|part:F1|idf:false|rescaled:false' });
  d.does('ann', 'say', { item: 'hers', text: 'She says it is a zither.' });
  const hers = draftAt(d.campaign.items.get('named')!, 'a')!.writing.cause.startsWith('Mira') ? 'a' : 'b';
  voted(d, 'named', [hers, hers, 'abstain']);
  d.does('ann', 'draft', { item: 'rests', writing: on(0, 'Because of what was said of the zither.') });
  d.does('ann', 'draft', { item: 'film', writing: on(2, 'He looks at the zither.') });
  d.does('vera', 'declare-conflict', { person: 'vera', item: 'film', reason: 'Mira Novak is my aunt' });
  return d;
}
const ORDERS = { speaker: 'Mira Novak', as: 'erased-7', mentions: true };

test('what rests on a speaker is withdrawn, and nothing that the speaker said or that was written there is left', () => {
  const d = scene();
  expect(speakerIn(d.campaign, { ...ORDERS, clips: ['a.mp4'] })).toEqual({
    turns: 3,
    items: 3,
    resting: ['hers', 'film', 'rests'],
    texts: 5,
    mentions: 5, // Tom's turn in two items and once as the utterance, a cause and its reasoning; what is emptied is not counted
  });
  d.does('lea', 'erase-speaker', { ...ORDERS, clips: ['a.mp4'] });
  const status = (id: string) => statusOf(d.campaign.items.get(id)!, POLICY);
  expect(['hers', 'rests', 'named', 'film'].map(status)).toEqual(['withdrawn', 'withdrawn', 'published', 'withdrawn']);
  expect(written(d.campaign)).not.toMatch(HERS);
  expect(results(d.campaign)).toMatchObject([
    { cause: 'erased-7 went away.', item: { turns: [{ speaker: 'erased-7', text: '[erased]' }, {}, {}] } },
  ]);
  const turns = d.campaign.items.get('named')!.item.turns!;
  expect(turns[1]!.text).toBe('A what, erased-7? Mira, mira!'); // the whole name alone was asked for
  expect(d.campaign.items.get('rests')!.authors.get('ann')!.writing).toMatchObject({
    cause: '[erased]',
    evidence: { text: [{ turn: 0 }] },
  });
});

test('a log that was rewritten for good gives the same campaign, and can be read again', () => {
  const d = scene();
  const event = d.does('lea', 'erase-speaker', { ...ORDERS, clips: ['a.mp4'] });
  expect(event).toMatchObject({ type: 'speaker-erased', items: ['hers', 'film', 'rests'] });
  const rewritten = d.events.map(speakerless(event as never));
  expect(HERS.exec(JSON.stringify(rewritten))?.[0]).toBeUndefined();
  expect(written(fold(rewritten.map((one) => parseEvent(one))))).toBe(written(d.campaign));
  expect(fold(rewritten).refused).toEqual([]);
  expect(d.ask('lea', 'erase-speaker', { ...ORDERS, clips: ['a.mp4'] }, event.id)).toEqual({ events: [] }); // asked again
});

test('without mentions, what others say stays; a name that only others say is no speaker', () => {
  const d = scene();
  d.does('lea', 'erase-speaker', { ...ORDERS, mentions: false, clips: [] });
  expect(written(d.campaign)).toContain('A what, MIRA NOVAK?');
  expect(written(d.campaign)).not.toContain('My secret');
  expect(speakerIn(d.campaign, { speaker: 'Mira', mentions: true, clips: [] })).toMatchObject({ turns: 0, resting: [] });
});

test('in a closed campaign, too; after a person was erased, and before', () => {
  const d = scene();
  d.does('lea', 'close', {});
  d.does('lea', 'erase', { person: 'ann', texts: false });
  d.does('lea', 'erase-speaker', { ...ORDERS, clips: [] });
  d.does('lea', 'erase', { person: 'ben', texts: true });
  d.does('lea', 'withdraw', { item: 'film', reason: 'a zither' });
  d.does('lea', 'erase-speaker', { speaker: 'Tom', as: 'erased-8', mentions: true, clips: [] });
  expect(/novak|Tom|hide it|"ann"|"ben"/i.exec(written(d.campaign))?.[0]).toBeUndefined();
  expect(written(fold(d.campaign.events.values()))).toBe(written(d.campaign));
});

test('texts that grow stay as long as they may be', () => {
  const d = desk({ items: 1 });
  d.does('lea', 'erase-speaker', { speaker: 'No', as: 'erased-1', mentions: true, clips: [] });
  drafted(d, 'i1', 0.5);
  d.does('ann', 'say', { item: 'i1', text: 'Al '.repeat(666) });
  const event = d.does('lea', 'erase-speaker', { speaker: 'Al', as: 'erased-2', mentions: true, clips: [] });
  const rewritten = d.events.map(speakerless(event as never));
  expect(written(fold(rewritten.map((one) => parseEvent(one))))).toBe(written(d.campaign));
});
