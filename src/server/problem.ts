/** Errors as a client gets them: problem details (RFC 9457) with the same facts as on the command line. */
import { FameError } from '../base/errors.ts';

/** The body of an answer that refuses or fails; `Content-Type: application/problem+json`. */
export interface Problem {
  /** `urn:famenet:CODE`; docs/errors.md says more of each. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly at?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix?: string;
}

/** Statuses of codes that are not 422 (what was sent cannot be used) or, where it is our fault, 500. The first row that fits counts. */
const STATUSES: readonly (readonly [code: RegExp, status: number])[] = [
  [/^(SERVER_REQUEST|SERVER_KEY|UPLOAD_BROKEN|PROTOCOL_FORM)$/, 400],
  [/^SERVER_(LOGIN|PASSWORD|ACCOUNT)$/, 401],
  [/^(SERVER_ROLE|SERVER_ORIGIN|SERVER_HOST|SERVER_INVITATION|PROTOCOL_ROLE|PROTOCOL_STRANGER|PURPOSE_\w+|TEXT_ONLY|FILE_FUTURE)$/, 403],
  [/^(SERVER_UNKNOWN|ERASE_NOBODY|PROTOCOL_ITEM|PROTOCOL_PERSON|PROTOCOL_NOT_OPEN)$/, 404],
  [
    /^(UPLOAD_OFFSET|UPLOAD_BUSY|UPLOAD_UNFINISHED|CAMPAIGN_EMPTY|SERVER_TAKEN|SERVER_KEY_TWICE|STORE_ID|SET_REPORT|SERVER_SPEECH|SERVER_MEASURE|TRANSCRIPT_CHANGED|PROTOCOL_\w+)$/,
    409,
  ],
  [/^(UPLOAD_SIZE|UPLOAD_QUOTA|SERVER_BODY|MEDIA_LIMIT)$/, 413],
  [/^(MEDIA_FORMAT|SET_TEXT|DATASET_FILE)$/, 415],
  [/^FILE_RANGE$/, 416],
  [/^(SERVER_RATE|QUEUE_FULL)$/, 429],
  [/^UPLOAD_SLOW$/, 408],
  [/^(DESK_BUSY|STORE_READ|STORE_FAILED|STORE_CLOSED|SERVER_ENDING)$/, 503],
];

/** The problem that an error is. `hide` is a folder whose name nobody outside needs. What no code of ours has raised says nothing of itself. */
export function problemOf(error: unknown, hide = ''): Problem {
  if (!(error instanceof FameError))
    return {
      type: 'urn:famenet:BUG',
      title: 'famenet met something it did not expect. This is our bug, not your mistake',
      status: 500,
      code: 'BUG',
      fix: "the server's own output says more",
    };
  const { code, detail, blame } = error;
  const shown = (text: string) => (hide === '' ? text : text.replaceAll(hide, '…'));
  const [first = ''] = error.message.split('\n');
  return {
    type: `urn:famenet:${code}`,
    title: shown(first.replace(` [${code}]`, '')),
    status: STATUSES.find(([which]) => which.test(code))?.[1] ?? (blame === 'us' ? 500 : 422),
    code,
    ...Object.fromEntries(Object.entries(detail).map(([key, text]) => [key, shown(String(text))])),
  };
}
