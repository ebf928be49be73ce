import { type Args, typed } from './args.ts';

const WIDTH = 100;

/** Options that every command has; main takes `json` out before the command sees its words. */
const COMMON_OPTIONS = [
  { names: '--json', about: 'one JSON document on stdout, everything else on stderr' },
  { names: '-h, --help', about: 'this page' },
] as const;

/** Two columns, the right one wrapped; nothing depends on the terminal, so a help page is one exact text. */
export function columns(rows: readonly (readonly [string, string])[], indent = 2): string {
  const left = Math.min(30, Math.max(...rows.map(([name]) => name.length)));
  const pad = ' '.repeat(indent + left + 2);
  return rows
    .map(([name, about]) => {
      const head = ' '.repeat(indent) + name.padEnd(left);
      const lines = wrap(about, WIDTH - pad.length);
      const apart =
        name.length > left
          ? [head, ...lines.map((line) => pad + line)]
          : [`${head}  ${lines[0] ?? ''}`, ...lines.slice(1).map((line) => pad + line)];
      return apart.map((line) => line.trimEnd()).join('\n');
    })
    .join('\n');
}

function wrap(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Sections with a heading each; empty ones are left out. */
export function page(head: string, sections: Readonly<Record<string, string>>): string {
  const parts = Object.entries(sections).filter(([, body]) => body !== '');
  return `${[head, ...parts.map(([title, body]) => `${title}\n${body}`)].join('\n\n')}\n`;
}

/** The help page of one command. */
export function commandHelp(called: string, about: string, args: Args, examples: readonly string[]): string {
  const entries = Object.entries(args);
  const positional = entries.filter(([, arg]) => arg.positional);
  const usage = positional.map(([name, arg]) => {
    const word = `<${typed(name)}>${arg.kind === 'list' ? '…' : ''}`;
    return arg.required ? word : `[${word}]`;
  });
  const options = entries
    .filter(([, arg]) => !arg.positional)
    .map(([name, arg]) => {
      const no = arg.kind === 'flag' && arg.default === true ? 'no-' : '';
      return [`${arg.short ? `-${arg.short}, ` : ''}--${no}${typed(name)}${arg.form && ` ${arg.form}`}`, describe(arg)] as const;
    });
  return page(`${called}: ${about}`, {
    Usage: `  ${[called, ...usage, '[options]'].join(' ')}`,
    Arguments: positional.length ? columns(positional.map(([name, arg]) => [`<${typed(name)}>`, describe(arg)] as const)) : '',
    Options: columns([...options, ...COMMON_OPTIONS.map((o) => [o.names, o.about] as const)]),
    Examples: examples.map((line) => `  ${line}`).join('\n'),
  });
}

/** The help page of a group of commands. */
export function groupHelp(called: string, about: string, commands: readonly { readonly name: string; readonly about: string }[]): string {
  return page(`${called}: ${about}`, {
    Usage: `  ${called} <command> …`,
    Commands: columns(commands.map((c) => [c.name, c.about] as const)),
    More: `  ${called} <command> --help`,
  });
}

function describe(arg: Args[string]): string {
  const shown =
    arg.kind === 'flag' || arg.default === undefined || (Array.isArray(arg.default) && arg.default.length === 0)
      ? undefined
      : `default ${String(arg.default)}`;
  const rules = [
    ...(arg.required && !arg.positional ? ['required'] : []),
    ...arg.rules,
    ...(shown ? [shown] : []),
    ...(arg.env ? [`or ${arg.env}`] : []),
  ];
  return [arg.about, ...(rules.length ? [`(${rules.join('; ')})`] : [])].filter(Boolean).join(' ');
}
