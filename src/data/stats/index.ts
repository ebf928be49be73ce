/** What can be counted of a data set, and its report as text, pictures and one page. */
export { type AgreementStats, agreementOf, type TextScorer } from './agreement.ts';
export { emotionsDrawing, lengthsDrawing } from './charts.ts';
export { type DifferenceOptions, differenceOf, type SetDifference } from './compare.ts';
export { type EvidenceStats, evidenceOf, type PointedStats, pointedOf } from './evidence.ts';
export { reportHtml } from './html.ts';
export { explanationsOf, type Lengths, lengthsOf, WORDS } from './lengths.ts';
export { PRINTED_NOTES, PRINTED_SETS, type PrintedSet } from './printed.ts';
export { type Reported, type Section, sectionsOf } from './report.ts';
export { type SetStats, type SummaryOptions, summarise } from './summary.ts';
export { svgOf } from './svg.ts';
export { reportText } from './text.ts';
