import { createRequire } from 'node:module';

/** The part of sherpa-onnx-node that we use; the package brings no types. Its classes are made once and work on one thread after the other. */
export interface Sherpa {
  readonly version?: string;
  readonly OfflineRecognizer: new (
    config: unknown,
  ) => {
    createStream(): Stream;
    decode(stream: Stream): void;
    getResult(stream: Stream): Recognised;
  };
  readonly Vad: new (
    config: unknown,
    /** Seconds. */
    buffer: number,
  ) => {
    acceptWaveform(samples: Float32Array): void;
    isEmpty(): boolean;
    /** `start` counts samples, which are copied, not shared. */
    front(shared: false): { readonly start: number; readonly samples: Float32Array };
    pop(): void;
    flush(): void;
  };
  readonly OfflineSpeakerDiarization: new (
    config: unknown,
  ) => {
    process(samples: Float32Array): readonly { readonly start: number; readonly end: number; readonly speaker: number }[];
  };
  readonly AudioTagging: new (
    config: unknown,
  ) => {
    createStream(): Stream;
    compute(stream: Stream, most: number): readonly { readonly name: string; readonly prob: number }[];
  };
}

interface Stream {
  acceptWaveform(sound: { readonly samples: Float32Array; readonly sampleRate: number }): void;
}

/** What a recogniser says of one stretch. The lists have one entry for each token, or none where the network does not know. */
export interface Recognised {
  readonly text: string;
  /** A space in front begins a word. */
  readonly tokens: readonly string[];
  /** Seconds from the beginning of the stretch. */
  readonly timestamps: readonly number[];
  readonly durations?: readonly number[];
  readonly ys_log_probs?: readonly number[];
}

const require = createRequire(import.meta.url);

/** Loads the native library: only in the listening process. Throws what the loader throws where there is none for this machine. */
export function loadSherpa(): Sherpa {
  return require('sherpa-onnx-node') as Sherpa;
}

/** The engine as receipts name it. */
export const SHERPA = `sherpa-onnx-node ${(require('sherpa-onnx-node/package.json') as { version: string }).version}`;
