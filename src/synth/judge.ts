import { CAST } from './cast.ts';
import type { Truth } from './export.ts';
import { PICTURE_SITUATIONS, type PictureSituation } from './happenings.ts';
import { LOOK_SIGNS, SITUATION_SIGNS, type SituationName } from './judge-signs.ts';
import { LOOK_SITUATIONS } from './looks.ts';
import { PLACES } from './places.ts';
import { WORD_SITUATIONS } from './words.ts';
import type { Felt } from './world.ts';

/** Everything of the made world that a sentence names, each once. */
export interface Named {
  readonly situations: readonly SituationName[];
  /** Singular and in lower case. */
  readonly props: readonly string[];
  readonly looks: readonly Felt[];
  readonly people: readonly string[];
  readonly places: readonly string[];
}

/** Which parts of a cause an explanation names, and no others of their sort beside them. A part that the true cause does not name is absent. */
export interface Judgement {
  readonly situation: boolean;
  /** What it is about: a thing, an animal, a town. */
  readonly prop: boolean;
  /** How the other one looks, where that is the cause. */
  readonly look?: boolean;
  readonly person?: boolean;
  readonly place?: boolean;
  /** It is this cause and none of its alternatives: the situation, with its face where the cause is one, else with what it is about. */
  readonly right: boolean;
}

/** What of a truth decides whether an explanation of it is right. */
export type Judged = Pick<Truth, 'kind' | 'situation' | 'prop' | 'faces' | 'speaker' | 'other' | 'place'>;

/**
 * Whether an explanation is right about the made world. Its wording does not count: openings and articles are passed over, and a situation is known by
 * single words (judge-signs.ts). A sentence that names two situations, two things or two faces is a list and never right, whatever else is in it.
 * Negations are not understood: `Ben had not broken her kite` names a broken kite.
 */
export function judge(text: string, truth: Judged): Judgement {
  const { situations, props, looks, people, places } = namedIn(text);
  const situation = only(situations, truth.situation);
  const prop = only(props, singular(truth.prop));
  if (truth.kind === 'picture') {
    const { names }: PictureSituation = PICTURE_SITUATIONS[truth.situation as keyof typeof PICTURE_SITUATIONS];
    const place = only(places, truth.place);
    return { situation, prop, ...(names ? { person: isOther(people, truth) } : {}), place, right: situation && prop };
  }
  const person = isOther(people, truth);
  if (truth.kind === 'word') return { situation, prop, person, right: situation && prop };
  const look = only(looks, truth.faces[truth.other]!);
  return { situation, prop, look, person, right: situation && look && props.length < 2 };
}

/** What a cause is, without the people and rooms that it is told with: `broke/kite`, or `praise/joy` where it is a face. */
export const causeOf = ({ kind, situation, prop, faces, other }: Judged): string => `${situation}/${kind === 'face' ? faces[other] : prop}`;

/** Reads a sentence. Feelings count as faces behind the opening only, since that names the speaker's own. */
export function namedIn(text: string): Named {
  const body = withoutOpening(text.toLowerCase().replace(/[^a-z]+/g, ' '));
  const places = PLACES.flatMap(({ name }) => (has(body, name) ? [name] : []));
  const said = places
    .reduce((rest, name) => rest.replaceAll(name, ' '), body)
    .replace(/\b(a|an|the)\b/g, ' ')
    .replace(/ +/g, ' ');
  const words = new Set(said.split(' ').map(singular));
  return {
    situations: signsIn(SITUATION_SIGNS, said),
    props: PROPS.filter((prop) => words.has(prop)),
    looks: signsIn(LOOK_SIGNS, said),
    people: CAST.flatMap(({ name }) => (has(body, name.toLowerCase()) ? [name] : [])),
    places,
  };
}

/** Without `the reason why she was sad is that`, as often as it comes; or else without what stands before a `because` (not one `of` somebody). */
function withoutOpening(text: string): string {
  const body = text.replace(/\breason( why)? \w+ (is|was|feels|felt) .*?\b(is|was) (that|because)\b/g, ' ');
  return body === text ? text.replace(/^.*?\bbecause\b(?! of\b)/, ' ') : body;
}

/** A noun without its plural ending, in lower case: good enough for the nouns of this world, and the same on both sides. */
const singular = (word: string): string => word.toLowerCase().replace(/(?<=o|ch|sh|x)es$|(?<=[a-z]{2}[^s])s$/, '');

const PROPS: readonly string[] = [
  ...new Set(
    [
      ...Object.values(WORD_SITUATIONS).flatMap(({ props }) => props as readonly string[]),
      ...Object.values(PICTURE_SITUATIONS).flatMap(({ props }) => Object.keys(props)),
      ...Object.values(LOOK_SITUATIONS).flatMap(({ props }) => props as readonly string[]),
    ].map(singular),
  ),
];

const signsIn = <K extends string>(signs: Readonly<Record<K, RegExp>>, said: string): K[] =>
  (Object.entries(signs) as [K, RegExp][]).flatMap(([name, sign]) => (sign.test(said) ? [name] : []));

const has = (text: string, name: string): boolean => ` ${text} `.includes(` ${name} `);
const only = (found: readonly string[], wanted: string): boolean => found.length === 1 && found[0] === wanted;
const isOther = (people: readonly string[], { speaker, other }: Judged): boolean =>
  only(
    people.filter((name) => name !== speaker),
    other,
  );
