/** What explanations are judged by (Wang et al. 2025, §5.4.2), and what the ends of the scale mean. */
export const CRITERIA = [
  {
    name: 'coherence',
    label: 'Coherence',
    about: 'Does it hang together, and follow from the conversation?',
    low: 'contradicts itself or the scene',
    high: 'follows at every step',
  },
  {
    name: 'fluency',
    label: 'Fluency',
    about: 'Does it read as a person would write it?',
    low: 'hardly to be read',
    high: 'without a fault',
  },
  {
    name: 'relevance',
    label: 'Relevance',
    about: 'Does it say why this emotion is read in this speaker?',
    low: 'about something else',
    high: 'names what led to it',
  },
] as const;

export type Criterion = (typeof CRITERIA)[number]['name'];

/** The scale. */
export const SCALE = [1, 2, 3, 4, 5] as const;
