// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** What is wrong with a text as XML 1.0, or undefined: tags that close, attributes in quotes and once each, only the five entities, no characters that XML forbids. */
export function xmlFault(text: string): string | undefined {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) return `forbidden character at ${forbidden.index}`;
  const entity = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/i.exec(text);
  if (entity) return `bare & at ${entity.index}: ${text.slice(entity.index, entity.index + 20)}`;
  const open: string[] = [];
  let rest = text;
  let roots = 0;
  while (rest !== '') {
    const plain = /^[^<>]+/.exec(rest)?.[0];
    if (plain !== undefined) {
      if (open.length === 0 && plain.trim() !== '') return `text outside of the root: ${plain.slice(0, 20)}`;
      rest = rest.slice(plain.length);
      continue;
    }
    const tag = /^<(\/?)([a-zA-Z][\w:-]*)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>/.exec(rest);
    if (!tag) return `no tag: ${rest.slice(0, 40)}`;
    const [whole, closing, name, attributes = '', empty] = tag;
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map((m) => m[1]);
    if (new Set(names).size !== names.length) return `an attribute twice: ${whole}`;
    if (closing && open.pop() !== name) return `${whole} closes nothing`;
    if (!closing && open.length === 0 && ++roots > 1) return 'two roots';
    if (!closing && !empty) open.push(name!);
    rest = rest.slice(whole.length);
  }
  return open.length > 0 ? `${open.join(', ')} not closed` : undefined;
}
