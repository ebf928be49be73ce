import { expect, test } from 'vitest';
import { ecemText } from '../ecem.ts';
import { MELD_HEADER } from '../meld.ts';
import { checkEcem } from './ecem.ts';
import { checkMeld } from './meld.ts';
import { applyPatch, filePatch, type PatchManifest, parsePatch, patchManifest } from './patch.ts';

const TABLE = [
  MELD_HEADER,
  '1,"I?ve got ""some"", you’e told",Ross,joy,positive,5,0,1,1,"00:00:00,000","00:00:02,000"',
  '2,Itâ\u0080\u0099s late.,Joey,anger,negative,5,1,1,1,"00:00:02,000","00:00:03,000"',
  '',
].join('\r\n');

const ROWS = ecemText([
  {
    id: 0,
    video: '5_0.mp4',
    emotion: 'joy',
    speaker: 'Ross',
    text: 'He saidâ\u0080\u0099s \\ 😀',
    cause: '"Heâ\u0080\u0099s happy â\u0080?at last."',
  },
  { id: 1, video: '5_1.mp4', emotion: 'joy', speaker: 'Ross', text: 'Hi!', cause: 'The reason he is happ' },
]);

const patchOf = (name: string, content: string): PatchManifest => {
  const check = name.endsWith('.csv') ? checkMeld : checkEcem;
  return patchManifest([filePatch(name, Buffer.from(content), check(content, name).changes)]);
};

test.each([
  ['table.csv', TABLE, checkMeld],
  ['ecem.json', ROWS, checkEcem],
  ['with a mark of byte order.json', `\ufeff${ROWS}`, checkEcem],
  ['on one line.json', JSON.stringify(JSON.parse(ROWS)), checkEcem],
])('%s: repaired once, found whole, and the same a second time', (name, content, check) => {
  const manifest = parsePatch(JSON.stringify(patchOf(name, content.replace(/^\ufeff/, ''))), 'x');
  const bytes = Buffer.from(content);
  const own = content.startsWith('\ufeff') ? patchManifest([filePatch(name, bytes, check(content.slice(1), name).changes)]) : manifest;
  const once = applyPatch(own, bytes, name);
  const text = Buffer.from(once.bytes)
    .toString()
    .replace(/^\ufeff/, '');
  expect(once.repairs).toBeGreaterThan(0);
  expect(check(text, name).changes).toEqual([]);
  expect(check(text, name).symptoms.filter(({ repair }) => repair !== undefined)).toEqual([]);
  expect(applyPatch(own, once.bytes, name)).toEqual({ bytes: once.bytes, repairs: 0 });
});

test('only the letters that are wrong change, and only they are in the manifest', () => {
  const manifest = patchOf('table.csv', TABLE);
  const { bytes } = applyPatch(manifest, Buffer.from(TABLE), 'table.csv');
  expect(Buffer.from(bytes).toString()).toBe(TABLE.replace('I?ve', 'I’ve').replace('you’e', 'you’re').replace('â\u0080\u0099', '’'));
  expect(manifest.files[0]!.repairs).toMatchObject([
    {
      place: 'line 2, Utterance',
      codes: ['lost-mark'],
      edits: [
        { remove: 1, insert: '’' },
        { remove: 0, insert: 'r' },
      ],
    },
    { place: 'line 3, Utterance', codes: ['mojibake'], edits: [{ remove: 6, insert: '’' }] },
  ]);
  expect(JSON.stringify(manifest)).not.toMatch(/got|told|late/);
});

test('a file under another name is known by its content, another file is refused', () => {
  const manifest = patchOf('table.csv', TABLE);
  expect(applyPatch(manifest, Buffer.from(TABLE), 'renamed').repairs).toBe(2);
  expect(() => applyPatch(manifest, Buffer.from(`${TABLE} `), 'other')).toThrow(expect.objectContaining({ code: 'PATCH_OTHER_FILE' }));
});

test.each([
  ['no JSON', '{'],
  ['another format', '{"format":"x","version":1,"files":[]}'],
  ['another version', '{"format":"famenet patch","version":2,"files":[]}'],
  ['no files', '{"format":"famenet patch","version":1}'],
  ['a hash that is none', '{"format":"famenet patch","version":1,"files":[{"file":"a","sha256":"1","repaired":"2","repairs":[]}]}'],
])('%s is no manifest', (_, content) => {
  expect(() => parsePatch(content, 'm.json')).toThrow(expect.objectContaining({ code: 'PATCH_DAMAGED' }));
});

test.each([
  ['an edit of bytes that are not there', { at: 1e6 }],
  ['an edit of other bytes', { before: '0000000000000000' }],
  ['an edit that leads elsewhere', { insert: '!' }],
])('%s is refused', (_, change) => {
  const manifest = structuredClone(patchOf('table.csv', TABLE));
  Object.assign(manifest.files[0]!.repairs[0]!.edits[0]!, change);
  expect(() => applyPatch(manifest, Buffer.from(TABLE), 'table.csv')).toThrow(expect.objectContaining({ code: 'PATCH_DAMAGED' }));
});
