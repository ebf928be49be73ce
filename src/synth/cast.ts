/** Which drawing of `HAIRS` and what else is on a head. */
export type HairStyle = 'bob' | 'bun' | 'crop' | 'curls' | 'long' | 'parted' | 'quiff' | 'tail';

/** Somebody of the made world: always the same looks and the same voice. */
export interface Character {
  readonly name: string;
  readonly pronoun: 'he' | 'she';
  /** Colours as CSS writes them. */
  readonly skin: string;
  readonly hair: string;
  readonly style: HairStyle;
  readonly shirt: string;
  readonly eyes: string;
  readonly extra?: 'glasses' | 'beard' | 'earrings' | 'freckles' | 'moustache';
  /** Width of the head, 1 is average. */
  readonly broad: number;
  /** Pitch of the voice at rest, in Hz. */
  readonly pitch: number;
}

/** Everybody. Men and women in equal numbers, so that a pronoun tells little. */
export const CAST: readonly Character[] = [
  {
    name: 'Ada',
    pronoun: 'she',
    skin: '#f2c9ab',
    hair: '#5a3320',
    style: 'long',
    shirt: '#b8405e',
    eyes: '#4d7343',
    broad: 0.96,
    pitch: 208,
  },
  {
    name: 'Ben',
    pronoun: 'he',
    skin: '#e9b793',
    hair: '#3a2a20',
    style: 'curls',
    shirt: '#3d6fa5',
    eyes: '#4a3524',
    broad: 1.04,
    pitch: 118,
  },
  {
    name: 'Cleo',
    pronoun: 'she',
    skin: '#b17650',
    hair: '#1f1715',
    style: 'curls',
    shirt: '#e0a526',
    eyes: '#3a2519',
    extra: 'earrings',
    broad: 0.98,
    pitch: 196,
  },
  {
    name: 'Dan',
    pronoun: 'he',
    skin: '#f0c6a4',
    hair: '#b5672e',
    style: 'quiff',
    shirt: '#4f8a5b',
    eyes: '#3f6d8c',
    extra: 'freckles',
    broad: 0.98,
    pitch: 128,
  },
  {
    name: 'Eva',
    pronoun: 'she',
    skin: '#f5d3b8',
    hair: '#d9b25c',
    style: 'bun',
    shirt: '#5b5ea6',
    eyes: '#4a7fa5',
    extra: 'glasses',
    broad: 0.95,
    pitch: 220,
  },
  {
    name: 'Finn',
    pronoun: 'he',
    skin: '#a9714c',
    hair: '#1c1613',
    style: 'crop',
    shirt: '#d8693f',
    eyes: '#2f1e14',
    extra: 'beard',
    broad: 1.02,
    pitch: 108,
  },
  {
    name: 'Gita',
    pronoun: 'she',
    skin: '#bf8459',
    hair: '#211916',
    style: 'tail',
    shirt: '#2f8f8b',
    eyes: '#3b2517',
    broad: 0.96,
    pitch: 202,
  },
  {
    name: 'Hugo',
    pronoun: 'he',
    skin: '#eabf9f',
    hair: '#5b3c26',
    style: 'parted',
    shirt: '#7a4b8c',
    eyes: '#54708a',
    extra: 'moustache',
    broad: 1.05,
    pitch: 98,
  },
  {
    name: 'Ines',
    pronoun: 'she',
    skin: '#dba77f',
    hair: '#7b2f22',
    style: 'bob',
    shirt: '#3f7d4e',
    eyes: '#5a4326',
    broad: 0.99,
    pitch: 188,
  },
  {
    name: 'Jonas',
    pronoun: 'he',
    skin: '#f3cdb0',
    hair: '#c9a35a',
    style: 'parted',
    shirt: '#8c3b3b',
    eyes: '#4c7a9c',
    extra: 'glasses',
    broad: 1,
    pitch: 124,
  },
];
