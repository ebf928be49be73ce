/** Where a data set comes from: a file or folder, or what a campaign has published. */
import { UsageError } from '../base/errors.ts';
import { type DataSet, readDataSet } from '../data/exchange/index.ts';
import { campaignSet } from '../server/published.ts';
import { readCampaign } from './annotate-campaign.ts';
import { path, text } from './command.ts';

/** The arguments that name a data set. */
export const SOURCE_ARGS = {
  data: path({
    positional: true,
    required: false,
    mustExist: true,
    about: 'file or folder in a format of `dataset export`, or dialogues with emotions (ours, MELD, ECF, RECCON)',
  }),
  db: text({ about: 'in place of it: file of a store, or postgres://…; what its campaign has published' }),
  campaign: text({ about: 'with --db: which campaign; may be left out where there is one' }),
} as const;

/** Reads the set that was named. Throws DATASET_SOURCE, and as `readDataSet` and `readCampaign` do. */
export async function sourceOf({
  data,
  db,
  campaign: wanted,
}: {
  readonly data: string | undefined;
  readonly db: string | undefined;
  readonly campaign: string | undefined;
}): Promise<DataSet> {
  if ((data === undefined) === (db === undefined))
    throw new UsageError('DATASET_SOURCE', data === undefined ? 'No data set was named' : 'Two data sets were named where one is read', {
      expected: 'a file or folder, or --db with a store of campaigns',
      got: data === undefined ? 'neither' : 'both',
      fix: 'give one of them',
    });
  if (data !== undefined) return readDataSet(data);
  const { id, campaign } = await readCampaign({ db: db!, campaign: wanted });
  return campaignSet(id, campaign);
}
