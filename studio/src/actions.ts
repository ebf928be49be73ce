/** What people can do, as values: every button, menu line and key goes through one, and so does the help. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { notify } from './notices.ts';

/** Something that can be done with a state of its view. */
export interface Action<S> {
  readonly id: string;
  readonly label: string;
  /** As `KeyboardEvent.key` has them, with `Space` for the space bar; `Ctrl+` (Cmd on a Mac), `Alt+` and `Shift+` before. */
  readonly keys?: readonly string[];
  /** Heading under which the help lists it. */
  readonly group?: string;
  /** Whether its keys work while somebody types in a field, too. */
  readonly whileTyping?: boolean;
  readonly enabled?: (state: S) => boolean;
  /** `key` is the one that was pressed; absent where a button was. What it throws is shown. */
  readonly perform: (state: S, key?: string) => unknown;
}

/** An action with its state. */
export interface Bound {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly string[];
  readonly group: string;
  readonly whileTyping: boolean;
  readonly enabled: boolean;
  readonly run: (key?: string) => Promise<void>;
}

/** Declares an action; the type of its state comes from `perform`. */
export const action = <S>(value: Action<S>): Action<S> => value;

/** Tables of what can be done now; later ones have the keys before earlier ones. */
const tables: { current: readonly Bound[] }[] = [];
const heard = new Set<() => void>();
let all: readonly Bound[] = [];
function tell(): void {
  all = tables.flatMap(({ current }) => current);
  for (const one of heard) one();
}

function bind<S>({ id, label, keys = [], group = 'Here', whileTyping = false, enabled, perform }: Action<S>, state: S): Bound {
  const may = enabled?.(state) ?? true;
  return {
    ...{ id, label, keys, group, whileTyping, enabled: may },
    async run(key) {
      if (!may) return;
      try {
        await perform(state, key);
      } catch (error) {
        notify(error);
      }
    },
  };
}

/** Offers actions while the component is there: their keys work, and the help lists them. */
export function useActions<S, const T extends Readonly<Record<string, Action<S>>>>(
  actions: T,
  state: S,
): { readonly [K in keyof T]: Bound } {
  const bound = Object.fromEntries(Object.entries(actions).map(([name, one]) => [name, bind(one, state)])) as {
    readonly [K in keyof T]: Bound;
  };
  const table = useRef<{ current: readonly Bound[] }>({ current: [] }).current;
  useEffect(() => {
    tables.push(table);
    return () => {
      tables.splice(tables.indexOf(table), 1);
      tell();
    };
  }, [table]);
  const seen = JSON.stringify(Object.values(bound).map(({ id, label, keys, enabled }) => [id, label, keys, enabled]));
  useEffect(() => {
    table.current = Object.values(bound);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: those who list actions are told when what they list has changed, not with every new closure
  useEffect(tell, [seen]);
  return bound;
}

/** All that can be done now, for the help. */
export const useAllActions = (): readonly Bound[] =>
  useSyncExternalStore(
    (one) => {
      heard.add(one);
      return () => heard.delete(one);
    },
    () => all,
  );

const SINGLE = 'famenet.keys';
/** Whether keys without Ctrl or Alt work: people who speak to their machine switch them off. */
export const singleKeys = (): boolean => localStorage.getItem(SINGLE) !== 'off';
/** Switches them. */
export const setSingleKeys = (on: boolean): void => (on ? localStorage.removeItem(SINGLE) : localStorage.setItem(SINGLE, 'off'));

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * The name of what was pressed. Of keys that make a character, Shift is part of the character; with Alt, which makes other characters on some machines, the
 * key itself counts, and Shift beside it.
 */
export function keyName({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string {
  const own = /^(?:Digit|Key)(.)$/.exec(code)?.[1]?.toLowerCase();
  const name = altKey && own !== undefined ? own : key === ' ' ? 'Space' : key;
  return [ctrlKey || metaKey ? 'Ctrl+' : '', altKey ? 'Alt+' : '', shiftKey && (altKey || name.length > 1) ? 'Shift+' : '', name].join('');
}

/** What has keys of its own: fields take all of them, buttons and links those that press them, lists and sliders those that move in them. */
function takes(at: EventTarget | null, name: string): 'typing' | 'own' | 'nothing' {
  if (!(at instanceof HTMLElement)) return 'nothing';
  if (
    at.isContentEditable ||
    at.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=submit])')
  )
    return 'typing';
  if (at.matches('button, a[href], summary, input, [role=option], [role=tab]') && (name === 'Space' || name === 'Enter')) return 'own';
  return at.matches('input[type=range], input[type=radio], [role=slider], [role=listbox], [role=tablist] *') &&
    /^(Arrow|Home|End|Page)/.test(name)
    ? 'own'
    : 'nothing';
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]') !== null) return;
  const name = keyName(event);
  const taken = takes(event.target, name);
  const single = !/^(Ctrl|Alt)\+/.test(name);
  if (taken === 'own' || (single && name.length === 1 && !singleKeys())) return;
  const found = tables
    .toReversed()
    .flatMap(({ current }) => current)
    .find(({ keys, enabled, whileTyping }) => enabled && keys.includes(name) && (taken !== 'typing' || whileTyping));
  if (found === undefined) return;
  event.preventDefault();
  void found.run(name);
}

/** Listens to keys from now on. */
export const listenToKeys = (): void => addEventListener('keydown', pressed);
