import type { SaveState } from './autosave.ts';
import { clock } from './post-state.tsx';

/** Whether what was typed is on this machine. */
export function Saved({ state }: { readonly state: SaveState }) {
  const words = {
    empty: '',
    saving: 'Saving …',
    saved: state.is === 'saved' ? `Saved here, ${clock(state.at)}` : '',
    failed: 'Not saved on this machine: copy your text before you close the page',
  } as const;
  return <span className={`saved ${state.is === 'empty' ? '' : state.is}`}>{words[state.is]}</span>;
}
