import { gate } from './annotate-gate.ts';
import { close, erase, guidelines, reassign, withdraw } from './annotate-lead.ts';
import { calibrate, open } from './annotate-open.ts';
import { approve, conflict, invite, leave, people, sendBack, train } from './annotate-people.ts';
import { dump, exportResults, restore, status } from './annotate-status.ts';
import { accept, discuss, draft, next, release, retract, revise, vote } from './annotate-work.ts';
import { group } from './command.ts';

export default group({
  name: 'annotate',
  about: 'Lead a campaign in which people write why speakers feel so, and agree on it',
  commands: [
    calibrate,
    open,
    invite,
    people,
    train,
    approve,
    sendBack,
    conflict,
    leave,
    next,
    draft,
    retract,
    release,
    gate,
    vote,
    discuss,
    revise,
    accept,
    reassign,
    withdraw,
    guidelines,
    status,
    exportResults,
    dump,
    restore,
    erase,
    close,
  ],
});
