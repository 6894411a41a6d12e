import { Type } from 'typebox';
import { Time } from '../http/time.ts';
import { objectiveIds } from './core/objectives.ts';

const idOf = Type.Unsafe<(typeof objectiveIds)[number]>({ type: 'string', enum: [...objectiveIds] });

export const SlaObjective = Type.Object(
  {
    id: idOf,
    target: Type.Number({ description: 'Share that must be good, 0 to 1.' }),
    unit: Type.String({ description: 'Unit of `total` and `bad`: minutes, joins or answers.' }),
    source: Type.String(),
    counted: Type.String({ description: 'What counts as bad.' }),
  },
  { title: 'SlaObjective' },
);
export const SlaFigure = Type.Object(
  {
    objective: idOf,
    total: Type.Number({ description: 'Total up to now, without what exclusions took out.' }),
    bad: Type.Number(),
    ratio: Type.Optional(Type.Number({ description: 'Share that was good; absent if nothing was measured.' })),
    isMet: Type.Optional(Type.Boolean({ description: 'The good share has reached the target.' })),
    allowed: Type.Number({
      description: 'How much may be bad in the whole month, if the total grows as it has so far.',
    }),
    left: Type.Number({ description: 'What remains of `allowed`; negative if more was bad.' }),
    exhaustsAt: Type.Optional({
      ...Time,
      description:
        'Time at which nothing will be left, at the mean rate so far; absent if not within the month, or if nothing is left already.',
    }),
  },
  { title: 'SlaFigure' },
);
const figures = Type.Array(SlaFigure, { description: 'One figure for each objective.' });
export const SlaRow = Type.Object(
  { key: Type.String({ description: "Region or tenant; '' if unknown." }), figures },
  { title: 'SlaRow' },
);
const takenOutFields = {
  hours: Type.Integer(),
  minutes: Type.Number(),
  badMinutes: Type.Number(),
  joins: Type.Integer(),
  failedJoins: Type.Integer(),
};
const window = {
  id: Type.String(),
  region: Type.String({ description: "Region of the window; '' means all regions." }),
  from: Time,
  to: Time,
  reason: Type.String(),
  createdAt: Type.String({
    format: 'date-time',
    description: 'Later than `from` if the window was declared afterwards.',
  }),
};
export const SlaExclusion = Type.Object({ ...window, by: Type.String() }, { title: 'SlaExclusion' });
export const NewSlaExclusion = Type.Object(
  {
    region: Type.Optional(
      Type.String({ maxLength: 64, description: "Region of the window; absent or '' means all regions." }),
    ),
    from: Type.String({ format: 'date-time', maxLength: 40, description: 'Start of an hour.' }),
    to: Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'Start of an hour, at most 31 days after `from`.',
    }),
    reason: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Reason for the exclusion; tenants can read it.',
    }),
  },
  { title: 'NewSlaExclusion' },
);
const common = {
  month: Type.String(),
  from: Time,
  to: Type.String({ format: 'date-time', description: 'End of the month; for the current month, now.' }),
  isRunning: Type.Boolean(),
  objectives: Type.Array(SlaObjective),
  total: Type.Object({ figures }, { title: 'SlaTotal' }),
  rows: Type.Array(SlaRow),
  days: Type.Array(
    Type.Object(
      { day: Type.String({ description: 'Day in UTC.' }), minutes: Type.Number(), badMinutes: Type.Number() },
      { title: 'SlaDay' },
    ),
    { description: 'Availability per day, summed over regions. Days without data are missing.' },
  ),
  exclusions: Type.Array(
    Type.Object({ ...window, by: Type.Optional(Type.String()), ...takenOutFields }, { title: 'SlaTakenOut' }),
    { description: 'Maintenance windows and what each took out; where several overlap, the first counts.' },
  ),
  remarks: Type.Array(
    Type.Object(
      {
        kind: Type.String({
          description:
            'unknown: hours without any event, which do not count; few: hours with fewer than 20 events, judged together with those of their day; silent: hours in which a tester reported less than half as often as usual, whose calls do not count.',
        }),
        region: Type.String(),
        ...takenOutFields,
        calls: Type.Integer(),
        failedCalls: Type.Integer(),
      },
      { title: 'SlaRemark' },
    ),
  ),
};
export const SlaReport = Type.Object(
  {
    ...common,
    by: Type.String({ description: 'What `key` of the rows is: region or tenant.' }),
    complete: Type.Boolean({
      description: 'False if tenants are missing: only the hundred with most joins are listed.',
    }),
  },
  { title: 'SlaReport' },
);
export const TenantSlaReport = Type.Object(common, { title: 'TenantSlaReport' });
