import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/**
 * Which room may import which: a room lists only rooms above it, so there are no cycles. Types count too.
 * When a row stops you, pass what you need as an argument, or move it up into a room that both may import.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  graph: ['base'],
  weights: ['base', 'graph'],
  text: ['base'],
  media: ['base'],
  metrics: ['base', 'text'], // encoders are passed in
  models: ['base', 'graph', 'weights', 'text'],
  speech: ['base', 'graph', 'weights', 'text', 'models', 'media'],
  faces: ['base', 'graph', 'weights', 'models', 'media'], // knows no language model
  synth: ['base', 'media'],
  protocol: ['base', 'metrics'], // agreement is a metric
  store: ['base'], // keeps events of any kind
  data: ['base', 'media', 'text', 'metrics'], // agreement needs a metric, not a model
  fame: ['base', 'graph', 'weights', 'text', 'models', 'media', 'metrics', 'data', 'speech', 'faces'],
  server: ['base', 'media', 'metrics', 'models', 'data', 'fame', 'faces', 'speech', 'protocol', 'store'],
  cli: [
    'base',
    'graph',
    'weights',
    'text',
    'media',
    'metrics',
    'models',
    'data',
    'fame',
    'faces',
    'speech',
    'synth',
    'protocol',
    'store',
    'server',
  ],
};

/** Packages that only some files may name, and why. */
const KEEPERS: Readonly<Record<string, RegExp>> = {
  'onnxruntime-node': /^graph\/worker[a-z-]*\.ts$/, // its run() blocks, and metric users must never load it
  'node-av': /^media\/av\.ts$/, // files from outside are opened with it in the decoding process only
  libsql: /^store\/(sqlite|commit|lock|scrub)\.ts$/, // its calls block; everybody else goes through the store
  pg: /^store\/postgres\.ts$/,
  'sherpa-onnx-node': /^speech\/sherpa\.ts$/, // a damaged model ends its process: loaded by the listening process only
  '@huggingface/tokenizers': /^text\//,
  '@huggingface/jinja': /^text\//,
};

const LONGEST = 500; // lines; 300 is a smell already

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(src, name), 'utf8') }));

/** Every `from '…'` and `import('…')`, with its line. Comments hold examples, so they are left out. */
function importsOf({ name, text }: { name: string; text: string }): { at: string; target: string }[] {
  const found: { at: string; target: string }[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue;
    const target = /^\s*(?:import|export|\}).*\bfrom\s+['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/.exec(
      line,
    );
    if (target) found.push({ at: `src/${name}:${i + 1}`, target: (target[1] ?? target[2] ?? target[3])! });
  }
  return found;
}

/** The room of a file: its folder, or the file itself at the top of src/. */
const roomOf = (name: string) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '');

describe('rooms', () => {
  test('every folder of src/ has a row', () => {
    const rooms = new Set(files.map((f) => roomOf(f.name)).filter(Boolean));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  test('no room imports one that it may not', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap(({ at, target }) => {
        if (!target.startsWith('.')) return [];
        const from = roomOf(file.name);
        const to = roomOf(relative(src, join(src, file.name, '..', target)).replaceAll('\\', '/'));
        // src/index.ts names what is public and may see everything; nothing may import it.
        if (from === '' ? to !== 'cli' : from === to || MAY_IMPORT[from]?.includes(to)) return [];
        return [`${at}: src/${from} must not import src/${to || target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('the table has no cycles', () => {
    const order = Object.keys(MAY_IMPORT);
    const upwards = order.flatMap((room, i) =>
      MAY_IMPORT[room]!.filter((to) => !order.slice(0, i).includes(to)).map((to) => `${room} → ${to}`),
    );
    expect(upwards.filter((edge) => !edge.startsWith('synth'))).toEqual([]);
  });

  test.each(Object.entries(KEEPERS))('%s has one keeper', (name, keeper) => {
    const others = files
      .filter((f) => !keeper.test(f.name))
      .flatMap(importsOf)
      .filter(({ target }) => target === name || target.startsWith(`${name}/`));
    expect(others).toEqual([]);
  });

  test('packages that are imported are declared', () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    const used = files.flatMap(importsOf).filter(({ target }) => !/^(\.|node:)/.test(target));
    const named = used.map(({ at, target }) => ({
      at,
      name: target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/'),
    }));
    expect(named.filter(({ name }) => !(name in dependencies))).toEqual([]);
  });
});

describe('studio', () => {
  /** Rooms of which the browser gets code: what they hold runs there, too. From all others it imports types, which are gone once it is built. */
  const CODE_FROM = ['base', 'protocol'];
  /** Its views, each in a folder of its own. What two of them need lies beside them. */
  const VIEWS = ['annotate', 'data', 'explain', 'rate'];
  const parts = readdirSync(join(root, 'studio/src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test)\.tsx?$/.test(name)) // tests compare what must be equal on both sides
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(root, 'studio/src', name), 'utf8') }));
  const imports = parts.flatMap(({ name, text }) =>
    [...text.matchAll(/^(?:import|export) (?:(type) )?(?:[^;'"]*? from )?['"]([^'"]+)['"]|\bimport\('([^']+)'\)/gm)].map(
      ([, type, target, later]) => ({
        name,
        type: type !== undefined,
        target: (target ?? later)!,
      }),
    ),
  );
  const placeOf = ({ name, target }: { name: string; target: string }) =>
    relative(root, join(root, 'studio/src', name, '..', target)).replaceAll('\\', '/');

  test('it gets types from the server’s side, and code from rooms that run in a browser', () => {
    const wrong = imports.filter((one) => {
      const [, room] = /^src\/(\w+)\//.exec(one.target.startsWith('.') ? placeOf(one) : '') ?? [];
      return room !== undefined && !one.type && !CODE_FROM.includes(room);
    });
    expect(wrong).toEqual([]);
  });

  test('no view imports another, and nothing that they share imports one, except the list of views', () => {
    const viewOf = (place: string) => VIEWS.find((view) => place.startsWith(`studio/src/${view}/`));
    const wrong = imports.filter((one) => {
      const to = one.target.startsWith('.') ? viewOf(placeOf(one)) : undefined;
      return to !== undefined && to !== viewOf(`studio/src/${one.name}`) && one.name !== 'views.ts';
    });
    expect(wrong).toEqual([]);
  });

  test('its packages are declared, and none is from Node', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'studio/package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const packages = imports
      .filter(({ target }) => !target.startsWith('.'))
      .map(({ name, target }) => ({
        name,
        of: target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/'),
      }));
    expect(packages.filter(({ of }) => !(of in devDependencies))).toEqual([]);
  });

  test('no markup from texts, and no style or script in the page that its policy would refuse', () => {
    const bad = parts.flatMap(({ name, text }) =>
      [...text.matchAll(/dangerouslySetInnerHTML|\.innerHTML\b|\beval\(|new Function\(|<style\b/g)].map(([what]) => `${name}: ${what}`),
    );
    expect(bad).toEqual([]);
  });
});

describe('errors', () => {
  const CODE = '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{3,}';
  /** Codes where they are made: `new WeightError('CODE'`, `super('CODE'`, a helper `refuse('CODE_X'`, or `code: 'CODE'`. */
  const made = files.flatMap((file) =>
    [
      ...file.text.matchAll(
        new RegExp(
          `(?:\\bnew [A-Z]\\w*Error|\\bsuper)\\(\\s*'(${CODE})'|\\b[a-z]\\w*\\(\\s*'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'|\\bcode: '(${CODE})'`,
          'g',
        ),
      ),
    ].map((m) => m[1] ?? m[2] ?? m[3]!),
  );
  const documented = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| ([A-Z][A-Z0-9_]+) \|/gm)].map((m) => m[1]!);

  test('docs/errors.md lists every code, and no other', () => {
    const inSource = new Set(made);
    expect({
      undocumented: [...inSource].filter((c) => !documented.includes(c)).sort(),
      gone: documented.filter((c) => !inSource.has(c)),
    }).toEqual({ undocumented: [], gone: [] });
  });

  test('each code once, sorted inside its section, each row whole', () => {
    expect(documented.filter((c, i) => documented.indexOf(c) !== i)).toEqual([]);
    const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
    for (const section of page.split(/^## /m).slice(1)) {
      const codes = [...section.matchAll(/^\| ([A-Z][A-Z0-9_]+) \|/gm)].map((m) => m[1]!);
      expect(codes).toEqual([...codes].sort());
    }
    expect(page.split('\n').filter((line) => /^\| [A-Z]/.test(line) && !/^(\| [^|]+ ){3}\|$/.test(line.replaceAll('\\|', '')))).toEqual([]);
  });

  // `code` is the parameter of a helper, whose callers are searched above.
  test('a code is a literal, so that it can be found', () => {
    const hidden = files.flatMap(({ name, text }) =>
      [...text.matchAll(/\bnew (?:Fame|Graph|Session|Weight|Model|Usage)Error\(\s*(?!code\b)([^'\s][^,]*)/g)].map(
        (m) => `src/${name}: ${m[1]}`,
      ),
    );
    expect(hidden).toEqual([]);
  });
});

describe('files', () => {
  test(`at most ${LONGEST} lines`, () => {
    expect(files.map((f) => ({ name: f.name, lines: f.text.split('\n').length - 1 })).filter((f) => f.lines > LONGEST)).toEqual([]);
  });
  test('no dumping grounds', () => expect(files.filter((f) => /(^|\/)(utils?|types|helpers?|common|misc)\.ts$/.test(f.name))).toEqual([]));
  test('no default exports, except commands', () => {
    expect(files.filter((f) => roomOf(f.name) !== 'cli' && /^export default\b|\bas default\b/m.test(f.text)).map((f) => f.name)).toEqual(
      [],
    );
  });
  test('no `any`', () => {
    const bad = files.flatMap((f) =>
      f.text
        .split('\n')
        .flatMap((line, i) =>
          /(:|\bas|<)\s*any\b(?!\w)/.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line) ? [`src/${f.name}:${i + 1}`] : [],
        ),
    );
    expect(bad).toEqual([]);
  });
  test('every exported function, class and constant function has a doc comment', () => {
    const bare = files.flatMap(({ name, text }) => {
      const lines = text.split('\n');
      const seen = new Set<string>();
      return lines.flatMap((line, i) => {
        const found = /^export (?:async )?(?:function\*?|class) (\w+)|^export const (\w+)(?::[^=]+)? = (?:async )?\(/.exec(line);
        const called = found?.[1] ?? found?.[2];
        if (called === undefined || seen.has(called)) return []; // later overloads share the first one's comment
        seen.add(called);
        // One-line functions of one kind may stand together under one comment.
        let above = i - 1;
        while (/^(\/\/|export (const|function) .*[;}]$)/.test(lines[above] ?? '')) above--;
        return /\*\/\s*$/.test(lines[above] ?? '') ? [] : [`src/${name}:${i + 1} ${called}`];
      });
    });
    expect(bare).toEqual([]);
  });
  test('no path of anybody’s machine', () => {
    const all = ['src', 'studio/src', 'test', 'docs', 'bench', 'examples', 'runs'].flatMap((folder) =>
      (existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true }) : [])
        .filter((e) => e.isFile() && !e.parentPath.includes('node_modules') && /\.(tsx?|css|md|py|json|txt|jinja)$/.test(e.name))
        .map((e) => join(e.parentPath, e.name)),
    );
    const machine = new RegExp(['/ro' + 'ot/', '/wo' + 'rk/', '/ho' + 'me/[a-z]', 'C:' + '\\\\Users'].join('|'));
    expect(all.filter((file) => machine.test(readFileSync(file, 'utf8'))).map((file) => relative(root, file))).toEqual([]);
  });
});
