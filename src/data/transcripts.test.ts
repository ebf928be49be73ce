import { expect, test } from 'vitest';
import { parseTranscripts } from './transcripts.ts';

const PLAY = `Written by: Somebody Else
Transcribed by: A Fan

Mira: There's nothing to tell! (laughs) He's just a guy.
Tom: C'mon.
The door opens.
Dr. Green: Is it on?

Mira: Alone.
Scene: A corridor.
Tom: Hi.
Mira: [waves] Hello again.
`;

test('scenes are dialogues; what nobody says is left out', () => {
  expect(parseTranscripts(PLAY)).toEqual([
    {
      id: '0',
      utterances: [
        { number: 0, speaker: 'Mira', text: "There's nothing to tell! He's just a guy." },
        { number: 1, speaker: 'Tom', text: "C'mon." },
        { number: 2, speaker: 'Dr. Green', text: 'Is it on?' },
      ],
    },
    {
      id: '1',
      utterances: [
        { number: 0, speaker: 'Tom', text: 'Hi.' },
        { number: 1, speaker: 'Mira', text: 'Hello again.' },
      ],
    },
  ]);
});

test('line ends of any system, and no scene at all', () => {
  expect(parseTranscripts('A: one\r\nB: two\r\n\r\nA: three\r\nB: four')).toHaveLength(2);
  expect(parseTranscripts('nothing is said here')).toEqual([]);
});
