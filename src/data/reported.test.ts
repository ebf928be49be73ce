import { expect, test } from 'vitest';
import { type Person, reported } from './reported.ts';

const MIRA: Person = { name: 'Mira', pronoun: 'she' };
const TOM: Person = { name: 'Tom', pronoun: 'he' };

test.each([
  ['I want you to stay!', 'she wants Tom to stay'],
  ["Oh, well, I'm so proud of you.", 'she is so proud of Tom'],
  ['You never call me back.', 'Tom never calls her back'],
  ['I really hate my job.', 'she really hates her job'],
  ["I don't trust myself with you.", "she doesn't trust herself with Tom"],
  ['Look, this is all yours now.', "this is all Tom's now"],
  ["We're going to miss our train, Tom!", 'they are going to miss their train'],
  ['Are you there? The whole house is on fire! Run!', 'the whole house is on fire'],
  ['They didn’t take any of my suggestions!', "they didn't take any of her suggestions"],
  ['I try so hard… you wish me well.', 'she tries so hard, Tom wishes her well'],
  ['The dog, I think, ate it.', 'the dog, she thinks, ate it'],
])('%s', (said, told) => {
  expect(reported(said, MIRA, TOM)).toBe(told);
});

test('without somebody who is spoken to', () => {
  expect(reported('You are all very kind to me.', TOM)).toBe('they are all very kind to him');
});

test.each(['What?!', 'Hey!', 'Are you coming with us tonight', '', 'Really?', 'word '.repeat(40)])('nothing is stated in %j', (said) => {
  expect(reported(said, MIRA, TOM)).toBeUndefined();
});
