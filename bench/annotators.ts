/** 50 annotators on loopback, two writes a second each for 60 s, while a network explains: how long a write takes, and whether one is lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainerOf } from '../src/server/explainer.ts';
import { loaded, quantile } from '../test/support/annotators.ts';
import { roomyLlava } from '../test/support/llava.ts';
import { type Bench, round } from './report.ts';

export default {
  about: '50 annotators, 100 writes a second in all, beside a queue of explanations',
  async run({ quick, note }) {
    const model = await mkdtemp(join(tmpdir(), 'famenet-load-'));
    try {
      await roomyLlava(model, 1100);
      const [annotators, seconds, perSecond] = quick ? [10, 5, 2] : [50, 60, 2];
      note(`${annotators} annotators for ${seconds} s`);
      const explainer = explainerOf('tiny', async () => model);
      const { took, statuses, lost, wall, answered } = await loaded({ annotators, seconds, perSecond, explainer, questions: 4 });
      const ms = (share: number) => round(quantile(took, share), 1);
      return {
        figures: {
          'writes answered': statuses.get(200) ?? 0,
          'writes lost': lost,
          'seconds from the first write to the last answer': round(wall, 1),
          'ms of a write, p50': ms(0.5),
          'ms of a write, p95': ms(0.95),
          'ms of a write, p99': ms(0.99),
          'ms of a write, longest': ms(1),
          'explanations made meanwhile': answered.length,
        },
        ratios: { 'writes answered / sent': round((statuses.get(200) ?? 0) / took.length, 4) },
        versions: {},
      };
    } finally {
      await rm(model, { recursive: true });
    }
  },
} satisfies Bench;
