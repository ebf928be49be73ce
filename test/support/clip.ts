import { writeVideo } from '../../src/media/encode.ts';
import { OUR_TIME_BASE, type Ticks } from '../../src/media/frame.ts';
import { scene } from './scene.ts';

export interface ClipOptions {
  readonly seed: number;
  readonly seconds?: number | undefined;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
}

/** Writes the beginning of a scene as an mp4 with its voice, small unless told: a clip for whoever reads folders of them. */
export async function writeScene(path: string, { seed, seconds = 1, width = 64, height = 48, fps = 8 }: ClipOptions): Promise<void> {
  const [drawn, rate] = [scene({ width, height, seed }), 16_000];
  const video = await writeVideo(path, { width, height, sound: { rate, channels: 1 } });
  const tick = OUR_TIME_BASE.den / fps;
  for (let i = 0; i < seconds * fps; i++)
    await video.frame({ picture: drawn.picture(i / fps), pts: (i * tick) as Ticks, duration: tick as Ticks });
  await video.sound(Float32Array.from({ length: seconds * rate }, (_, i) => drawn.voice(i / rate)));
  await video.close();
}
