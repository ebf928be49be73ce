/** Where the events of annotation campaigns are kept: a file (SQLite) or PostgreSQL, behind one small interface. */
export { type Desk, type Folding, openDesk } from './desk.ts';
export { dump, restore } from './dump.ts';
export { type OpenOptions, openStore, openStoreReader, type Place, placeOf } from './open.ts';
export type { SqliteStore } from './sqlite.ts';
export type { Appended, ChangeOf, Entry, EventOf, Store, Stored, StoreReader } from './store.ts';
