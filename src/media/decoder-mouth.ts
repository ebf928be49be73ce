import { writeSync } from 'node:fs';
import { encodeMessage, type Message } from './protocol.ts';

/** How the decoding process speaks. */
export interface Mouth {
  /** Says it and waits until it is on its way: a slow reader holds us up. Ends the process when nobody reads any more. */
  say(message: Message): void;
  /** A sign of life, said when nothing else was for a while. */
  beat(): void;
}

/** Milliseconds of silence after which a beat is said. */
const SILENCE = 1000;
/** Milliseconds before a full pipe is tried again, where the system does not wait for us. */
const RETRY = 1;

/** Opens the way back to the process that asked. */
export function openMouth(descriptor: number): Mouth {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let last = performance.now();
  const write = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) {
      try {
        done += writeSync(descriptor, bytes, done, bytes.length - done);
      } catch (e) {
        if ((e as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0);
        Atomics.wait(sleeper, 0, 0, RETRY);
      }
    }
  };
  const say = (message: Message) => {
    write(Buffer.concat(encodeMessage(message))); // small: pictures go another way
    last = performance.now();
  };
  return {
    say,
    beat() {
      if (performance.now() - last > SILENCE) say({ is: 'beat' });
    },
  };
}
