/** A question and its answer that move nobody. */
export const SMALL_TALK: readonly (readonly [string, string])[] = [
  ['Is there any tea left?', 'I think there is, on the left.'],
  ['Did you read the paper today?', 'Only the first two pages.'],
  ['What time is it now?', 'It must be about half past four.'],
  ['Have you called the office yet?', 'Not yet, I will do it later.'],
  ['Shall we take the bus tomorrow?', 'The bus or the tram, both are fine.'],
  ['Where did you put the keys?', 'They are next to the door.'],
  ['Are you free on Thursday?', 'In the morning, yes.'],
  ['Was the shop still open?', 'Yes, they close at eight.'],
  ['Do we need more paper?', 'We have two boxes, that is enough.'],
  ['Which film is on tonight?', 'The same one as last week.'],
];

/** What the other one is saying when something happens. */
export const LEADS: readonly string[] = [
  'So, I was saying that we could start at nine.',
  'Anyway, the meeting was about the usual things.',
  'And then they changed the timetable again.',
  'I will write it down before I forget it.',
  'That is all there is to tell about it.',
  'Let me just finish this sentence.',
];

/** What somebody says when something is seen to happen: the same, whatever it was and whatever they feel. */
export const EXCLAMATIONS: readonly string[] = [
  'Oh! Did you see that?',
  'Wait, look at that!',
  'Look over there, do you see it?',
  'Goodness, did that just happen?',
  'Hold on, look!',
];

/** What somebody says to news: the same, whatever it was and whatever they feel. */
export const REACTIONS: readonly string[] = [
  'I cannot believe what you just said.',
  'Wait, say that again.',
  'Are you serious about that?',
  'Did I hear you right?',
  'You are telling me this now?',
];

/** What somebody says to a face: the same, whatever the face was and whatever they feel. */
export const REPLIES: readonly string[] = [
  'Oh. Why do you say it like that?',
  'Well, you should see your face.',
  'Hm, that is how you feel about it?',
  'I did not expect you to look like that.',
];
