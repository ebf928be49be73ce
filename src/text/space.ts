/** What Python takes for white space; JavaScript's \s lacks the separators U+001C–1F and U+0085 and has U+FEFF. */
const WHITE = '[\\t-\\r\\u001C- \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]';
const RUN = new RegExp(`${WHITE}+`);
const ONE = new RegExp(WHITE);

/** Python's `text.split()`: the words between white space; of nothing but white space none. */
export function words(text: string): string[] {
  return text.split(RUN).filter(Boolean);
}

/** Python's `text.strip()`. Letter by letter: a regular expression would take quadratic time over long runs of spaces. */
export function stripped(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && ONE.test(text[start] as string)) start++;
  while (end > start && ONE.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
