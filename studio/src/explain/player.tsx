import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import type { FacesReport } from '../../../src/faces/report.ts';
import { LOOKS } from '../emotions.ts';
import { type Clock, clockText, useAt } from './clock.ts';
import { facesAt, stepOf } from './faces.ts';
import type { Film } from './scenes.ts';

interface PlayerProps {
  readonly film: Film;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly clock: Clock;
  readonly report: FacesReport | undefined;
  readonly boxes: boolean;
  readonly lit: ReadonlyMap<number, number>;
  readonly caption: ReactNode;
}

/** The film, with the faces drawn over the very picture that is on the screen. */
export function Player({ film, video, clock, report, boxes, lit, caption }: PlayerProps) {
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    let handle = 0;
    // `currentTime` runs ahead of the picture; mediaTime is the picture's own
    const shown = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      clock.set(mediaTime);
      handle = element.requestVideoFrameCallback(shown);
    };
    const exact = 'requestVideoFrameCallback' in element && film.picture;
    const about = () => clock.set(element.currentTime);
    if (exact) handle = element.requestVideoFrameCallback(shown);
    for (const event of exact ? ['seeking', 'ended'] : ['timeupdate', 'seeking', 'ended']) element.addEventListener(event, about);
    return () => {
      if (exact) element.cancelVideoFrameCallback(handle);
      for (const event of ['timeupdate', 'seeking', 'ended']) element.removeEventListener(event, about);
    };
  }, [video, clock, film]);
  return (
    <figure className="explain-player">
      <div className={`explain-picture ${film.picture ? '' : 'sound-only'}`}>
        {/* biome-ignore lint/a11y/useMediaCaption: the transcript beside it follows the film, word for word */}
        <video
          ref={video}
          src={`/files/${film.file}/content`}
          preload="auto"
          playsInline
          tabIndex={-1}
          onError={() => setBroken(true)}
          onLoadedData={() => setBroken(false)}
        />
        {report !== undefined && boxes && <Boxes report={report} clock={clock} lit={lit} />}
        {broken && (
          <p className="callout warn">
            This browser cannot play this film. Curves, sound and explanations work all the same; an MP4 with H.264 plays everywhere.
          </p>
        )}
      </div>
      <figcaption className="unseen">{caption}</figcaption>
    </figure>
  );
}

function Boxes({ report, clock, lit }: { readonly report: FacesReport; readonly clock: Clock; readonly lit: ReadonlyMap<number, number> }) {
  const t = useAt(clock, (now) => now);
  const { width, height } = report.video;
  const faces = facesAt(report, t, stepOf(report));
  const unit = Math.max(width, height) / 100;
  return (
    <svg className="explain-boxes" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {faces.map(({ track, box: [x, y, w, h], emotion, share }) => {
        const text = `${track} ${LOOKS[emotion].mark} ${emotion} ${Math.round(100 * share)} %`;
        const top = y > 4 * unit ? y - 4 * unit : y + h;
        return (
          <g key={track} className={`${emotion} ${lit.has(track) ? 'lit' : ''}`}>
            <rect className="explain-box-under" x={x} y={y} width={w} height={h} rx={unit} strokeWidth={unit * 0.9} />
            <rect className="explain-box" x={x} y={y} width={w} height={h} rx={unit} strokeWidth={lit.has(track) ? unit : unit * 0.5} />
            <rect className="explain-box-label" x={x} y={top} width={text.length * unit * 1.72 + unit} height={unit * 4} rx={unit * 0.6} />
            <text x={x + unit * 0.7} y={top + unit * 2.9} fontSize={unit * 3}>
              {text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** The time, as it is now, of all that there is. */
export function TimeText({ clock, duration }: { readonly clock: Clock; readonly duration: number }) {
  const text = useAt(clock, clockText);
  return (
    <span className="number explain-time">
      {text} / {clockText(duration)}
    </span>
  );
}
