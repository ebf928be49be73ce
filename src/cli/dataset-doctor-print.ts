import { counted, type Examined, type Place, SYMPTOMS, type Symptom, type SymptomCode } from '../data/doctor/index.ts';
import type { Out } from './out.ts';

/** Examples of each code. */
const EXAMPLES = 2;

/** Findings by code, in the order of SYMPTOMS; codes without one are left out. */
export function countsOf(findings: readonly Symptom[]): Partial<Record<SymptomCode, number>> {
  const counts = new Map<SymptomCode, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries(
    (Object.keys(SYMPTOMS) as SymptomCode[]).flatMap((code) => (counts.has(code) ? [[code, counts.get(code)]] : [])),
  );
}

/** What was found: counts by code, the first examples of each, and what would be repaired. */
export function printDoctor(examined: readonly Examined[], out: Out): void {
  for (const { path, kind, symptoms } of examined) out.line(`${path} (${KINDS[kind]}): ${summary(symptoms)}`);
  if (examined.length === 0) out.line('Nothing to examine: no file of MELD, ECF or ECEM, and no clips.');
  const findings = examined.flatMap(({ symptoms }) => symptoms);
  const counts = Object.entries(countsOf(findings)) as [SymptomCode, number][];
  if (counts.length === 0) return;
  out.line();
  out.table(
    counts.map(([code, times]) => ({
      finding: code,
      is: SYMPTOMS[code].severity,
      times,
      sure: findings.filter((one) => one.code === code && one.repair !== undefined).length,
      what: SYMPTOMS[code].about,
    })),
  );
  out.line();
  for (const [code] of counts) {
    out.line(code);
    for (const { place, message } of findings.filter((one) => one.code === code).slice(0, EXAMPLES))
      out.line(`  ${placeText(place)}: ${message}`);
  }
  const repairs = examined.flatMap(({ changes }) => changes).length;
  out.line();
  out.line(
    repairs === 0 ? 'Nothing that --fix could repair.' : `--fix repairs ${counted(repairs, 'text')}: findings counted under "sure".`,
  );
}

const KINDS: Readonly<Record<Examined['kind'], string>> = {
  ecem: 'ECEM',
  meld: 'MELD',
  ecf: 'ECF',
  clips: 'clips',
  unknown: 'not understood',
};

function summary(symptoms: readonly Symptom[]): string {
  const of = (severity: Symptom['severity']) => counted(symptoms.filter((one) => one.severity === severity).length, severity);
  return `${of('error')}, ${of('warning')}, ${of('note')}`;
}

function placeText({ file, entry, line, dialogue, utterance, field }: Place): string {
  const where = [
    entry === undefined ? undefined : `entry ${entry}`,
    line === undefined ? undefined : `line ${line}`,
    dialogue === undefined ? undefined : `dialogue ${dialogue}`,
    utterance === undefined ? undefined : `utterance ${utterance}`,
    field,
  ];
  return [file, ...where].filter((part) => part !== undefined).join(', ');
}
