import type { Guidelines } from '../../../src/protocol/guidelines.ts';
import { blocksOf, type Span } from './markdown.ts';

/** A version of the guidelines, as it was written. */
export function GuidelinesText({ of }: { readonly of: Guidelines }) {
  return (
    <div className="guidelines">
      {blocksOf(of.text).map((block, i) => {
        const key = `${i}`; // the text of a version never changes
        if (block.is === 'paragraph') return <p key={key}>{spans(block.spans)}</p>;
        if (block.is === 'heading')
          return block.level === 1 ? (
            <h3 key={key} className="guidelines-title">
              {spans(block.spans)}
            </h3>
          ) : (
            <h3 key={key}>{spans(block.spans)}</h3>
          );
        return (
          <ul key={key}>
            {block.entries.map((entry, k) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <li key={`${key}.${k}`}>{spans(entry)}</li>
            ))}
          </ul>
        );
      })}
    </div>
  );
}

const spans = (of: readonly Span[]) => of.map(({ text, strong }) => (strong ? <strong key={text}>{text}</strong> : text));
