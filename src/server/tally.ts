/** What the server counts of itself, in the text format of Prometheus (version 0.0.4). No names of people, files or texts are in it. */
export interface Tally {
  /** One more, or `by` more, of something. Labels come from our own words only, so that their number stays small. */
  add(name: string, labels?: Labels, by?: number): void;
  /** Seconds that something took. */
  took(name: string, seconds: number, labels?: Labels): void;
  /** A value that is asked for when the text is written. */
  gauge(name: string, about: string, value: () => number): void;
  text(): string;
}

type Labels = Readonly<Record<string, string | number>>;

/** Upper ends of the buckets for seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Nothing counted yet. */
export function tally(): Tally {
  const counts = new Map<string, Map<string, number>>();
  const times = new Map<string, Map<string, { labels: Labels; buckets: number[]; sum: number; count: number }>>();
  const gauges = new Map<string, { about: string; value: () => number }>();
  return {
    add(name, labels = {}, by = 1) {
      const rows = counts.get(name) ?? new Map<string, number>();
      const key = written(labels);
      rows.set(key, (rows.get(key) ?? 0) + by);
      counts.set(name, rows);
    },
    took(name, seconds, labels = {}) {
      const rows = times.get(name) ?? new Map();
      const key = written(labels);
      const row = rows.get(key) ?? { labels, buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
      for (const [i, end] of BUCKETS.entries()) if (seconds <= end) row.buckets[i]!++;
      row.sum += seconds;
      row.count++;
      rows.set(key, row);
      times.set(name, rows);
    },
    gauge: (name, about, value) => void gauges.set(name, { about, value }),
    text() {
      const lines: string[] = [];
      for (const [name, rows] of counts)
        lines.push(`# TYPE famenet_${name} counter`, ...[...rows].map(([labels, n]) => `famenet_${name}${labels} ${n}`));
      for (const [name, rows] of times) {
        lines.push(`# TYPE famenet_${name} histogram`);
        for (const { labels, buckets, sum, count } of rows.values()) {
          for (const [i, end] of BUCKETS.entries()) lines.push(`famenet_${name}_bucket${written({ ...labels, le: end })} ${buckets[i]!}`);
          lines.push(`famenet_${name}_bucket${written({ ...labels, le: '+Inf' })} ${count}`);
          lines.push(`famenet_${name}_sum${written(labels)} ${sum}`, `famenet_${name}_count${written(labels)} ${count}`);
        }
      }
      for (const [name, { about, value }] of gauges)
        lines.push(`# HELP famenet_${name} ${about}`, `# TYPE famenet_${name} gauge`, `famenet_${name} ${value()}`);
      return `${lines.join('\n')}\n`;
    },
  };
}

/** `{a="1",b="2"}`, escaped as the format asks. */
function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
