import { readDialogue } from '../data/dialogue.ts';
import { DETECTORS, FACES_FPS, facesOfVideo, openFaceNetworks, overlayVideo, RECOGNISERS } from '../faces/index.ts';
import { PROVIDERS } from '../graph/protocol.ts';
import { choice, command, flag, integer, list, number, path } from './command.ts';
import { analyseSeveral, printSeveral, videosOf } from './faces-batch.ts';
import { printFaces } from './faces-print.ts';
import { checkWritten } from './table.ts';

export default command({
  name: 'faces',
  about: 'Follow the faces of a video and say how viewers would read their expressions',
  examples: [
    'famenet faces scene.mp4',
    'famenet faces scene.mp4 --dialogue scene.srt --fps 10 --overlay seen.mp4',
    'famenet faces scene.mp4 --json > scene.json',
    'famenet faces clips/ --dialogue subtitles/ --out reports',
  ],
  args: {
    videos: list(path({ mustExist: true }), { positional: true, about: 'a video; with --out several, or folders of them' }),
    fps: number({ min: 0.1, max: 120, default: FACES_FPS, about: 'pictures a second that are looked at; 10 find more speakers' }),
    dialogue: path({
      mustExist: true,
      about: 'who says what when: JSON, .srt or .vtt; for several videos a folder with files of their names',
    }),
    overlay: path({ about: 'write the video again with boxes, bars and who speaks' }),
    out: path({ about: 'folder for NAME.faces.json of each video; what is there and still right is kept' }),
    force: flag({ about: 'with --out: analyse again what is there' }),
    landmarks: flag({ about: 'keep the 68 points of each face in the JSON' }),
    detector: choice(DETECTORS, {
      about:
        'ssd8 is ssd in whole numbers, in a third of the time; tiny sees only large faces; s3fd needs --detector-weights (default ssd8, on a graphics card ssd)',
    }),
    detectorWeights: path({ mustExist: true, about: 'weights that npm does not bring, as .safetensors' }),
    score: number({ min: 0, max: 1, default: 0.5, about: 'a detection with this score is a face; less is enough to follow one' }),
    recogniser: choice(RECOGNISERS, { default: 'expression', about: 'ddamfn needs --recogniser-weights' }),
    recogniserWeights: path({ mustExist: true, about: 'weights that npm does not bring, as .safetensors' }),
    provider: choice(PROVIDERS, { default: 'cpu', env: 'FAMENET_PROVIDER', about: 'where the networks run' }),
    threads: integer({
      min: 1,
      max: 256,
      about: "threads inside one operator, of two networks at once; half of the machine's cores where absent",
    }),
  },
  async run({ args, out, signal }) {
    const videos = await videosOf(args);
    checkWritten({ '--overlay': args.overlay }, [...videos, ...(args.dialogue === undefined ? [] : [args.dialogue])]);
    const several = args.out !== undefined;
    const utterances = several || args.dialogue === undefined ? undefined : await readDialogue(args.dialogue);
    const networks = openFaceNetworks(args);
    networks.catch(() => {}); // awaited by whoever needs them
    try {
      if (several) {
        printSeveral(await analyseSeveral(videos, args, { networks: await networks, out, signal }), out);
        return;
      }
      const video = videos[0]!;
      const report = await facesOfVideo(video, networks, {
        fps: args.fps,
        utterances,
        keepLandmarks: args.landmarks,
        signal,
        onProgress: ({ frames, total }) => out.progress({ done: frames, total, unit: 'frames', label: 'Faces' }),
      });
      if (args.overlay !== undefined) {
        await (await networks).dispose(); // an encoder needs memory, too
        const progress = (done: number, total: number) => out.progress({ done, total, unit: 'frames', label: 'Overlay' });
        await overlayVideo(video, report, args.overlay, { signal, onProgress: ({ frames, total }) => progress(frames, total) });
        out.note(`Wrote ${args.overlay}`);
      }
      printFaces(report, out);
      out.done(report);
    } finally {
      const opened = await networks.catch(() => undefined);
      await opened?.dispose();
    }
  },
});
