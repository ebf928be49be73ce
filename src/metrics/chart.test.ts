import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { compared } from '../../test/support/compared.ts';
import { xmlFault } from '../../test/support/xml.ts';
import { tableChart } from './chart.ts';
import { tableOf } from './table.ts';

const chartOf = (names?: readonly string[]) => tableChart(tableOf(compared(names), { paper: true, comparable: [] }));

test.each([
  ['hostile names', undefined],
  ['one system', ['A']],
  [
    'many systems with long names',
    Array.from({ length: 40 }, (_, i) => `a system with a name that is far too long for its place, number ${i}`),
  ],
])('well-formed XML: %s', (_, names) => expect(xmlFault(chartOf(names))).toBeUndefined());

test('names are cut only where there is no room, and then whole as a tooltip', () => {
  for (let length = 1; length <= 32; length++) expect(chartOf(['x'.repeat(length)])).not.toContain('…');
  const long = `${'begin '.repeat(5)}${'end '.repeat(8)}`.trim();
  expect(chartOf([long])).toMatch(new RegExp(`<title>${long}</title>begin begin[^<]*…[^<]*end end<`));
});

test('nothing but n/a: no panel, and why', () => {
  const { metrics, ...rest } = compared(['A']);
  const svg = tableChart(tableOf({ ...rest, metrics: [metrics[1]!] }, { paper: false, comparable: [] }));
  expect(xmlFault(svg)).toBeUndefined();
  expect(svg).toContain('1 system, 0 metrics');
  expect(svg).toContain('! BERTScore: n/a (no encoder; `pull` it)');
});

test('the checker of XML sees faults', () => {
  for (const text of ['<a>', '<a></b>', '<a b="1" b="2"/>', '<a>&</a>', '<a>\u0001</a>', '<a/><b/>', '<a b=c/>'])
    expect(xmlFault(text)).toBeDefined();
});

test('it runs nothing and asks for nothing from elsewhere', () => {
  const svg = chartOf();
  expect(svg).not.toMatch(/<script|<foreignObject|<image|href|url\(|@import|\son\w+="/i);
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/<[^>]*https?:/);
});

test('every number is there to see and to hear; the paper is not', () => {
  const svg = chartOf(['A', 'B']);
  for (const text of [
    '−0.2500',
    '−0.3750',
    'BLEURT',
    'BLEU-4',
    'floor: template alone',
    '95 % interval',
    '! BERTScore: n/a (no encoder; `pull` it)',
  ]) {
    expect(svg).toContain(text);
  }
  expect(/<desc[^>]*>([^<]*)</.exec(svg)![1]).toBe(
    'BLEURT: A -0.2500 [-0.300, -0.210], B -0.3750 [-0.425, -0.335], template alone -0.5000 [-0.550, -0.460]. ' +
      'BLEU-4: A -0.2500 [-0.300, -0.210], B -0.3750 [-0.425, -0.335], template alone -0.5000 [-0.550, -0.460].',
  );
  expect(svg).not.toContain('Wang');
});

test('bars begin at zero and are as long as their numbers', () => {
  const svg = chartOf(['A', 'B', 'C']);
  const bars = [...svg.matchAll(/<rect class="(?:bar|winner)"[^>]* x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].slice(0, 3);
  const ends = bars.map(([, x, width]) => Number(x) + Number(width));
  expect(Math.max(...ends) - Math.min(...ends)).toBeLessThan(0.21); // coordinates have one decimal
  const lengths = bars.map(([, , width]) => Number(width) / Number(bars[0]![2]));
  expect(lengths[1]).toBeCloseTo(1.5, 1); // -0.25, -0.375, -0.5
  expect(lengths[2]).toBeCloseTo(2, 1);
});

test('a program without style sheets draws it as well', async () => {
  const image = await loadImage(Buffer.from(chartOf(['A', 'B'])));
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext('2d').drawImage(image, 0, 0);
  const { data } = canvas.getContext('2d').getImageData(0, 0, image.width, image.height);
  const count = (r: number, g: number, b: number) => {
    let found = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) found++;
    return found;
  };
  expect(count(255, 255, 255)).toBeGreaterThan(data.length / 8); // the ground
  expect(count(0x2f, 0x6d, 0xb5)).toBeGreaterThan(500); // the best
  expect(count(0x7f, 0xa8, 0xd9)).toBeGreaterThan(500); // the other
});
