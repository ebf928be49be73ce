import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { FameError } from '../base/errors.ts';
import { type PatchManifest, type Severity, SYMPTOMS, type SymptomCode } from '../data/doctor/index.ts';
import { MELD_PARTS, type MeldPart } from '../data/index.ts';
import { PRINTED_SETS } from '../data/stats/index.ts';
import { type Env, idOf, keyOf, nowOf, type Server, unknown, whoOf } from './context.ts';
import { setFileOf, wholeSetOf } from './datasets.ts';
import { acceptedChanges, type Decision, type FoundFinding } from './findings.ts';
import { allow } from './guard.ts';
import type { JobState, Work } from './jobs.ts';
import { type Asked, type DoctorReport, inThread, type StatisticsReport } from './set-work.ts';
import { body, idIn, json, KEY, routes, shaped, write } from './shape.ts';

const SEVERITIES = ['error', 'warning', 'note'] as const satisfies readonly Severity[];
const DECISIONS = ['accepted', 'refused', 'open'] as const;
/** Charts of statistics. */
export const CHARTS = ['lengths', 'emotions'] as const;
const parts = Object.keys(MELD_PARTS) as [MeldPart, ...MeldPart[]];

/** Findings of one code: what it is, and how far people are with it. */
interface CodeSum {
  readonly code: SymptomCode;
  readonly severity: Severity;
  readonly about: string;
  readonly count: number;
  /** Those that a repair would mend. */
  readonly sure: number;
  readonly accepted: number;
  readonly refused: number;
}

/** A page of findings, and sums of all. */
export interface FindingsPage {
  readonly kind: string;
  readonly compared: boolean;
  readonly codes: readonly CodeSum[];
  /** How many fit the filter. */
  readonly total: number;
  /** Repairs in all, and those that the patch would hold now. */
  readonly repairs: { readonly all: number; readonly accepted: number };
  readonly findings: readonly (Omit<FoundFinding, 'changes'> & { readonly decision?: Decision })[];
}

/** The doctor's and the statistics' reports about data sets: made by jobs, read in pages, and decided finding by finding. */
export const examination = (server: Server) => {
  const { log, work, reports } = server;
  const SET = idIn('dataset');
  const set = (c: Context<Env>, id: string) => wholeSetOf(log.state, id, whoOf(c));
  /** Tables of MELD by their parts, of the same project. */
  const tablesOf = (c: Context<Env>, project: string, meld: Readonly<Partial<Record<MeldPart, string>>>): Asked['meld'] =>
    Object.fromEntries(
      Object.entries(meld).map(([part, id]) => {
        const table = set(c, id);
        if (table.project !== project || table.received.kind !== 'meld') throw unknown('table of MELD', id);
        return [part, setFileOf(server, table)];
      }),
    );
  return routes()
    .openapi(
      createRoute({
        method: 'post',
        path: '/{dataset}/doctor',
        summary: 'Let the doctor look at a data set; tables of MELD are data sets of the same project',
        ...allow('owner'),
        request: { headers: KEY, params: SET, ...body(z.object({ meld: z.partialRecord(z.enum(parts), z.string()).default({}) })) },
        responses: { 202: json(shaped<JobState>('The job'), 'It waits') },
      }),
      (c) => {
        const { id, name, project } = set(c, c.req.valid('param').dataset);
        const asked = {
          task: 'doctor',
          file: setFileOf(server, { id, name }),
          meld: tablesOf(c, project, c.req.valid('json').meld),
        } as const;
        const key = keyOf(c, server);
        const by = whoOf(c).id;
        const examine: Work = async function* examine(told, signal) {
          told({ stage: 'reading' });
          const report: DoctorReport = await inThread(asked, { told: () => told({ stage: 'examining' }), signal });
          yield* [];
          const counts = Object.fromEntries(
            SEVERITIES.map((severity) => [severity, report.findings.filter((one) => one.severity === severity).length]),
          ) as Record<Severity, number>;
          await log.carryOut((state) => {
            if (!state.sets.has(id)) return [];
            return [{ id: idOf(server.secret, key, 'examined'), at: nowOf(server), by, type: 'set-examined', dataset: id, counts }];
          });
          if (log.state.sets.has(id)) await reports.write('doctor', id, report);
          return { dataset: id, counts, findings: report.findings.length, repairs: report.changes.length };
        };
        return c.json(work.add(by, examine, key), 202);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dataset}/findings',
        summary: "A page of the doctor's findings, by code, severity and what was decided",
        ...allow('viewer'),
        request: {
          params: SET,
          query: z.object({
            code: z.string().max(40).optional(),
            severity: z.enum(SEVERITIES).optional(),
            decision: z.enum(DECISIONS).optional(),
            from: z.coerce.number().int().min(0).default(0),
            count: z.coerce.number().int().min(1).max(500).default(100),
          }),
        },
        responses: { 200: json(shaped<FindingsPage>('Findings'), 'Findings') },
      }),
      async (c) => {
        const { id, decisions } = set(c, c.req.valid('param').dataset);
        const report = await reports.read('doctor', id);
        const { code, severity, decision, from, count } = c.req.valid('query');
        const fitting = report.findings.filter(
          (one) =>
            (code === undefined || one.code === code) &&
            (severity === undefined || one.severity === severity) &&
            (decision === undefined || (decisions.get(one.id) ?? 'open') === decision),
        );
        const page: FindingsPage = {
          kind: report.kind,
          compared: report.compared,
          codes: sumsOf(report.findings, decisions),
          total: fitting.length,
          repairs: { all: report.changes.length, accepted: acceptedChanges(report, decisions).length },
          findings: fitting.slice(from, from + count).map(({ changes: _, ...finding }) => {
            const decided = decisions.get(finding.id);
            return decided === undefined ? finding : { ...finding, decision: decided };
          }),
        };
        return c.json(page, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{dataset}/decisions',
        summary: 'Accept or refuse findings; those of which one repair is made are decided together',
        ...allow('owner'),
        request: {
          headers: KEY,
          params: SET,
          ...body(
            z.object({
              findings: z
                .array(z.string().regex(/^[0-9a-f]{16}$/))
                .min(1)
                .max(20_000),
              decision: z.enum(DECISIONS),
            }),
          ),
        },
        responses: { 200: json(z.object({ decided: z.array(z.string()), repairs: z.number() }), 'What was decided') },
      }),
      async (c) => {
        const { id } = set(c, c.req.valid('param').dataset);
        const report = await reports.read('doctor', id);
        const { findings: asked, decision } = c.req.valid('json');
        const known = new Map(report.findings.map((one) => [one.id, one]));
        const findings = [...new Set(asked.flatMap((one) => [one, ...(known.get(one)?.together ?? [])]))];
        const strange = asked.find((one) => !known.has(one));
        if (strange !== undefined) throw unknown('finding', strange);
        await write(c, server, 'findings-decided', { dataset: id, findings, decision }, (state) => {
          wholeSetOf(state, id, whoOf(c));
          return {};
        });
        return c.json({ decided: findings, repairs: acceptedChanges(report, set(c, id).decisions).length }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dataset}/patch',
        summary: 'The repairs that were accepted, as a manifest for `famenet dataset patch`',
        ...allow('viewer'),
        request: { params: SET },
        responses: { 200: json(shaped<PatchManifest>('A manifest'), 'A manifest') },
      }),
      async (c) => {
        const { id, name, decisions } = set(c, c.req.valid('param').dataset);
        const changes = acceptedChanges(await reports.read('doctor', id), decisions);
        const manifest = await inThread({ task: 'patch', file: setFileOf(server, { id, name }), changes }, { signal: c.req.raw.signal });
        return c.json(manifest, 200, { 'Content-Disposition': 'attachment; filename="repairs.json"' });
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/{dataset}/statistics',
        summary: "Count a data set: the paper's Table 1, Figures 3 and 4, and what else it knows",
        ...allow('owner'),
        request: { headers: KEY, params: SET, ...body(z.object({ is: z.enum(PRINTED_SETS.map(({ name }) => name)).optional() })) },
        responses: { 202: json(shaped<JobState>('The job'), 'It waits') },
      }),
      (c) => {
        const { id, name } = set(c, c.req.valid('param').dataset);
        const asked = { task: 'statistics', file: setFileOf(server, { id, name }), is: c.req.valid('json').is } as const;
        const count: Work = async function* count(told, signal) {
          told({ stage: 'reading' });
          const report: StatisticsReport = await inThread(asked, { told: () => told({ stage: 'counting' }), signal });
          yield* [];
          if (log.state.sets.has(id)) await reports.write('statistics', id, report);
          return { dataset: id, entries: report.sets[0]!.entries };
        };
        return c.json(work.add(whoOf(c).id, count, keyOf(c, server)), 202);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dataset}/statistics',
        summary: 'What was counted: sums, and tables to read',
        ...allow('viewer'),
        request: { params: SET },
        responses: { 200: json(shaped<Omit<StatisticsReport, 'charts'>>('Sums and tables'), 'Sums and tables') },
      }),
      async (c) => {
        const { charts: _, ...report } = await reports.read('statistics', set(c, c.req.valid('param').dataset).id);
        return c.json(report, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/{dataset}/charts/{chart}',
        summary: 'A chart as SVG',
        ...allow('viewer'),
        request: { params: SET.extend({ chart: z.enum(CHARTS) }) },
        responses: { 200: { description: 'SVG', content: { 'image/svg+xml': { schema: z.string() } } } },
      }),
      async (c) => {
        const { dataset, chart } = c.req.valid('param');
        const { charts } = await reports.read('statistics', set(c, dataset).id);
        const svg = charts[chart];
        if (svg === undefined) throw new FameError('SERVER_UNKNOWN', 'There is no such chart', { at: chart, fix: 'have it counted again' });
        return c.body(svg, 200, { 'Content-Type': 'image/svg+xml; charset=utf-8' });
      },
    );
};

function sumsOf(findings: readonly FoundFinding[], decisions: ReadonlyMap<string, Decision>): CodeSum[] {
  const byCode = new Map<SymptomCode, FoundFinding[]>();
  for (const finding of findings) {
    const found = byCode.get(finding.code);
    if (found === undefined) byCode.set(finding.code, [finding]);
    else found.push(finding);
  }
  return (Object.keys(SYMPTOMS) as SymptomCode[]).flatMap((code) => {
    const found = byCode.get(code);
    if (found === undefined) return [];
    const decided = (as: Decision) => found.filter(({ id }) => decisions.get(id) === as).length;
    const { severity, about } = SYMPTOMS[code];
    const sure = found.filter(({ changes }) => changes.length > 0).length;
    return [{ code, severity, about, count: found.length, sure, accepted: decided('accepted'), refused: decided('refused') }];
  });
}
