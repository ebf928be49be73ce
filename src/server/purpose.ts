/** What people may be looked at for, and what they have to be told. Not legal advice: docs/server.md names the sources. */
import { FameError } from '../base/errors.ts';
import type { Purpose } from './events.ts';
import type { Project } from './state.ts';

/** Where emotions are not to be read from faces, unless for medical or safety reasons: Regulation (EU) 2024/1689, Art. 5(1)(f). */
const FORBIDDEN: readonly Purpose[] = ['workplace', 'education'];
const SHORTEST = 20; // characters of a reason

/** Why people are on camera, as a notice says it. */
const WORDS: Readonly<Record<Purpose, string>> = {
  research: 'for a scientific study',
  media: 'as part of a film or programme that was made for the public',
  consented: 'because the people shown have agreed to it',
  clinical: 'as part of medical care or of a study of it',
  workplace: 'at a place of work',
  education: 'in a school or other place of education',
};

/** Throws PURPOSE_REFUSED for a place where this is forbidden, and PURPOSE_REASON where the exception is not explained, or there is nothing to except. */
export function checkPurpose({ purpose, exception }: Pick<Project, 'purpose' | 'exception'>): void {
  const forbidden = FORBIDDEN.includes(purpose);
  if (forbidden && exception === undefined)
    throw new FameError('PURPOSE_REFUSED', 'famenet does not read emotions at work or in education', {
      at: 'purpose',
      expected: 'research, media, consented or clinical; elsewhere a medical or safety reason, in words, which is kept',
      got: purpose,
      fix: 'the law forbids it in the EU (Regulation 2024/1689, Art. 5(1)(f)), except for medical or safety reasons: then give exception.ground and exception.reason',
    });
  if (exception === undefined) return;
  if (!forbidden || exception.reason.trim().length < SHORTEST)
    throw new FameError('PURPOSE_REASON', 'The exception is not one', {
      at: 'exception',
      expected: `a reason of at least ${SHORTEST} characters, for ${FORBIDDEN.join(' or ')}`,
      got: forbidden ? `${exception.reason.trim().length} characters` : purpose,
      fix: forbidden ? 'say what the medical or safety reason is' : 'leave the exception out',
    });
}

/** The refusal of what would open a film in a project that is about words only. */
export function checkFilms({ project, textOnly }: Pick<Project, 'project' | 'textOnly'>): void {
  if (!textOnly) return;
  throw new FameError('TEXT_ONLY', 'This project is about words only: it takes no films, and opens none', {
    at: project,
    fix: 'leave the film out, or make another project',
  });
}

/** What to hand to people who are on camera, as plain text to print. */
export function noticeOf({ title, purpose, exception, textOnly, at }: Omit<Project, 'members'>): string {
  const looked = textOnly
    ? ['What you said is read by a program, as text. No picture and no sound of you is looked at.']
    : ['A program follows the faces in these recordings and says how viewers would read their expressions, moment by moment.'];
  return `${[
    `NOTICE: ${title}`,
    '',
    `You are recorded ${WORDS[purpose]}.`,
    ...(exception === undefined
      ? []
      : [`This is done for ${exception.ground === 'medical' ? 'a medical' : 'a safety'} reason: ${exception.reason}`]),
    ...looked,
    'From this, and from what was said, it writes why viewers would say that a speaker shows an emotion.',
    'It does not know what anybody feels. An expression is no proof of a feeling, and the program is often wrong.',
    'Nobody may be judged, hired, dismissed or graded by what it says.',
    '',
    'You may ask what is kept of you, and have it erased. Ask: ______________________________',
    '',
    `This project was declared on ${at.slice(0, 10)}.`,
  ].join('\n')}\n`;
}
