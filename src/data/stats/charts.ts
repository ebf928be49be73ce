import type { SetStats } from './summary.ts';
import { as, type Drawing, fitted, LETTER, label, type Role, round, ticksTo } from './svg.ts';

const WIDTH = 960;
const MARGIN = 24;
const ROW = 28;
const NAMES = 84;
const TOP = 104;
const GAP = 36;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The paper's Figure 3: how long explanations are, in words between white space, in all and for each emotion; a second set on the right. */
export function lengthsDrawing(sets: readonly SetStats[]): Drawing {
  const shown = sets.map((set) => {
    const { all, each } = set.lengths.whitespace;
    const rows = [
      { name: 'all', lengths: all },
      ...set.emotions.map(({ emotion }) => ({ name: emotion as string, lengths: each[emotion] })),
    ];
    return { name: set.name, rows: rows.flatMap(({ name, lengths }) => (lengths === undefined ? [] : [{ name, lengths }])) };
  });
  const high = Math.max(1, ...shown.flatMap(({ rows }) => rows.map(({ lengths }) => lengths.max)));
  const width = (WIDTH - 2 * MARGIN - (shown.length - 1) * GAP) / shown.length;
  const bottom = TOP + Math.max(...shown.map(({ rows }) => rows.length)) * ROW;
  const body = shown.flatMap(({ name, rows }, i) => {
    const left = MARGIN + i * (width + GAP) + NAMES;
    const plot = width - NAMES - 104;
    const ticks = ticksTo(high, Math.floor(plot / 50));
    const at = (words: number) => round(left + (words / ticks.at(-1)!) * plot);
    return [
      label('panel', fitted(name, Math.floor(width / (LETTER * 1.1))), { x: left - NAMES, y: TOP - 14 }),
      ...ticks.map((tick) => `<path ${as('grid')} d="M${at(tick)} ${TOP}V${bottom}"/>`),
      ...ticks.map((tick) => label('muted', `${tick}`, { x: at(tick), y: bottom + 15, middle: true })),
      ...rows.flatMap(({ name: emotion, lengths: { min, max, mean, quartiles } }, k) => {
        const y = TOP + k * ROW + ROW / 2;
        return [
          label('words', emotion, { x: left - 10, y: y + 4, end: true }),
          `<path ${as('reach')} d="M${at(min)} ${y - 5}v10M${at(min)} ${y}H${at(max)}M${at(max)} ${y - 5}v10"/>`,
          `<rect ${as('middle')} x="${at(quartiles[0])}" y="${y - 6}" width="${Math.max(1, round(at(quartiles[2]) - at(quartiles[0])))}" height="12" rx="1.5"/>`,
          `<circle ${as('first')} cx="${at(mean)}" cy="${y}" r="4"/>`,
          label('muted', `${min} · ${mean.toFixed(1)} · ${max}`, { x: left + plot + 12, y: y + 4 }),
        ];
      }),
    ];
  });
  return {
    title: 'Length of explanations, in words',
    described: shown
      .map(
        ({ name, rows }) =>
          `${name}: ${rows.map(({ name: emotion, lengths: { min, mean, max } }) => `${emotion} from ${min} to ${max}, mean ${mean.toFixed(2)}`).join('; ')}.`,
      )
      .join(' '),
    width: WIDTH,
    height: bottom + 44,
    body: [
      label('title', 'Length of explanations, in words', { x: MARGIN, y: MARGIN + 18 }),
      label(
        'muted',
        'Lines reach from the shortest to the longest; bars hold the middle half; dots are means. Numbers: shortest · mean · longest.',
        { x: MARGIN, y: MARGIN + 38 },
      ),
      ...body,
    ],
  };
}

const COLOURS: readonly Role[] = ['first', 'second'];

/** The paper's Figure 4: the share of each emotion; of a second set below it. */
export function emotionsDrawing(sets: readonly SetStats[]): Drawing {
  const names = [...new Set(sets.flatMap(({ emotions }) => emotions.map(({ emotion }) => emotion)))].sort();
  const shareOf = (set: SetStats, emotion: string) => set.emotions.find((one) => one.emotion === emotion)?.share ?? 0;
  const ticks = ticksTo(Math.max(0.01, ...sets.flatMap(({ emotions }) => emotions.map(({ share }) => share))), 8);
  const [left, plot] = [MARGIN + NAMES, WIDTH - 2 * MARGIN - NAMES - 60];
  const at = (share: number) => round(left + (share / ticks.at(-1)!) * plot);
  const bar = 14;
  const row = sets.length * (bar + 2) + 12;
  const bottom = TOP + names.length * row;
  return {
    title: 'Share of each emotion',
    described: sets
      .map((set) => `${set.name}: ${names.map((emotion) => `${emotion} ${percent(shareOf(set, emotion))}`).join(', ')}.`)
      .join(' '),
    width: WIDTH,
    height: bottom + 44,
    body: [
      label('title', 'Share of each emotion', { x: MARGIN, y: MARGIN + 18 }),
      ...sets.flatMap((set, i) => [
        `<rect ${as(COLOURS[i % 2]!)} x="${MARGIN + i * 460}" y="${MARGIN + 30}" width="12" height="12" rx="1.5"/>`,
        label('muted', `${fitted(set.name, 36)} (${set.entries})`, { x: MARGIN + i * 460 + 20, y: MARGIN + 40 }),
      ]),
      ...ticks.map((tick) => `<path ${as('grid')} d="M${at(tick)} ${TOP}V${bottom}"/>`),
      ...ticks.map((tick) => label('muted', `${Number((100 * tick).toFixed(1))} %`, { x: at(tick), y: bottom + 15, middle: true })),
      ...names.flatMap((emotion, k) => {
        const y = TOP + k * row + 6;
        return [
          label('words', emotion, { x: left - 10, y: y + (sets.length * (bar + 2)) / 2 + 4, end: true }),
          ...sets.flatMap((set, i) => {
            const share = shareOf(set, emotion);
            const top = y + i * (bar + 2);
            return [
              `<rect ${as(COLOURS[i % 2]!)} x="${left}" y="${top}" width="${round(at(share) - left)}" height="${bar}" rx="1.5"/>`,
              label('muted', percent(share), { x: at(share) + 6, y: top + 11 }),
            ];
          }),
        ];
      }),
    ],
  };
}
