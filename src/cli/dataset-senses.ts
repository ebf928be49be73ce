import { listened, looked, type Sense } from '../data/doctor/index.ts';
import { type FaceNetworks, facesOfVideo } from '../faces/index.ts';
import { loudness } from '../faces/speech.ts';
import { readSound } from '../media/index.ts';

/** Pictures a second that are looked at: with 5 half of the speakers stay unknown. */
const LOOK_FPS = 10;

/** Hears whether a clip can hold the words of its row. Decodes all of its sound. */
export const listen: Sense = async ({ path, place, utterance }, found, signal) => {
  if (utterance === undefined || found.audio === undefined) return [];
  const sound = await readSound(path, { signal });
  const { level, step } = loudness(sound);
  const peak = sound.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return listened(
    utterance,
    {
      seconds: sound.samples.length / sound.rate,
      loud: level.reduce((count, value) => count + (value >= 0 ? step : 0), 0),
      peak: 20 * Math.log10(peak + 1e-10),
    },
    place,
  );
};

/** Looks whether anybody in a clip speaks. Decodes it and runs the networks of `famenet faces`; one clip after the other, since they share them. */
export function look(networks: Promise<FaceNetworks>): Sense {
  let before: Promise<unknown> = Promise.resolve();
  return (clip, found, signal) => {
    const turn = before.then(() => lookAt(clip, found, networks, signal));
    before = turn.catch(() => {});
    return turn;
  };
}

async function lookAt(
  { path, place, utterance }: Parameters<Sense>[0],
  { video, audio, duration }: Parameters<Sense>[1],
  networks: Promise<FaceNetworks>,
  signal: AbortSignal | undefined,
): ReturnType<Sense> {
  if (utterance === undefined || video === undefined || audio === undefined || !(duration > 0)) return [];
  const whole = { start: 0, end: duration, speaker: utterance.speaker, text: utterance.text };
  const report = await facesOfVideo(path, networks, { fps: LOOK_FPS, utterances: [whole], signal });
  const [told] = report.utterances ?? [];
  return looked({ faces: report.tracks.length, nobody: told?.track === 'unknown' ? told.reason : undefined }, place);
}
