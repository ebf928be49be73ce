/**
 * A process that writes until it is killed. Says `ready`; is told `<store> <campaign> <first> <width>` in one line; says `open`, then the number and the fate
 * of each event that was answered.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import type { Entry } from '../../src/store/store.ts';

interface Numbered extends Entry {
  readonly number: number;
}

async function writeFor(where: string, campaign: string, first: number, width: number): Promise<void> {
  const store = await openStore<Numbered>(where, { eventOf: (value) => value as Numbered, wait: 2000 });
  writeSync(1, 'open\n');
  for (let n = first; ; n += width) {
    // As a client of a server: several writes on the way at once, each answered on its own.
    const numbers = Array.from({ length: width }, (_, i) => n + i);
    const answers = numbers.map((number) => store.append(campaign, [{ id: `e${number}`, number }]));
    for (const [i, answer] of answers.entries()) writeSync(1, `${numbers[i]} ${(await answer).kind}\n`);
  }
}

process.stdin.once('data', (line) => {
  const [where, campaign, first, width] = String(line).trim().split(' ') as [string, string, string, string];
  void writeFor(where, campaign, Number(first), Number(width));
});
writeSync(1, 'ready\n');
