import { Type } from 'typebox';
import { Time } from '../http/time.ts';
import { objectiveIds } from './core/objectives.ts';

const idOf = Type.Unsafe<(typeof objectiveIds)[number]>({ type: 'string', enum: [...objectiveIds] });

export const SlaObjective = Type.Object(
  {
    id: idOf,
    target: Type.Number({ description: 'The share that is to be good.' }),
    unit: Type.String({ description: 'minutes, joins, answers: what `total` and `bad` count.' }),
    source: Type.String(),
    counted: Type.String({ description: 'What counts as bad.' }),
  },
  { title: 'SlaObjective' },
);
export const SlaFigure = Type.Object(
  {
    objective: idOf,
    total: Type.Number({ description: 'Up to now, without what was left out.' }),
    bad: Type.Number(),
    ratio: Type.Optional(Type.Number({ description: 'The good share; absent: nothing was measured.' })),
    isMet: Type.Optional(Type.Boolean({ description: 'The good share is the target or more.' })),
    allowed: Type.Number({ description: 'How much may be bad in the whole month, if it goes on as it has.' }),
    left: Type.Number({ description: 'Of `allowed`; below 0: more was bad.' }),
    exhaustsAt: Type.Optional({
      ...Time,
      description: 'When nothing will be left, at the mean rate up to now; absent: not in this month, or it is gone.',
    }),
  },
  { title: 'SlaFigure' },
);
const figures = Type.Array(SlaFigure, { description: 'One of each objective.' });
export const SlaRow = Type.Object(
  { key: Type.String({ description: "Region or tenant; '': not known." }), figures },
  { title: 'SlaRow' },
);
const taken = {
  hours: Type.Integer(),
  minutes: Type.Number(),
  badMinutes: Type.Number(),
  joins: Type.Integer(),
  failedJoins: Type.Integer(),
};
const window = {
  id: Type.String(),
  region: Type.String({ description: "'': all of them." }),
  from: Time,
  to: Time,
  reason: Type.String(),
  createdAt: Type.String({ format: 'date-time', description: 'Behind `from`: it was declared afterwards.' }),
};
export const SlaExclusion = Type.Object({ ...window, by: Type.String() }, { title: 'SlaExclusion' });
export const NewSlaExclusion = Type.Object(
  {
    region: Type.Optional(Type.String({ maxLength: 64, description: 'Absent or empty: all of them.' })),
    from: Type.String({ format: 'date-time', maxLength: 40, description: 'The beginning of an hour.' }),
    to: Type.String({
      format: 'date-time',
      maxLength: 40,
      description: 'The beginning of an hour; at most 31 days on.',
    }),
    reason: Type.String({ minLength: 1, maxLength: 256, description: 'Tenants read it too.' }),
  },
  { title: 'NewSlaExclusion' },
);
const common = {
  month: Type.String(),
  from: Time,
  to: Type.String({ format: 'date-time', description: 'Of a month that goes on: now.' }),
  isRunning: Type.Boolean(),
  objectives: Type.Array(SlaObjective),
  total: Type.Object({ figures }, { title: 'SlaTotal' }),
  rows: Type.Array(SlaRow),
  days: Type.Array(
    Type.Object(
      { day: Type.String({ description: 'Of UTC.' }), minutes: Type.Number(), badMinutes: Type.Number() },
      { title: 'SlaDay' },
    ),
    { description: 'Availability, summed over regions. Days of which nothing is known are missing.' },
  ),
  exclusions: Type.Array(
    Type.Object({ ...window, by: Type.Optional(Type.String()), ...taken }, { title: 'SlaTakenOut' }),
    { description: 'Windows of maintenance, and what each took out; of several at once the first.' },
  ),
  remarks: Type.Array(
    Type.Object(
      {
        kind: Type.String({
          description:
            'unknown: hours without any event, which do not count; few: hours with fewer than 20, judged together with those of their day; silent: hours in which a tester reported less than half of what it usually does, whose calls do not count.',
        }),
        region: Type.String(),
        ...taken,
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
    by: Type.String({ description: 'region, tenant: what `key` of rows is.' }),
    complete: Type.Boolean({ description: 'False: tenants with fewer joins than the hundred listed are missing.' }),
  },
  { title: 'SlaReport' },
);
export const TenantSlaReport = Type.Object(common, { title: 'TenantSlaReport' });
