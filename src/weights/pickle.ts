import { WeightError } from '../base/errors.ts';
import type { Dtype } from './dtype.ts';

/**
 * A pickle machine that can build tensors and nothing else. Python's own machine calls whatever function the file names; this one knows six names
 * (GLOBALS and the storages) and has no opcode that could reach another. Opcodes: CPython's Lib/pickletools.py, protocols 2 to 5.
 */
export type Pickled = null | boolean | number | bigint | string | Uint8Array | Sequence | Dict | Global | StorageRef | TensorRef;

export interface Sequence {
  readonly kind: 'list' | 'tuple';
  readonly items: Pickled[];
}
export interface Dict {
  readonly kind: 'dict';
  readonly entries: Map<Pickled, Pickled>;
}
export interface Global {
  readonly kind: 'global';
  readonly name: string;
}
/** Numbers in a part of the file that the pickle only refers to. */
export interface StorageRef {
  readonly kind: 'storage';
  readonly dtype: Dtype;
  readonly key: string;
  readonly elements: number;
  /** Elements in the file under this key; more than `elements` only for views in old files. */
  readonly whole: number;
  /** Where the view starts in them. */
  readonly start: number;
}
export interface TensorRef {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
  /** In elements, from the start of the storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** The pickle of a 7B model has about 100 kB. */
export const MAX_PICKLE = 64 * 1024 * 1024;

/** A tensor takes about 40 opcodes. One opcode makes an object of up to some 200 bytes, so that this bounds memory too. */
const MAX_STEPS = 2_000_000;

const STORAGES: Readonly<Record<string, Dtype>> = {
  'torch.DoubleStorage': 'F64',
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly file: string;
  at: number;
  stack: Pickled[];
  /** Stacks that a MARK has set aside. */
  readonly marked: Pickled[][];
  readonly memo: Map<number, Pickled>;
}

/**
 * Runs one pickle that starts at byte `start`; `end` is where the next would start.
 * @throws WEIGHT_PICKLE_OPCODE, WEIGHT_PICKLE_GLOBAL, WEIGHT_PICKLE_MODULE, WEIGHT_PICKLE_DAMAGED, WEIGHT_PICKLE_LIMIT; WEIGHT_TRUNCATED when `bytes` ends first
 */
export function unpickle(bytes: Uint8Array, file: string, start = 0): { value: Pickled; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const m: Machine = { bytes, view, file, at: start, stack: [], marked: [], memo: new Map() };
  for (let steps = 1; ; steps++) {
    const code = u8(m);
    if (steps > MAX_STEPS) {
      const detail = { at: place(m), expected: `at most ${MAX_STEPS} opcodes`, got: 'more', fix: 'do not trust this file' };
      throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A pickle is too long a program', detail);
    }
    if (code === 0x2e) return { value: pop(m), end: m.at };
    const run = OPCODES[code];
    if (!run) {
      const detail = {
        at: place(m),
        expected: 'opcodes that build plain data and tensors',
        got: `0x${code.toString(16).padStart(2, '0')}`,
        fix: PYTHON,
      };
      throw new WeightError('WEIGHT_PICKLE_OPCODE', 'A pickle uses an opcode that we refuse', detail);
    }
    run(m);
  }
}

/** What to do with a file that needs Python: keep only its tensors, where its classes are at hand and its author is trusted. */
const PYTHON =
  "in Python, if you trust the file: torch.save(torch.load(FILE, weights_only=False).state_dict(), 'weights.pth'), then convert that";

/** Modules whose functions have no business in a weight file at all. */
const HOSTILE =
  /^(os|posix|nt|sys|subprocess|builtins|__builtin__|importlib|runpy|shutil|socket|pty|code|ctypes|pickle|_pickle|webbrowser|urllib|http|operator|functools)(\.|$)/;

function place(m: Machine): string {
  return `${m.file}, pickle byte ${m.at - 1}`;
}

function damaged(m: Machine, expected: string, got: string): WeightError {
  return new WeightError('WEIGHT_PICKLE_DAMAGED', 'A pickle is damaged', {
    at: place(m),
    expected,
    got,
    fix: 'download or save the file again',
  });
}

function kindOf(value: Pickled | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value === 'object' ? value.kind : typeof value;
}

function need(m: Machine, n: number): number {
  const at = m.at;
  if (at + n > m.bytes.length) {
    const detail = {
      at: place(m),
      expected: `${n} more bytes`,
      got: `${m.bytes.length - at}`,
      fix: 'the file is cut off; download it again',
    };
    throw new WeightError('WEIGHT_TRUNCATED', 'A pickle ends too early', detail);
  }
  m.at += n;
  return at;
}

const u8 = (m: Machine): number => m.view.getUint8(need(m, 1));
const u16 = (m: Machine): number => m.view.getUint16(need(m, 2), true);
const u32 = (m: Machine): number => m.view.getUint32(need(m, 4), true);

function u64(m: Machine): number {
  const n = m.view.getBigUint64(need(m, 8), true);
  if (n <= BigInt(MAX_PICKLE)) return Number(n);
  const detail = { at: place(m), expected: `at most ${MAX_PICKLE} bytes`, got: `${n} bytes`, fix: 'do not trust this file' };
  throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A pickle claims an impossible length', detail);
}

function take(m: Machine, n: number): Uint8Array {
  const at = need(m, n);
  return m.bytes.subarray(at, at + n);
}

function unicode(m: Machine, n: number): string {
  const bytes = take(m, n);
  try {
    // Python would also take lone surrogates; no tensor has such a name.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(m, 'UTF-8 text', 'invalid byte sequence');
  }
}

/** Text of Python 2, whose bytes are read as Latin-1 like torch does. */
const latin = (m: Machine, n: number): string => Buffer.from(take(m, n)).toString('latin1');

/** A line of ASCII up to a newline, as GLOBAL has two of. */
function line(m: Machine): string {
  const end = m.bytes.indexOf(10, m.at);
  const n = (end < 0 ? m.bytes.length : end) - m.at;
  const text = latin(m, n);
  need(m, 1);
  return text;
}

function integer(m: Machine, n: number): number | bigint {
  // Reading a long is quadratic in its length, and the longest in a real file is the magic number's 10 bytes.
  if (n > 255)
    throw new WeightError('WEIGHT_PICKLE_LIMIT', 'A pickle holds an enormous integer', {
      at: place(m),
      expected: 'at most 255 bytes',
      got: `${n} bytes`,
      fix: 'do not trust this file',
    });
  const bytes = take(m, n);
  let value = 0n;
  for (let i = n - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  const signed = BigInt.asIntN(n * 8, value);
  return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed;
}

function pop(m: Machine): Pickled {
  const value = m.stack.pop();
  if (value === undefined) throw damaged(m, 'a value on the stack', 'an empty stack');
  return value;
}

function top(m: Machine): Pickled | undefined {
  return m.stack.at(-1);
}

/** The values since the last MARK; the stack below it is current again. */
function sinceMark(m: Machine): Pickled[] {
  const items = m.stack;
  const below = m.marked.pop();
  if (!below) throw damaged(m, 'a MARK', 'none');
  m.stack = below;
  return items;
}

function append(m: Machine, items: readonly Pickled[]): void {
  const list = top(m);
  if (list === null || typeof list !== 'object' || !('kind' in list) || list.kind !== 'list')
    throw damaged(m, 'a list to append to', kindOf(list));
  for (const item of items) list.items.push(item);
}

function setItems(m: Machine, items: readonly Pickled[]): void {
  const dict = top(m);
  if (!isDict(dict)) throw damaged(m, 'a dictionary to set items of', kindOf(dict));
  if (items.length % 2 !== 0) throw damaged(m, 'keys with values', `${items.length} values`);
  for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!);
}

/** Whether a value is a dictionary, an OrderedDict included. */
export function isDict(value: Pickled | undefined): value is Dict {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'dict';
}

/** Whether a value is a tensor or a parameter. */
export function isTensor(value: Pickled | undefined): value is TensorRef {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';
}

/** Whether a value is a list or a tuple. */
export function isSequence(value: Pickled | undefined): value is Sequence {
  return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'list' || value.kind === 'tuple');
}

function memorize(m: Machine, index: number): void {
  const value = top(m);
  if (value === undefined) throw damaged(m, 'a value to remember', 'an empty stack');
  m.memo.set(index, value);
}

function recall(m: Machine, index: number): void {
  const value = m.memo.get(index);
  if (value === undefined) throw damaged(m, `a remembered value ${index}`, 'none');
  m.stack.push(value);
}

/** Names that a pickle may mention; what calling them gives. */
const GLOBALS: Readonly<Record<string, (m: Machine, args: readonly Pickled[]) => Pickled>> = {
  'collections.OrderedDict': orderedDict,
  'torch.Size': (m, [items]) => ({ kind: 'tuple', items: naturals(m, items) }),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': (m, [tensor]) => {
    if (isTensor(tensor)) return tensor;
    throw damaged(m, 'a tensor as parameter', kindOf(tensor));
  },
};

function global(m: Machine, module: Pickled, attribute: Pickled): Global {
  if (typeof module !== 'string' || typeof attribute !== 'string') throw damaged(m, 'the name of a global', kindOf(module));
  const name = `${module}.${attribute}`;
  if (Object.hasOwn(GLOBALS, name) || Object.hasOwn(STORAGES, name)) return { kind: 'global', name };
  const shown = JSON.stringify(name.slice(0, 200));
  // A state_dict begins with a dictionary; a class at the very bottom, or in a legacy ('module', class, …) record, is the whole module.
  const bottom = m.stack[0] === 'module' || (m.stack.length === 0 && m.marked.every((s) => s.length === 0));
  if (bottom && !HOSTILE.test(module)) throw wholeModule(m, shown);
  const fix = HOSTILE.test(module) ? 'do not load this file anywhere: it would run code in Python' : PYTHON;
  throw new WeightError('WEIGHT_PICKLE_GLOBAL', 'A PyTorch file names something other than tensors', {
    at: place(m),
    expected: 'only tensors, dictionaries and lists',
    got: shown,
    fix,
  });
}

function wholeModule(m: Machine, shown: string): WeightError {
  const detail = { at: place(m), expected: 'a dictionary of tensors (a state_dict)', got: `an object of class ${shown}`, fix: PYTHON };
  return new WeightError(
    'WEIGHT_PICKLE_MODULE',
    'A PyTorch file holds a whole pickled module, which only its Python code can rebuild',
    detail,
  );
}

function reduce(m: Machine): void {
  const args = pop(m);
  const callee = pop(m);
  const known =
    typeof callee === 'object' && callee !== null && 'kind' in callee && callee.kind === 'global' ? GLOBALS[callee.name] : undefined;
  if (!known || !isSequence(args)) throw damaged(m, 'a known function and its arguments', `${kindOf(callee)} and ${kindOf(args)}`);
  m.stack.push(known(m, args.items));
}

function orderedDict(m: Machine, [pairs]: readonly Pickled[]): Dict {
  const dict: Dict = { kind: 'dict', entries: new Map() };
  if (pairs === undefined) return dict;
  if (!isSequence(pairs)) throw damaged(m, 'pairs for a dictionary', kindOf(pairs));
  for (const pair of pairs.items) {
    if (!isSequence(pair) || pair.items.length !== 2) throw damaged(m, 'pairs for a dictionary', kindOf(pair));
    dict.entries.set(pair.items[0]!, pair.items[1]!);
  }
  return dict;
}

function natural(m: Machine, value: Pickled | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw damaged(m, 'a whole number from 0', typeof value === 'number' || typeof value === 'bigint' ? String(value) : kindOf(value));
}

function naturals(m: Machine, value: Pickled | undefined): number[] {
  if (!isSequence(value)) throw damaged(m, 'a tuple of whole numbers', kindOf(value));
  if (value.items.length > 64) throw damaged(m, 'at most 64 dimensions', `${value.items.length}`);
  return value.items.map((item) => natural(m, item));
}

function rebuildTensor(m: Machine, [storage, offset, shape, strides]: readonly Pickled[]): TensorRef {
  if (typeof storage !== 'object' || storage === null || !('kind' in storage) || storage.kind !== 'storage')
    throw damaged(m, 'a storage for a tensor', kindOf(storage));
  const sizes = naturals(m, shape);
  const steps = naturals(m, strides);
  if (sizes.length !== steps.length) throw damaged(m, `${sizes.length} strides`, `${steps.length}`);
  return { kind: 'tensor', storage, offset: natural(m, offset), shape: sizes, strides: steps };
}

/** ('storage', type, key, device, elements[, view]); the device does not matter, the numbers are the same. */
function persistent(m: Machine): void {
  const id = pop(m);
  const [what, type, key, , elements, view] = isSequence(id) ? id.items : [];
  if (what === 'module') throw wholeModule(m, 'a Python class, with its source');
  const name = typeof type === 'object' && type !== null && 'kind' in type && type.kind === 'global' ? type.name : kindOf(type);
  const dtype = STORAGES[name];
  if (what !== 'storage' || !dtype || typeof key !== 'string')
    throw damaged(m, "('storage', type, key, device, elements)", `${kindOf(what)}, ${name}, ${kindOf(key)}`);
  const [, start, size] = isSequence(view) ? view.items : [undefined, 0, elements];
  const whole = natural(m, elements);
  const part = { start: natural(m, start), elements: natural(m, size) };
  if (part.start + part.elements > whole) throw damaged(m, `a view within ${whole} elements`, `${part.start} + ${part.elements}`);
  m.stack.push({ kind: 'storage', dtype, key, whole, ...part });
}

/** BUILD gives an object its attributes. On an OrderedDict they are version notes of torch (`_metadata`); on anything else it would run code. */
function build(m: Machine): void {
  pop(m);
  if (!isDict(top(m))) throw damaged(m, 'a dictionary to give attributes to', kindOf(top(m)));
}

const push = (make: (m: Machine) => Pickled) => (m: Machine) => {
  m.stack.push(make(m));
};

const tuple = (n: number) => (m: Machine) => {
  const items = Array.from({ length: n }, () => pop(m)).reverse();
  m.stack.push({ kind: 'tuple', items });
};

/** Every opcode that we run. STOP (0x2e) is in the loop. */
const OPCODES: Readonly<Record<number, (m: Machine) => void>> = {
  // frames, protocol
  128: (m) => void u8(m), // PROTO
  149: (m) => void need(m, 8), // FRAME: a hint for readers of streams
  // the stack
  // MARK
  40: (m) => {
    m.marked.push(m.stack);
    m.stack = [];
  },
  48: (m) => void pop(m), // POP
  49: (m) => void sinceMark(m), // POP_MARK
  // numbers and text
  78: push(() => null), // NONE
  136: push(() => true), // NEWTRUE
  137: push(() => false), // NEWFALSE
  74: push((m) => m.view.getInt32(need(m, 4), true)), // BININT
  75: push(u8), // BININT1
  77: push(u16), // BININT2
  138: push((m) => integer(m, u8(m))), // LONG1
  139: push((m) => integer(m, u32(m))), // LONG4
  71: push((m) => m.view.getFloat64(need(m, 8))), // BINFLOAT
  88: push((m) => unicode(m, u32(m))), // BINUNICODE
  140: push((m) => unicode(m, u8(m))), // SHORT_BINUNICODE
  141: push((m) => unicode(m, u64(m))), // BINUNICODE8
  84: push((m) => latin(m, u32(m))), // BINSTRING
  85: push((m) => latin(m, u8(m))), // SHORT_BINSTRING
  66: push((m) => take(m, u32(m))), // BINBYTES
  67: push((m) => take(m, u8(m))), // SHORT_BINBYTES
  // containers
  93: push(() => ({ kind: 'list', items: [] })), // EMPTY_LIST
  97: (m) => append(m, [pop(m)]), // APPEND
  101: (m) => append(m, sinceMark(m)), // APPENDS
  41: push(() => ({ kind: 'tuple', items: [] })), // EMPTY_TUPLE
  133: tuple(1), // TUPLE1
  134: tuple(2), // TUPLE2
  135: tuple(3), // TUPLE3
  // TUPLE
  116: (m) => {
    const items = sinceMark(m);
    m.stack.push({ kind: 'tuple', items });
  },
  125: push(() => ({ kind: 'dict', entries: new Map() })), // EMPTY_DICT
  // SETITEM
  115: (m) => {
    const value = pop(m);
    const key = pop(m);
    setItems(m, [key, value]);
  },
  117: (m) => setItems(m, sinceMark(m)), // SETITEMS
  // the memo
  113: (m) => memorize(m, u8(m)), // BINPUT
  114: (m) => memorize(m, u32(m)), // LONG_BINPUT
  148: (m) => memorize(m, m.memo.size), // MEMOIZE
  104: (m) => recall(m, u8(m)), // BINGET
  106: (m) => recall(m, u32(m)), // LONG_BINGET
  // what only tensors need
  99: push((m) => global(m, line(m), line(m))), // GLOBAL
  // STACK_GLOBAL
  147: (m) => {
    const name = pop(m);
    const module = pop(m);
    m.stack.push(global(m, module, name));
  },
  82: reduce, // REDUCE
  98: build, // BUILD
  81: persistent, // BINPERSID
};
