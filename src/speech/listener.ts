/** The process that listens: a program of its own, started by `engineSpeech`. A damaged model ends the native library's process, which is this one. */
import { readSync, writeSync } from 'node:fs';
import { cut, piecesOf, type Stretch } from './pieces.ts';
import { type Message, OUT, type Request } from './protocol.ts';
import { loadSherpa, type Sherpa } from './sherpa.ts';
import { eventsOf, type Tagged, WINDOW } from './sounds.ts';
import { type Voice, wordsOf } from './tokens.ts';

/** Samples that Silero's detector looks at in one step, at 16 kHz. */
const VAD_STEP = 512;
/** Seconds of sound that the detector keeps. */
const VAD_KEEPS = 60;
/** Seconds: a shorter pause parts no voices, a shorter voice is none, and a longer one is cut by ourselves. */
const VAD = { threshold: 0.5, minSilenceDuration: 0.3, minSpeechDuration: 0.1, maxSpeechDuration: 50 };
/** Cosine distance up to which two stretches are of one voice, where their number is not known: sherpa-onnx's own default. */
const SAME_VOICE = 0.5;
/** Seconds: shorter turns are none, shorter pauses are no pauses. sherpa-onnx's own defaults. */
const TURNS = { minDurationOn: 0.3, minDurationOff: 0.5 };
/** Seconds from which sherpa-onnx asks the embedding whose turns are whose: the segmentation looks at ten, and again a second later. */
const TWO_LOOKS = 11;
/** Classes of a tagger that are looked at in one window. */
const TAGS = 8;
/** Seconds that a recogniser hears at least: a zipformer ends the process when it gets less than 0.09 (sherpa-onnx's issue 3685). */
const SHORTEST = 0.2;

const say = (message: Message) => {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < line.length; ) at += writeSync(OUT, line, at);
};

try {
  const { request, samples } = readAll();
  listen(loadSherpa(), request, samples);
  say({ is: 'end' });
} catch (error) {
  say({ is: 'failed', got: error instanceof Error ? error.message : String(error) });
}
process.exit(0);

function readAll(): { request: Request; samples: Float32Array } {
  let head = Buffer.alloc(0);
  const piece = Buffer.alloc(1 << 16);
  while (!head.includes(10)) {
    const got = readSync(0, piece);
    if (got === 0) throw new Error('no request came');
    head = Buffer.concat([head, piece.subarray(0, got)]);
  }
  const end = head.indexOf(10);
  const request = JSON.parse(head.subarray(0, end).toString()) as Request;
  const samples = new Float32Array(request.samples);
  const bytes = Buffer.from(samples.buffer);
  let at = head.copy(bytes, 0, end + 1);
  while (at < bytes.length) {
    const got = readSync(0, bytes, at, bytes.length - at, null);
    if (got === 0) throw new Error(`the sound broke off after ${at} of ${bytes.length} bytes`);
    at += got;
  }
  return { request, samples };
}

function listen(sherpa: Sherpa, request: Request, samples: Float32Array): void {
  const { rate } = request;
  const recogniser = new sherpa.OfflineRecognizer(recogniserOf(request));
  for (const { from, to } of stretches(sherpa, request, samples)) {
    const stream = recogniser.createStream();
    stream.acceptWaveform({ samples: atLeast(SHORTEST * rate, samples.subarray(from, to)), sampleRate: rate });
    recogniser.decode(stream);
    say({ is: 'words', words: wordsOf(recogniser.getResult(stream), from / rate, (to - from) / rate) });
    say({ is: 'beat', done: to / rate });
  }
  if (request.voices !== undefined) say({ is: 'voices', voices: voicesOf(sherpa, request, samples) });
  if (request.events) say({ is: 'events', events: eventsOf(tagged(sherpa, request, samples)) });
}

/** The samples, with silence behind them where they are fewer. */
function atLeast(least: number, samples: Float32Array): Float32Array {
  if (samples.length >= least) return samples;
  const longer = new Float32Array(least);
  longer.set(samples);
  return longer;
}

function recogniserOf({ models: { recogniser }, rate, language, threads }: Request): unknown {
  const { kind, tokens, ...files } = recogniser;
  const whisper = { ...files, language, task: 'transcribe', enableTokenTimestamps: 1 };
  return {
    featConfig: { sampleRate: rate, featureDim: 80 },
    modelConfig: { [kind]: kind === 'whisper' ? whisper : files, tokens, numThreads: threads, debug: 0 },
  };
}

/** What the recogniser hears piece by piece: voices where there is a detector, else everything, cut where it is quiet. */
function stretches(sherpa: Sherpa, { models: { voice }, rate }: Request, samples: Float32Array): Stretch[] {
  if (voice === undefined) return cut({ from: 0, to: samples.length }, samples, rate);
  const detector = new sherpa.Vad(
    { sileroVad: { ...VAD, model: voice, windowSize: VAD_STEP }, sampleRate: rate, numThreads: 1, debug: 0 },
    VAD_KEEPS,
  );
  const voices: Stretch[] = [];
  const collect = () => {
    for (; !detector.isEmpty(); detector.pop()) {
      const { start, samples: inside } = detector.front(false);
      voices.push({ from: start, to: start + inside.length });
    }
  };
  for (let at = 0; at + VAD_STEP <= samples.length; at += VAD_STEP) {
    detector.acceptWaveform(samples.subarray(at, at + VAD_STEP));
    collect();
  }
  detector.flush();
  collect();
  return piecesOf(voices, samples, rate);
}

function voicesOf(sherpa: Sherpa, { models, rate, voices = -1, threads }: Request, samples: Float32Array): Voice[] {
  const { segmentation, embedding } = models.speakers!; // the caller has looked
  const turns = (numClusters: number) =>
    new sherpa.OfflineSpeakerDiarization({
      segmentation: { pyannote: { model: segmentation }, numThreads: threads },
      embedding: { model: embedding, numThreads: threads },
      clustering: { numClusters, threshold: SAME_VOICE },
      ...TURNS,
    }).process(numClusters > 0 ? atLeast(TWO_LOOKS * rate, samples) : samples); // at one look it takes no number
  const asked = turns(voices);
  // Where it has fewer stretches than voices were asked for, it takes all for one voice.
  const found = voices > 1 && new Set(asked.map(({ speaker }) => speaker)).size === 1 ? turns(-1) : asked;
  const order = [...new Set(found.map(({ speaker }) => speaker))];
  const most = samples.length / rate;
  return found.map(({ start, end, speaker }) => ({ start, end: Math.min(end, most), speaker: `${order.indexOf(speaker) + 1}` }));
}

function tagged(sherpa: Sherpa, { models, rate, threads }: Request, samples: Float32Array): Tagged[] {
  const { kind, model, labels } = models.sounds!; // the caller has looked
  const network = kind === 'ced' ? { ced: model } : { zipformer: { model } };
  const tagger = new sherpa.AudioTagging({ model: { ...network, numThreads: threads, debug: 0 }, labels, topK: TAGS });
  const [windows, least]: [Tagged[], number] = [[], rate * WINDOW.hop];
  for (let start = 0; start * rate < samples.length; start += WINDOW.hop) {
    const window = samples.subarray(start * rate, (start + WINDOW.length) * rate);
    if (start > 0 && window.length < least) break; // the window before has heard it
    const stream = tagger.createStream();
    stream.acceptWaveform({ samples: atLeast(least, window), sampleRate: rate });
    windows.push({ start, end: start + window.length / rate, tags: tagger.compute(stream, TAGS) });
  }
  return windows;
}
