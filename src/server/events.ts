/** What the server remembers besides annotation: an append-only log, too. Whatever is not an event (an upload's bytes) is a file that an event names. */
import { z } from 'zod';
import { EMOTIONS } from '../base/emotion.ts';
import { CRITERIA, SCALE } from '../metrics/index.ts';

/** Owners run the place and may do everything here; what each may do in a campaign, the campaign says. */
export const ROLES = ['owner', 'annotator', 'voter', 'rater', 'viewer'] as const;
export type Role = (typeof ROLES)[number];
/** What somebody can be in a project: owners need not be in it. */
export const MEMBER_ROLES = ['annotator', 'voter', 'rater', 'viewer'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

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
const memberRoles = z.array(z.enum(MEMBER_ROLES)).min(1);
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
  /** The film beside it, and the second up to which it may be seen; see `Item` of the protocol, which has all of these. */
  clip: id.optional(),
  until: z.number().min(0).optional(),
  utterance: z.int().min(0).optional(),
  emotion: z.enum(EMOTIONS).optional(),
  turns: z
    .array(
      z.object({
        number: z.int().min(0),
        speaker: name.optional(),
        text,
        start: z.number().min(0).optional(),
        end: z.number().min(0).optional(),
      }),
    )
    .max(1000)
    .optional(),
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
  /**
   * The account is closed, and its id is the pseudonym from the beginning; with `texts`, also what was made for it goes. Until it is finished, a server that opens
   * this log goes on with it; both names are one once the log itself was changed.
   */
  z.object({ ...happened, type: z.literal('person-erased'), account: name, as: name, texts: z.boolean() }),
  /** Nothing of the person is left; somebody else may get the id. */
  z.object({ ...happened, type: z.literal('erasure-finished'), erasure: id }),
  /**
   * Somebody of a project's films and dialogues is `as` from the beginning, and what this person said is gone; films, data sets and explanations are removed by
   * events of their own. Until it is finished, a server that opens this log goes on with it; both names are one once the log itself was changed: what
   * stays is who did it, when, and how much there was.
   */
  z.object({
    ...happened,
    type: z.literal('name-erased'),
    project: id,
    name,
    as: name,
    /** Whether the name goes wherever else it was written, too. */
    mentions: z.boolean(),
    /** Those that had the person, or the name, in any version. */
    dialogues: z.array(id).max(100_000),
    files: z.array(id).max(10_000),
    sets: z.array(id).max(10_000),
    campaigns: z.array(name).max(10_000),
    counts: z.object({ turns: z.int(), mentions: z.int(), explanations: z.int(), rated: z.int() }),
  }),
  z.object({
    ...happened,
    type: z.literal('project-made'),
    project: id,
    title: name,
    purpose: z.enum(PURPOSES),
    /** Where the purpose is one that is otherwise refused. */
    exception: z.object({ ground: z.enum(['medical', 'safety']), reason: text }).optional(),
    textOnly: z.boolean(),
    /** Who works in it; absent: everybody with an account may enter, as in all projects that were made before there were members. */
    members: z.array(z.object({ account: name, roles: memberRoles })).optional(),
  }),
  /** From the first member on, a project is closed to everybody else but owners. */
  z.object({ ...happened, type: z.literal('member-set'), project: id, account: name, roles: memberRoles }),
  z.object({ ...happened, type: z.literal('member-removed'), project: id, account: name }),
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
  /** Another transcript, in place of the one of this version; the first one has version 1. */
  z.object({
    ...happened,
    type: z.literal('dialogue-changed'),
    dialogue: id,
    version: z.int().min(1),
    utterances: z.array(utterance).min(1).max(2000),
  }),
  z.object({ ...happened, type: z.literal('dialogue-removed'), dialogue: id }),
  z.object({ ...happened, type: z.literal('set-begun'), dataset: id, project: id, name, bytes: z.int().min(1) }),
  /** All of it is there, and can be read. */
  z.object({
    ...happened,
    type: z.literal('set-received'),
    dataset: id,
    sha256: digest,
    kind: z.enum(['ecem', 'meld', 'ecf', 'set', 'pairs']),
    entries: z.int().min(0),
    pairs: z.int().min(0),
  }),
  /** Its bytes and reports are gone. */
  z.object({ ...happened, type: z.literal('set-removed'), dataset: id }),
  /** The doctor has looked at it; the report lies in a file. */
  z.object({
    ...happened,
    type: z.literal('set-examined'),
    dataset: id,
    counts: z.object({ error: z.int(), warning: z.int(), note: z.int() }),
  }),
  /** A gate was tried on the pairs of a data set: scores of those that belong together, and of shuffled ones; null is none. */
  z.object({
    ...happened,
    type: z.literal('gate-calibrated'),
    calibration: id,
    project: id,
    name,
    signature: z.string().max(2000),
    seed: z.int().min(0),
    matched: z.array(z.number().nullable()),
    shuffled: z.array(z.number().nullable()),
  }),
  /** Of findings by their ids; `open` takes a decision back. */
  z.object({
    ...happened,
    type: z.literal('findings-decided'),
    dataset: id,
    findings: z
      .array(z.string().regex(/^[0-9a-f]{16}$/))
      .min(1)
      .max(50_000),
    decision: z.enum(['accepted', 'refused', 'open']),
  }),
  /** The job of this id was asked for. */
  z.object({
    ...happened,
    type: z.literal('explanation-asked'),
    job: id,
    project: id,
    dialogue: id,
    question: z.object({
      utterance: z.int().min(0),
      emotion: z.enum(EMOTIONS),
      file: id.optional(),
      modalities: z.array(z.string().max(40)).optional(),
      maxNew: z.int().min(1),
      model: z.string().max(200).optional(),
      evidence: z.boolean().optional(),
    }),
  }),
  /** What came of it, with its receipt. */
  z.object({
    ...happened,
    type: z.literal('explanation-over'),
    job: id,
    state: z.enum(['done', 'failed', 'stopped']),
    result: z.record(z.string(), z.unknown()).optional(),
    problem: z.record(z.string(), z.unknown()).optional(),
  }),
  z.object({ ...happened, type: z.literal('explanation-removed'), job: id }),
  z.object({
    ...happened,
    type: z.literal('study-opened'),
    study: id,
    project: id,
    title: name,
    items: z.array(ratedItem).min(1).max(5000),
  }),
  z.object({ ...happened, type: z.literal('rated'), study: id, item: name, system: name, scores }),
  /** A campaign was opened with what a project has. */
  z.object({ ...happened, type: z.literal('campaign-set-up'), campaign: name, project: id }),
]);

/** Something that happened. */
export type ServerEvent = z.infer<typeof serverEvent>;
export type ServerEventOf<T extends ServerEvent['type']> = Extract<ServerEvent, { type: T }>;
export type Scores = z.infer<typeof scores>;
export type RatedItem = z.infer<typeof ratedItem>;
