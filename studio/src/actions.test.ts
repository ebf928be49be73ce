import { expect, test } from 'vitest';
import { keyName } from './actions.ts';

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

test.each([
  [{ key: 'a', code: 'KeyA' }, 'a'],
  [{ key: '?', code: 'Slash', shiftKey: true }, '?'],
  [{ key: ' ', code: 'Space' }, 'Space'],
  [{ key: 'ArrowLeft', code: 'ArrowLeft', shiftKey: true }, 'Shift+ArrowLeft'],
  [{ key: 'Enter', code: 'Enter', ctrlKey: true }, 'Ctrl+Enter'],
  [{ key: 'Enter', code: 'Enter', metaKey: true }, 'Ctrl+Enter'], // Cmd
  [{ key: '@', code: 'Digit2', altKey: true, shiftKey: true }, 'Alt+Shift+2'],
  [{ key: 'ˇ', code: 'KeyT', altKey: true, shiftKey: true }, 'Alt+Shift+t'], // Option on a Mac makes characters
  [{ key: '1', code: 'Digit1' }, '1'],
])('%j is %s', (pressed, name) => expect(keyName({ ...NONE, ...pressed })).toBe(name));
