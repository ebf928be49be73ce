import type { FacesReport, NameLink, PairReport, TrackReport, UtteranceReport } from '../faces/index.ts';
import type { Out } from './out.ts';

/** Peaks of one face that are printed; the others are counted. */
const MOST_PEAKS = 3;
/** Letters of an utterance that are printed. */
const MOST_TEXT = 40;

/** A report for people: faces, utterances, who changed after whom, notes, and what it was made with. */
export function printFaces(report: FacesReport, out: Out): void {
  const { video, tracks, shots, utterances, speakers = [], contagion, notes, receipt } = report;
  out.line(
    `${video.duration} s, ${video.width} × ${video.height}, ${video.fps} pictures a second: ${receipt.frames} looked at, ${shots.length} ${shots.length === 1 ? 'shot' : 'shots'}, ${tracks.length} ${tracks.length === 1 ? 'face' : 'faces'}.`,
  );
  section(out, tracks.map(trackRow));
  section(out, (utterances ?? []).map(utteranceRow));
  section(out, speakers.filter(({ track }) => track !== 'unknown').map(nameRow));
  section(out, contagion.filter(worthTelling).map(pairRow));
  out.line();
  for (const note of notes) out.line(note);
  out.line();
  out.line(`Made with ${made(receipt)}.`);
}

type Row = Readonly<Record<string, string | number | undefined>>;

function section(out: Out, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  out.line();
  out.table(rows);
}

function trackRow({ id, from, to, seen, dominant, dominantScore, peaks }: TrackReport): Row {
  const highest = [...peaks].sort((a, b) => b.value - a.value).slice(0, MOST_PEAKS);
  const told = highest.sort((a, b) => a.t - b.t).map(({ t, emotion, value }) => `${emotion} ${percent(value)} at ${t} s`);
  const more = peaks.length - highest.length;
  return {
    face: id,
    from,
    to,
    'seen (s)': seen,
    'viewers would read': reading(dominant, dominantScore),
    peaks: [...told, ...(more > 0 ? [`${more} more`] : [])].join(', '),
  };
}

function utteranceRow({ start, end, speaker, text = '', track, confidence, reason, of, dominant, dominantScore }: UtteranceReport): Row {
  return {
    start,
    end,
    speaker: speaker ?? '',
    face: track === 'unknown' ? `unknown: ${reason}` : `${track}`,
    confidence: track === 'unknown' ? '' : confidence.toFixed(2),
    'viewers would read': dominant === undefined ? '' : `${reading(dominant, dominantScore!)} (${of})`,
    said: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text,
  };
}

function nameRow({ speaker, track, confidence, utterances }: NameLink): Row {
  return { name: speaker, 'is face': track, confidence: confidence.toFixed(2), utterances };
}

/** Of all pairs, those in which somebody changed after the other, or whose courses go together more than by chance. */
function worthTelling({ followings, pHolm }: PairReport): boolean {
  return followings.length > 0 || (pHolm !== undefined && pHolm <= 0.05);
}

function pairRow({ leader, follower, followings, correlation, lag, pHolm }: PairReport): Row {
  return {
    face: follower,
    after: leader,
    times: followings.length,
    changes: followings.map((f) => `${f.emotion} at ${f.to} s, ${f.lag} s after`).join('; '),
    ...(correlation === undefined
      ? { correlation: '', lag: '', 'p (Holm)': '' }
      : { correlation: correlation.toFixed(2), lag: `${lag} s`, 'p (Holm)': pHolm!.toFixed(3) }),
  };
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

function reading(dominant: string, score: number): string {
  return dominant === 'unclear' ? 'unclear' : `${dominant} ${percent(score)}`;
}

/** Names of the networks, with the beginning of the hash of their weights. */
function made(receipt: FacesReport['receipt']): string {
  const parts = ['detector', 'recogniser', 'landmarks', 'descriptors'].flatMap((part) => {
    const used = receipt[part];
    if (typeof used !== 'object' || used === null) return [];
    const { network, sha256 } = used as { network?: unknown; sha256?: unknown };
    return [`${network ?? part} ${typeof sha256 === 'string' ? sha256.slice(0, 8) : ''}`.trim()];
  });
  const { fps } = receipt.video as { fps: number };
  return `${parts.join(', ')}; ${fps} pictures a second`;
}
