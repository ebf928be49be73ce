/** What views are made of. */
export { Bars } from './bars.tsx';
export { Button, type ButtonProps } from './button.tsx';
export { Choices } from './choices.tsx';
export { Dialog } from './dialog.tsx';
export { Does } from './does.tsx';
export { EmotionChip } from './emotion.tsx';
export { Empty } from './empty.tsx';
export { Field } from './field.tsx';
export { Keys, keyLabel } from './keys.tsx';
export { Loaded } from './loaded.tsx';
export { Panel } from './panel.tsx';
export { Problem } from './problem.tsx';
export { Progress } from './progress.tsx';
export { type Column, Table } from './table.tsx';
