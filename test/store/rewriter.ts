/** A process that erases in a store, `<store>`, and is killed meanwhile. Says `begins` when the store is open. */
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import type { Entry } from '../../src/store/store.ts';

interface Note extends Entry {
  readonly text: string;
}

const store = await openStore<Note>(process.argv[2]!, { eventOf: (value) => value as Note });
writeSync(1, 'begins\n');
await store.rewrite('c', () => (event) => (event.text.includes('violet') ? { ...event, text: '[erased]' } : event));
writeSync(1, 'over\n');
setInterval(() => {}, 1000); // until it is killed
