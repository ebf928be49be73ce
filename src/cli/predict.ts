import { open } from 'node:fs/promises';
import { writeTextFile } from '../base/atomic.ts';
import { FameError, ModelError, StoppedError } from '../base/errors.ts';
import { isRecord, readJsonFile, readTextFile } from '../base/file.ts';
import { readMeld } from '../data/index.ts';
import { type FaceNetworks, openFaceNetworks } from '../faces/index.ts';
import {
  checkRun,
  type Example,
  type ExplainOptions,
  explain,
  type Fame,
  type FilmCache,
  type Modality,
  openFame,
  openFilmCache,
  readDataset,
  towerHash,
  visionOf,
} from '../fame/index.ts';
import { command, flag, integer, number, path } from './command.ts';
import { FAME_ARGS, lookedAt, theModel } from './fame-args.ts';
import { checkWritten } from './table.ts';

export default command({
  name: 'predict',
  about: 'Explain every item of a data set, in the form that evaluate reads',
  examples: [
    'famenet predict world --model ./llava --out answers.jsonl',
    'famenet predict test.json --meld MELD --films films --model ./llava --projector out/best.safetensors --out answers.jsonl',
    'famenet evaluate --predictions answers.jsonl --references test.json',
  ],
  args: {
    dataset: path({
      positional: true,
      mustExist: true,
      about: 'ECEM, the folder of a made world or a built set (its test part if it is split), or dialogues with emotions',
    }),
    meld: FAME_ARGS.meld,
    films: FAME_ARGS.films,
    model: FAME_ARGS.model,
    vision: FAME_ARGS.vision,
    projector: path({ mustExist: true, about: "file or folder of g, where it is not in the model's" }),
    template: FAME_ARGS.template,
    modalities: FAME_ARGS.modalities,
    frames: FAME_ARGS.frames,
    maxNew: integer({ min: 1, default: 256, about: 'most new tokens' }),
    beams: integer({ min: 1, max: 64, about: 'search with so many beams; where absent what the model prefers, else 1' }),
    temperature: number({ min: 0, max: 10, default: 0, about: '0 always takes the likeliest token' }),
    seed: integer({ default: 0, about: 'fixes what is drawn' }),
    cache: path({ about: 'folder for what is seen in films; that of a training run will do' }),
    out: path({ required: true, about: 'JSONL {id, cause}; what is in it already is kept' }),
    force: flag({ about: 'begin anew instead of going on' }),
    provider: FAME_ARGS.provider,
    threads: FAME_ARGS.threads,
  },
  async run({ args, out, signal }) {
    const { vision, projector, template, threads, maxNew, temperature, seed } = args;
    const receiptFile = `${args.out}.run.json`;
    const model = await theModel(args.model);
    checkWritten({ '--out': args.out }, [args.dataset]);
    const meld = args.meld === undefined ? undefined : await readMeld(args.meld);
    const examples = await readDataset(args.dataset, { meld, films: args.films, part: 'test' });
    const { on: modalities, letters, why, frames, noRepeat, ...preferred } = await lookedAt(args, model, out);
    const beams = args.beams ?? (temperature > 0 ? 1 : preferred.beams);
    const engine = { provider: args.provider, ...(threads === undefined ? {} : { threads }) };
    const fame = await openFame(model, {
      ...engine,
      ...(vision === undefined ? {} : { vision }),
      ...(projector === undefined ? {} : { projector }),
      ...(template === undefined ? {} : { template }),
    });
    let networks: Promise<FaceNetworks> | undefined;
    const failed: { id: string; code: string }[] = [];
    try {
      const asked = { maxNew, beams, temperature, noRepeat, seed };
      const settings = { ...asked, ...(modalities.includes('V') ? { frames } : {}) };
      const receipt = { network: JSON.stringify(fame.receipt), modalities: letters, settings: JSON.stringify(settings) };
      const done = args.force ? undefined : await predicted(args.out);
      if (done !== undefined) checkRun(await readJsonFile(receiptFile), receipt, receiptFile);
      else await writeTextFile(receiptFile, `${JSON.stringify(receipt, null, 2)}\n`); // first, so that no answer is without one
      const cache = openFilmCache({
        folder: args.cache,
        vision: modalities.includes('V')
          ? { tower: visionOf(fame), hash: await towerHash(vision ?? model, visionOf(fame).tower) }
          : undefined,
        networks: () => (networks ??= openFaceNetworks({ provider: args.provider, threads })),
        frames,
      });
      const kept = examples.filter(({ id }) => done?.ids.has(id)).length;
      const file = await open(args.out, done === undefined ? 'w' : 'r+');
      try {
        let at = done?.bytes ?? 0;
        await file.truncate(at); // a line that was being written when the last run ended
        for (const [i, example] of examples.entries()) {
          if (signal.aborted) throw new StoppedError();
          if (!done?.ids.has(example.id)) {
            try {
              const cause = await answer(example, fame, { modalities, cache, settings: asked, signal });
              const line = Buffer.from(`${JSON.stringify({ id: example.id, cause })}\n`);
              await file.write(line, 0, line.length, at);
              await file.sync();
              at += line.length;
            } catch (error) {
              if (!(error instanceof FameError) || error.blame !== 'user') throw error;
              out.note(`${example.id}: ${error.message}`);
              failed.push({ id: example.id, code: error.code });
            }
          }
          out.progress({ done: i + 1, total: examples.length, unit: 'items', label: 'Predicting' });
        }
      } finally {
        await file.close();
      }
      const made = examples.length - kept - failed.length;
      out.line(`${examples.length} items: ${made} explained, ${kept} kept, ${failed.length} failed`);
      out.note(`Wrote ${args.out}`);
      out.done({
        out: args.out,
        items: examples.length,
        made,
        kept,
        failed,
        receipt: { network: fame.receipt, modalities: letters, ...(why === undefined ? {} : { whyModalities: why }), settings },
      });
    } finally {
      await Promise.all([fame.dispose(), networks?.then((opened) => opened.dispose()).catch(() => {})]);
    }
    if (failed.length === 0) return;
    throw new ModelError('PREDICT_FAILED', `${failed.length} of ${examples.length} items could not be explained`, {
      at: failed
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', '),
      got: [...new Set(failed.map(({ code }) => code))].join(', '),
      fix: 'see the errors above; run the same command again when they are mended: what is done is kept',
    });
  },
});

interface Asked {
  readonly modalities: readonly Modality[];
  readonly cache: FilmCache;
  readonly settings: Pick<ExplainOptions, 'maxNew' | 'beams' | 'temperature' | 'noRepeat' | 'seed'>;
  readonly signal: AbortSignal;
}

async function answer({ id, question, film }: Example, fame: Fame, { modalities, cache, settings, signal }: Asked): Promise<string> {
  const needed = modalities.filter((m) => m !== 'T');
  if (needed.length > 0 && film === undefined)
    throw new ModelError('FAME_QUESTION', 'The question lacks something', {
      at: id,
      expected: `a film, for ${needed.join(' and ')}`,
      got: 'none',
      fix: 'name the folder of the films, or give --modalities T',
    });
  const faces = modalities.includes('E') ? await cache.faces(film!, question.turns.slice(0, question.target + 1), signal) : undefined;
  const R = modalities.includes('V') ? await cache.features(film!, question.turns[question.target]?.end, signal) : undefined;
  const seen = R && { Q: await visionOf(fame).project(R, signal), times: [] };
  const stream = explain(fame, { ...question, faces }, { modalities, ...settings, signal, ...(seen ? { seen } : {}) });
  for (;;) {
    const next = await stream.next();
    if (next.done) return next.value.text;
  }
}

/** The answers that an earlier run has written, and how many bytes of the file are whole lines; undefined where there is no file. Throws FILE_DAMAGED. */
async function predicted(file: string): Promise<{ readonly ids: ReadonlySet<string>; readonly bytes: number } | undefined> {
  const content = await readTextFile(file, { maxBytes: 512e6 }).catch((error: unknown) => {
    if (error instanceof FameError && error.code === 'FILE_MISSING') return undefined;
    throw error;
  });
  if (content === undefined) return undefined;
  const whole = content.slice(0, content.lastIndexOf('\n') + 1);
  const ids = whole
    .split('\n')
    .slice(0, -1)
    .map((line, i) => idOf(line, `${file}:${i + 1}`));
  return { ids: new Set(ids), bytes: Buffer.byteLength(whole) };
}

function idOf(line: string, at: string): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (isRecord(value) && typeof value.id === 'string' && typeof value.cause === 'string') return value.id;
  const detail = { at, expected: '{"id": …, "cause": …}', got: line.slice(0, 60), fix: 'take the line out, or begin anew with --force' };
  throw new FameError('FILE_DAMAGED', 'A file cannot be understood', detail);
}
