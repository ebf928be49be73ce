/** Public names of `famenet/media`. */
export { type DecodeOptions, decode } from './decode.ts';
export type { MediaOptions } from './decoder-process.ts';
export { type FrameToWrite, type VideoSettings, type VideoWriter, writeVideo } from './encode.ts';
export { fileClip } from './fileclip.ts';
export { type Film, watch } from './film.ts';
export { type Frame, rescale, type Sound, type SoundChunk, secondsOf, type Ticks, type TimeBase } from './frame.ts';
export { type Ledger, NOTES, readLedger } from './ledger.ts';
export { LIMITS, type Limits } from './limits.ts';
export { type Clip, type Merged, type MergeOptions, mergeClips, shownAs } from './merge.ts';
export { pngOf, readPicture } from './photo.ts';
export { type Picture, picture, resize } from './picture.ts';
export type { Colours, Image, Planes } from './planes.ts';
export { type Probe, probe } from './probe.ts';
export type { AudioInfo, Ending, VideoInfo } from './protocol.ts';
export type { Sampling } from './sample.ts';
export type { Showing } from './showing.ts';
export { decodeSound, readSound, type SoundOptions } from './sound.ts';
export { wavOf } from './wav.ts';
