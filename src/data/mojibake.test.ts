import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { isUnreadable, repairText } from './mojibake.ts';

/** UTF-8 read as Latin-1, as Windows-1252 (undefined where that has no sign) and as GBK. */
const asLatin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const asCp1252 = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text, 'utf8'));
const asGbk = (text: string) => new TextDecoder('gbk').decode(Buffer.from(text, 'utf8'));

describe('what ECEM and MELD have', () => {
  test.each([
    ['Ross\u00e2\u0080\u0099s ring', 'Ross’s ring'],
    ['Rossâ€™s ring', 'Ross’s ring'],
    ['RossÃ¢â‚¬â„¢s ring', 'Ross’s ring'],
    ['It\u0092s caf\u00e9 \u0093Chez\u0094\u0085', 'It’s café “Chez”…'],
    ['the r\u00c3\u00a9sum\u00c3\u00a9 of a cafÃ©.', 'the résumé of a café.'],
    ['Ãœber-macho, fianc\u00c3\u00a9\u0092s', 'Über-macho, fiancé’s'],
    ['StraÃŸe, 20 Â°C, Â«ouiÂ»', 'Straße, 20 °C, «oui»'],
    ['I鈥檓 sure y鈥檏now, 鈥榗ause it鈥檚 fun', 'I’m sure y’know, ‘cause it’s fun'],
    ['And that one鈥擠ude! I-I鈥攚ould', 'And that one—Dude! I-I—would'],
    ['All right, I鈥\ue6af have', 'All right, I…I have'],
    ['Her\u00e6\u0080\u0092\u00e7\u0081\u00ab was fueled', 'Her怒火 was fueled'],
    ['\u00f0\u009f\u0098\u0080!', '😀!'],
  ])('%j is %j', (broken, meant) => expect(repairText(broken)).toMatchObject({ text: meant, guesses: 0 }));

  test('layers are counted', () => {
    expect(repairText('Ross’s').layers).toBe(0);
    expect(repairText('Rossâ€™s').layers).toBe(1);
    expect(repairText('RossÃ¢â‚¬â„¢s').layers).toBe(2);
  });
});

describe('marks that were lost for good', () => {
  test.each([
    ['stuck \u00e2\u0080?literally \u00e2\u0080?in', 'stuck — literally — in', 2],
    [
      'a \u00e2\u0080\u009ctrue\u00e2\u0080?cook, \u00e2\u0080\u009cHey\u00e2\u0080?to Kathy \u00e2\u0080?finally',
      'a “true” cook, “Hey” to Kathy — finally',
      3,
    ],
    ['the word \u00e2\u0080\u009cgarbage.\u00e2\u0080?', 'the word “garbage.”', 1],
    ['that \u00e2\u0080\u0098an\u00e2\u0080?was', 'that ‘an’ was', 1],
    ['I鈥檓 missin鈥?picture time?!', 'I’m missin’ picture time?!', 1],
    ['you dropped s鈥?Wow!', 'you dropped s… Wow!', 1],
    ['It’s uh鈥? Every time', 'It’s uh… Every time', 1],
    ['鈥?..I can begin', '“...I can begin', 1],
    ["You'e great, we?re fine, Joey?s too", "You're great, we’re fine, Joey’s too", 3],
  ])('%j is %j', (broken, meant, guesses) => expect(repairText(broken)).toMatchObject({ text: meant, guesses }));
});

describe('right text stays', () => {
  test.each([
    'Who? Me?! Really?so what',
    '“touché”… ‘touché’… « cliché » «CAFÉ» «À LA CARTE»',
    '« cliché\u00a0» – «MANHû, 20 °C, naïve, São Paulo, Ångström',
    '他说“你好”，钬(Ho)…李明',
    'https://a.b/c?d=1&page?s=2',
    'the café’s “crème brûlée”—5 € a piece…',
    "e'er, we'er, d'être",
  ])('%j', (text) => expect(repairText(text)).toEqual({ text, layers: 0, guesses: 0 }));
});

test('isUnreadable: what no reading explains', () => {
  for (const text of ['that the电视\u00e5\u0089?is over', 'hasä¼¤å¿', 'a\ufffdb', '鈥', '\ue000']) expect(isUnreadable(text)).toBe(true);
  for (const text of ['café’s “crème”—5 €…', '怒火', 'naïve']) expect(isUnreadable(text)).toBe(false);
});

/** Letters that stand in one text: French, Portuguese, German and Nordic, Spanish, Czech as far as Windows-1252 has it. */
const ALPHABETS = ['abceiostuàâæçéèêëîïôœùûüÿ', 'abceiostuàáâãçéêíóôõúü', 'abceiostuäöüßåæøéþð', 'abceiostuáéíñóúü', 'abceiostuáéíóúýšž'];
/** Words as people write them: in small letters, with a capital first, or in capitals. */
const wordOf = (alphabet: string) =>
  fc
    .tuple(fc.array(fc.constantFrom(...alphabet), { minLength: 2, maxLength: 8 }), fc.constantFrom('as is', 'Capital', 'CAPITALS'))
    .map(([letters, how]) => {
      const text = letters.join('');
      if (how === 'CAPITALS') return text.toUpperCase();
      return how === 'Capital' ? text[0]!.toUpperCase() + text.slice(1) : text;
    });
const between = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  ', ',
  '. ',
  '? ',
  '! ',
  '’',
  '—',
  ' – ',
  '… ',
  ' “',
  '” ',
  ' ‘',
  '’ ',
  ' «',
  '» ',
  '\u00a0» ',
  '’… ',
  '”… ',
  '; ',
  '-',
);
const chinese = fc.constantFrom('你好', '怒火', '明明', '安静的', '李');
const clean = fc.constantFrom(...ALPHABETS).chain((alphabet) =>
  fc
    .array(fc.tuple(fc.oneof({ weight: 8, arbitrary: wordOf(alphabet) }, { weight: 1, arbitrary: chinese }), between), {
      minLength: 1,
      maxLength: 12,
    })
    .map((parts) => parts.flat().join('')),
);
/** What English dialogues are made of. */
const english = fc
  .array(
    fc.tuple(
      fc.constantFrom('Ross', 'I', 'café', 'they', 'Über', 'so', 'resumé', 'wow'),
      fc.constantFrom(' ', '’s ', '—', ' – ', '… ', ' “', ', ', '! ', ' ‘', '.'),
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((parts) => parts.flat().join(''));

describe('for any text', () => {
  property.prop([clean], { numRuns: 2000 })('clean text is not touched', (text) => {
    expect(repairText(text)).toEqual({ text, layers: 0, guesses: 0 });
  });
  property.prop([english, fc.integer({ min: 1, max: 3 })])('text under one to three layers comes back', (text, layers) => {
    let [latin, windows] = [text, text];
    for (let i = 0; i < layers; i++) [latin, windows] = [asLatin1(latin), asCp1252(windows)];
    expect(repairText(latin).text).toBe(text);
    expect(repairText(windows).text).toBe(text);
  });
  property.prop([english])('text read as GBK comes back, unless half of a sign is lost', (text) => {
    const broken = asGbk(text.replace(/[éÜ]/g, 'e'));
    if (!broken.includes('\ufffd')) expect(repairText(broken).text).toBe(text.replace(/[éÜ]/g, 'e'));
  });
  property.prop([fc.string({ unit: 'binary' })])('what is repaired needs no repair, and nothing throws', (text) => {
    const once = repairText(text).text;
    expect(repairText(once).text).toBe(once);
  });
});
