import { Type } from 'typebox';
import { Time } from '../http/time.ts';
import { type DialKind, type DialStage, dialKinds, dialStages } from './core/facts.ts';

/** Names of nodes and regions match this pattern (base/protocol/src/ids.ts, fence.ts). */
const NAME = '^[A-Za-z0-9._-]{1,64}$';
/** Longer than any test waits, in milliseconds. */
const MS_MAX = 600_000;
const EVERY_S = { minimum: 5, maximum: 600 } as const;
/** Limit of results in a report: a call, a booking, and a pair and a stream for each of 64 other regions. */
const RESULTS_MAX = 130;

export const name = (description: string) => Type.String({ pattern: NAME, description });
const ms = (description?: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: MS_MAX, ...(description !== undefined && { description }) }));
export const Kind = Type.Unsafe<DialKind>({
  type: 'string',
  enum: [...dialKinds],
  description:
    'call: a call joined in `region`. pair: media of the tester of `toRegion`, received in `region`. stream: RTMP into `region`, played as HLS from `toRegion`. booking: a meeting that is booked, read and cancelled by REST.',
});
const Stage = Type.Unsafe<DialStage>({
  type: 'string',
  enum: [...dialStages],
  description: 'Stage at which the test failed.',
});

export const DialReportSchema = Type.Object(
  {
    probe: name('Node that runs the tester.'),
    hostId: name('Host of the node.'),
    region: name('Region of the node.'),
    everyS: Type.Integer({ ...EVERY_S, description: 'Seconds from the start of one round to the next.' }),
    results: Type.Array(
      Type.Object({
        kind: Kind,
        toRegion: Type.Optional(name('The other region of a pair or stream.')),
        isOk: Type.Boolean(),
        stage: Type.Optional(Stage),
        code: Type.Optional(
          Type.String({ pattern: NAME, description: 'Error code of a failure; `stage` says where it failed.' }),
        ),
        text: Type.Optional(Type.String({ maxLength: 256, description: 'One sentence for operators.' })),
        joinMs: ms(),
        firstFrameMs: ms(),
        gapMs: ms('Longest time without media.'),
        servedBy: Type.Optional(name('Media node or gateway that served the test.')),
        servedRegion: Type.Optional(name('Region of `servedBy`.')),
      }),
      {
        maxItems: RESULTS_MAX,
        description: 'Results of the round; an empty list only reports that the tester is alive.',
      },
    ),
  },
  { title: 'DialReport' },
);

const count = (description?: string) => Type.Integer({ minimum: 0, ...(description !== undefined && { description }) });
const figure = (description?: string) => Type.Optional(Type.Number(description === undefined ? {} : { description }));
const text = (description?: string) => Type.String(description === undefined ? {} : { description });

const DialFailure = Type.Object(
  { at: Time, stage: text(), code: text(), text: text(), probe: text(), servedBy: Type.Optional(text()) },
  { title: 'DialFailure' },
);
export const DialCell = Type.Object(
  {
    region: text(),
    kind: text(),
    toRegion: text("The other region; '' for calls and bookings."),
    tried: count('Tests in the last 15 minutes.'),
    failed: count('Failed tests among `tried`.'),
    isFailing: Type.Boolean({ description: 'The last two tests of one tester failed.' }),
    isOk: Type.Boolean({ description: 'The last test succeeded.' }),
    lastAt: Time,
    joinMs: figure('Time of the last successful test; so are `firstFrameMs` and `gapMs`.'),
    firstFrameMs: figure(),
    gapMs: figure(),
    servedBy: Type.Optional(text()),
    servedRegion: Type.Optional(text()),
    lastFailure: Type.Optional(DialFailure),
  },
  { title: 'DialCell' },
);
const faults = ['call', 'receives', 'sends', 'pair', 'stream', 'watched', 'booking', 'bookings', 'silent'] as const;
export const DialFault = Type.Object(
  {
    what: Type.Unsafe<(typeof faults)[number]>({
      type: 'string',
      enum: [...faults],
      description:
        'call: calls in `region` fail. receives, sends: media from, or to, several other regions does not arrive. pair: media of one other region does not arrive. stream: streams into `region` fail. watched: streams watched from `region` fail, wherever they come in. booking: bookings fail in `region`. bookings: they fail in every region. silent: the tester does not report.',
    }),
    region: text(),
    others: Type.Array(text(), {
      description: 'The other regions of `receives` and `sends`; for a pair, the region whose media does not arrive.',
    }),
    stage: text(),
    code: text(),
    text: text(),
    since: Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'First failure after the last success; for `silent`, the last report.',
    }),
  },
  { title: 'DialFault' },
);
export const DialState = Type.Object(
  {
    at: Time,
    regions: Type.Array(
      Type.Object({
        region: text(),
        reportedAt: Time,
        everyS: Type.Number(),
        probe: text('Tester that sent the last report.'),
        hostId: text(),
      }),
      { description: 'Regions that reported within the last hour.' },
    ),
    cells: Type.Array(DialCell),
    faults: Type.Array(DialFault, {
      description: 'In the order of their alarms: calls of a region first, then pairs, then the rest.',
    }),
  },
  { title: 'DialState' },
);

export const DialHistory = Type.Object(
  {
    stepS: count('Seconds that a point covers.'),
    points: Type.Array(
      Type.Object({
        at: Time,
        tried: count(),
        failed: count(),
        joinMs: figure('Mean of the successful tests; so are `firstFrameMs` and `gapMs`.'),
        firstFrameMs: figure(),
        gapMs: figure(),
      }),
      { description: 'The oldest first. Spans without tests have no point.' },
    ),
    failures: Type.Array(DialFailure, { description: 'Failures of the last 32 days, the newest first, at most 50.' }),
  },
  { title: 'DialHistory' },
);
