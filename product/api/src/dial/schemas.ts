import { Type } from 'typebox';
import { Time } from '../http/time.ts';
import { type DialKind, type DialStage, dialKinds, dialStages } from './core/facts.ts';

/** The form of names of nodes and regions (base/protocol/src/ids.ts, fence.ts). */
const NAME = '^[A-Za-z0-9._-]{1,64}$';
/** Longer than any test waits. */
const MS_MAX = 600_000;
const EVERY_S = { minimum: 5, maximum: 600 } as const;
/** A call, a booking, and a pair and a stream for each of 64 other regions. */
const RESULTS_MAX = 130;

export const name = (description: string) => Type.String({ pattern: NAME, description });
const ms = (description?: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: MS_MAX, ...(description !== undefined && { description }) }));
export const Kind = Type.Unsafe<DialKind>({
  type: 'string',
  enum: [...dialKinds],
  description:
    'call: a call joined in `region`. pair: media of the tester of `toRegion`, received in `region`. stream: RTMP into `region`, HLS from `toRegion`. booking: a meeting booked, seen and cancelled by REST.',
});
const Stage = Type.Unsafe<DialStage>({ type: 'string', enum: [...dialStages], description: 'Where it failed.' });

export const DialReportSchema = Type.Object(
  {
    probe: name('Node that runs the tester.'),
    hostId: name('Its host.'),
    region: name('Its region.'),
    everyS: Type.Integer({ ...EVERY_S, description: 'From one round to the next.' }),
    results: Type.Array(
      Type.Object({
        kind: Kind,
        toRegion: Type.Optional(name('The other region, of a pair or a stream.')),
        isOk: Type.Boolean(),
        stage: Type.Optional(Stage),
        code: Type.Optional(Type.String({ pattern: NAME, description: 'Of a failure, with its `stage`.' })),
        text: Type.Optional(Type.String({ maxLength: 256, description: 'A sentence for operators.' })),
        joinMs: ms(),
        firstFrameMs: ms(),
        gapMs: ms('The longest time without media.'),
        servedBy: Type.Optional(name('Media node, or gateway.')),
        servedRegion: Type.Optional(name('Its region.')),
      }),
      { maxItems: RESULTS_MAX, description: 'Of none, it says that the tester is there.' },
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
    toRegion: text("The other region; '' of calls and bookings."),
    tried: count('In the last 15 min.'),
    failed: count('Of those.'),
    isFailing: Type.Boolean({ description: 'The last two of one tester failed.' }),
    isOk: Type.Boolean({ description: 'The last one.' }),
    lastAt: Time,
    joinMs: figure('Of the last success, as the next ones.'),
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
      description: 'receives, sends: of several others; watched: streams from everywhere; bookings: of every region.',
    }),
    region: text(),
    others: Type.Array(text(), { description: 'The other regions; of a pair, whose media does not arrive.' }),
    stage: text(),
    code: text(),
    text: text(),
    since: Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'The first failure after the last success; of a silent one, its last report.',
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
        probe: text('Of its last report.'),
        hostId: text(),
      }),
      { description: 'Of which a report came within an hour.' },
    ),
    cells: Type.Array(DialCell),
    faults: Type.Array(DialFault, {
      description: 'As alarms name them: calls of a region, then pairs, then the rest.',
    }),
  },
  { title: 'DialState' },
);

export const DialHistory = Type.Object(
  {
    stepS: count('Of a point.'),
    points: Type.Array(
      Type.Object({
        at: Time,
        tried: count(),
        failed: count(),
        joinMs: figure('Mean, as the next ones.'),
        firstFrameMs: figure(),
        gapMs: figure(),
      }),
      { description: 'The oldest first; without tries there is none.' },
    ),
    failures: Type.Array(DialFailure, { description: 'The newest first, at most 50, of the last 32 days.' }),
  },
  { title: 'DialHistory' },
);
