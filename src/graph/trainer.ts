import { GraphError } from '../base/errors.ts';
import type { Engine } from './engine.ts';
import { gradients } from './gradient.ts';
import { numbersOf } from './numbers.ts';
import { adamW, MEMORY, type Moving, type Rule } from './optimizer.ts';
import type { StepResult } from './protocol.ts';
import { type CompileOptions, compile, type Session } from './session.ts';
import { describe, fixedShape, madeAt, type Tensor } from './tensor.ts';
import { type Value, zeros } from './value.ts';

export interface TrainerOptions extends Omit<CompileOptions, 'moving'> {
  readonly rule?: Rule;
  /** Weight decay for weights of two and more axes; vectors (norms, biases) are spared. Default 0. */
  readonly decay?: number;
  /** Largest global gradient norm. */
  readonly clip?: number;
}

export type Batch = Readonly<Record<string, Value>>;

/** Moves weights down a loss. Frozen means: not in the list. */
export interface Trainer {
  readonly engine: Engine;
  readonly session: Session;
  /** Steps taken. */
  readonly taken: number;
  /**
   * One step on the mean of the micro-batches' losses (gradient accumulation is a longer list).
   * @throws GraphError LOSS_NOT_FINITE: nothing has moved, so the last saved state and this one are both good.
   */
  step(batches: Batch | readonly Batch[], rate: number, signal?: AbortSignal): Promise<Omit<StepResult, 'moved'>>;
  /** Copies of the moving weights, by name. */
  weights(): Promise<Record<string, Value>>;
  /** Weights and the optimiser's memory (`name:m`, `name:v`): with `taken`, all that a bit-equal continuation needs. */
  state(): Promise<Record<string, Value>>;
  /** Takes a state back. @throws GraphError STATE_MISMATCH, before anything is changed. */
  restore(state: Readonly<Record<string, Value>>, taken: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Compiles loss and gradients into one graph. `wrt` are float32 weights; everything else stays frozen. */
export async function trainer(loss: Tensor, wrt: readonly Tensor[], o: TrainerOptions = {}): Promise<Trainer> {
  const { rule = adamW(), decay = 0, clip, ...compiling } = o;
  for (const t of wrt) {
    if (t.node.op === 'Weight' && t.dtype === 'float32') continue;
    throw new GraphError('TRAIN_NOT_WEIGHT', 'Only float32 weights can be trained', {
      at: madeAt(t),
      got: `${t.node.op} ${describe(t)}`,
      fix: 'make it with weight(); read halves and integers as float32',
    });
  }
  const grads = gradients(loss, wrt);
  const moving: Moving[] = wrt.map((t) => ({
    name: t.node.name as string,
    gradient: `grad:${t.node.name}`,
    decay: t.shape.length > 1 ? decay : 0,
  }));
  const outputs = { loss, ...Object.fromEntries(moving.map((m, i) => [m.gradient, grads[i] as Tensor])) };
  const session = await compile(outputs, { ...compiling, moving: wrt });
  const { engine } = session;
  await engine.ask({
    do: 'train',
    session: session.id,
    rule,
    moving,
    start: Object.fromEntries(wrt.map((t) => [t.node.name as string, startValue(t)])),
  });

  const names = moving.map((m) => m.name);
  const memory = MEMORY[rule.kind].flatMap((key) => names.map((name) => `${name}:${key}`));
  const weightOf = (name: string) => wrt[names.indexOf(name.replace(/:[mv]$/, ''))] as Tensor;
  let taken = 0;
  return {
    engine,
    session,
    get taken() {
      return taken;
    },
    async step(batches, rate, signal) {
      const list = (Array.isArray(batches) ? batches : [batches]) as readonly Batch[];
      const answer = await engine.ask(
        {
          do: 'step',
          session: session.id,
          batches: list,
          loss: 'loss',
          taken,
          rate,
          ...(clip === undefined ? {} : { clip }),
        },
        signal,
      );
      const { moved, ...result } = answer.step as StepResult;
      if (!moved)
        throw new GraphError('LOSS_NOT_FINITE', `The loss or its gradient is not a finite number at step ${taken}`, {
          expected: 'a finite loss and gradient norm',
          got: `loss ${result.loss}, gradient norm ${result.norm}`,
          fix: 'lower the learning rate, clip the gradient, or look for damaged data in this batch; nothing has moved in this step',
        });
      taken++;
      return result;
    },
    weights: () => engine.read(names),
    state: async () => engine.read([...names, ...(taken > 0 ? memory : [])]),
    async restore(state, steps) {
      const wanted = steps > 0 ? [...names, ...memory] : names;
      for (const name of wanted) {
        const t = weightOf(name);
        const got = state[name];
        if (got?.dtype !== 'float32' || got.shape.join() !== t.shape.join())
          throw new GraphError('STATE_MISMATCH', `The saved state does not fit "${name}"`, {
            expected: describe(t),
            got: got ? `${got.dtype} [${got.shape}]` : 'nothing',
            fix: 'resume with the configuration of the saved run',
          });
      }
      for (const name of [...names, ...memory])
        await engine.hold(name, wanted.includes(name) ? (state[name] as Value) : zeros('float32', fixedShape(weightOf(name))));
      taken = steps;
    },
    async dispose() {
      if (engine.alive) await engine.drop([...names, ...memory]);
      await session.dispose();
    },
  };
}

/** A weight's stored values as float32, in an array of their own. */
function startValue(t: Tensor): Value {
  const source = t.node.source;
  if (source?.dtype !== 'float32')
    throw new GraphError('TRAIN_NOT_WEIGHT', 'A weight that trains must be stored as float32', {
      at: madeAt(t),
      got: source?.dtype ?? 'no source',
      fix: 'open the checkpoint with {as: "loaded"}',
    });
  return { dtype: 'float32', shape: fixedShape(t), data: numbersOf(t) };
}
