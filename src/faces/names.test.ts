import { describe, expect, test } from 'vitest';
import { namesOf, withNames } from './names.ts';
import type { Speaker, Utterance } from './speaker.ts';

describe('names', () => {
  const evidence = (totals: Readonly<Record<number, number>>) =>
    Object.entries(totals).map(([track, total]) => ({ track: Number(track), correlation: 0, motion: 0, total }));
  const heard = (totals: Readonly<Record<number, number>>, track: Speaker['track'] = 'unknown', confidence = 0): Speaker => ({
    track,
    confidence,
    ...(track === 'unknown' ? { reason: 'tie' as const } : { by: 'mouth' as const }),
    evidence: evidence(totals),
  });
  const said = (speaker: string | undefined, start = 0): Utterance => ({ start, end: start + 1, speaker });

  test('one face a name, by the evidence of all its utterances', () => {
    // Ross’s second line alone would go to track 2, which Rachel needs more.
    const dialogue = [said('Ross'), said('Rachel'), said('Ross'), said('Rachel'), said(undefined)];
    const spoken = [heard({ 1: 1.6, 2: 0.1 }), heard({ 1: 0.9, 2: 1.9 }), heard({ 1: 1.0, 2: 1.1 }), heard({ 2: 1.5 }), heard({ 1: 9 })];
    expect(namesOf(dialogue, spoken)).toEqual([
      { speaker: 'Ross', track: 1, confidence: expect.closeTo(1 - Math.exp(-2 * 1), 6), utterances: 2 },
      { speaker: 'Rachel', track: 2, confidence: expect.closeTo(1 - Math.exp(-2 * 1.8), 6), utterances: 2 },
    ]);
  });

  test('a name whose faces never move with its words stays unknown', () => {
    expect(namesOf([said('Joey'), said('Joey')], [heard({ 1: 0.2 }), heard({})])).toEqual([
      { speaker: 'Joey', track: 'unknown', confidence: 0, utterances: 0 },
    ]);
    expect(namesOf([said(undefined)], [heard({ 1: 2 })])).toEqual([]);
  });

  const links = [
    { speaker: 'Ross', track: 1, confidence: 0.9, utterances: 3 },
    { speaker: 'Joey', track: 3, confidence: 0.2, utterances: 1 },
  ] as const;
  const everywhere = () => true;
  const linked = (utterance: Utterance, own: Speaker, visible: (track: number, u: Utterance) => boolean = everywhere) =>
    withNames([utterance], [own], links, visible)[0];

  test('a linked name speaks for utterances whose own frames say nothing, where its face is in the picture', () => {
    expect(linked(said('Ross'), heard({}))).toEqual({ track: 1, confidence: 0.9, by: 'name', evidence: [] });
    expect(linked(said('Ross'), heard({}), () => false)).toMatchObject({ track: 'unknown', reason: 'off-screen' });
    expect(linked(said('Ross'), heard({ 1: 2 }, 1, 0.8))).toMatchObject({ track: 1, by: 'mouth', confidence: expect.closeTo(0.98, 9) });
  });
  test('other names keep their own choice, unless that face is somebody else', () => {
    expect(linked(said('Rachel'), heard({ 2: 2 }, 2, 0.8))).toMatchObject({ track: 2, confidence: 0.8 });
    expect(linked(said('Rachel'), heard({ 1: 2 }, 1, 0.8))).toMatchObject({ track: 'unknown', reason: 'not linked' });
    expect(linked(said('Joey'), heard({ 2: 2 }, 2, 0.8))).toMatchObject({ track: 2 }); // its link is too weak to count
  });
});
