/** What the server remembers besides annotation: an append-only log, too. Whatever is not an event (an upload's bytes) is a file that an event names. */
import { z } from 'zod';
import { EMOTIONS } from '../base/emotion.ts';
import { CRITERIA, SCALE } from '../metrics/index.ts';

/** Owners run the place and may do everything here; what each may do in a campaign, the campaign says. */
export const ROLES = ['owner', 'annotator', 'voter', 'rater', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What people are looked at for. The last two are forbidden in the EU unless for medical or safety reasons: Regulation (EU) 2024/1689, Art. 5(1)(f). */
export const PURPOSES = ['research', 'media', 'consented', 'clinical', 'workplace', 'education'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** An id or a name in one line: no control characters, no half characters. */
export const name = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text === text.trim() && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), 'one line, no spaces at the ends');
/** Anything that a person writes. */
export const text = z
  .string()
  .max(20_000)
  .refine((written) => !/\p{Cs}|\0/u.test(written), 'text in Unicode');
/** An id that the server made. */
export const id = z.string().regex(/^[0-9a-f]{32}$/);
const roles = z.array(z.enum(ROLES)).min(1);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** One turn of a dialogue. */
export const utterance = z.object({
  number: z.int().min(0),
  speaker: name.optional(),
  text,
  start: z.number().min(0).optional(),
  end: z.number().min(0).optional(),
  emotion: z.enum(EMOTIONS).optional(),
});
/** What is to be rated of one item: the same question, answered by several systems. */
export const ratedItem = z.object({
  id: name,
  context: text,
  texts: z
    .array(z.object({ system: name, text }))
    .min(1)
    .max(50),
});
/** One to five for each criterion that was rated. */
export const scores = z.object(
  Object.fromEntries(CRITERIA.map((criterion) => [criterion, z.int().min(SCALE.min).max(SCALE.max)])) as Record<
    (typeof CRITERIA)[number],
    z.ZodInt
  >,
);

const happened = { id, at: z.iso.datetime(), by: name };

/** An event in its form. */
export const serverEvent = z.discriminatedUnion('type', [
  /** Somebody may join under this id. Of the word that lets in, only a digest is kept. */
  z.object({ ...happened, type: z.literal('invited'), account: name, roles, token: digest, until: z.iso.datetime() }),
  z.object({ ...happened, type: z.literal('joined'), account: name, name, password: z.string(), token: digest }),
  z.object({ ...happened, type: z.literal('roles-changed'), account: name, roles }),
  /** All tickets of the account are void. */
  z.object({ ...happened, type: z.literal('signed-out'), account: name }),
  z.object({ ...happened, type: z.literal('account-closed'), account: name }),
  z.object({
    ...happened,
    type: z.literal('project-made'),
    project: id,
    title: name,
    purpose: z.enum(PURPOSES),
    /** Where the purpose is one that is otherwise refused. */
    exception: z.object({ ground: z.enum(['medical', 'safety']), reason: text }).optional(),
    textOnly: z.boolean(),
  }),
  z.object({ ...happened, type: z.literal('upload-begun'), file: id, project: id, name, bytes: z.int().min(1) }),
  z.object({
    ...happened,
    type: z.literal('file-received'),
    file: id,
    sha256: digest,
    container: z.string(),
    duration: z.number(),
    picture: z.boolean(),
    sound: z.boolean(),
  }),
  /** Its bytes are gone. */
  z.object({ ...happened, type: z.literal('file-removed'), file: id }),
  z.object({
    ...happened,
    type: z.literal('dialogue-added'),
    dialogue: id,
    project: id,
    name,
    utterances: z.array(utterance).min(1).max(2000),
  }),
  z.object({ ...happened, type: z.literal('dialogue-removed'), dialogue: id }),
  z.object({
    ...happened,
    type: z.literal('study-opened'),
    study: id,
    project: id,
    title: name,
    items: z.array(ratedItem).min(1).max(5000),
  }),
  z.object({ ...happened, type: z.literal('rated'), study: id, item: name, system: name, scores }),
]);

/** Something that happened. */
export type ServerEvent = z.infer<typeof serverEvent>;
export type ServerEventOf<T extends ServerEvent['type']> = Extract<ServerEvent, { type: T }>;
export type Scores = z.infer<typeof scores>;
export type RatedItem = z.infer<typeof ratedItem>;
