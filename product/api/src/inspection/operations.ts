import { findingSentence, findingSeverities, findingUnits, inspectionChecks } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { operations } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { InspectionReport } from './core/report.ts';
import { type InspectionSettings, type Inspections, RECIPIENTS_MAX, REPORTS_MAX } from './inspections.ts';

const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', description: '2026-11-23' });
const oneOf = <T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...(description !== undefined && { description }) });

const Finding = Type.Object(
  {
    check: oneOf(inspectionChecks),
    code: Type.String({
      description: 'CHECK.bad, fine, unknown, partly (for some nodes), more (not listed), and others.',
    }),
    severity: oneOf(findingSeverities),
    text: Type.String({ description: 'Text of the finding in English, with times in the time zone of the settings.' }),
    values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: 'Figures of the text. Names that end in Share (0 … 1), Ms, Bytes or At have that unit.',
    }),
    figure: Type.Optional(
      Type.Object(
        { value: Type.Number(), limit: Type.Optional(Type.Number()), unit: oneOf(findingUnits) },
        { title: 'InspectionFigure' },
      ),
    ),
    path: Type.String({ description: 'Path of the console page on which to act.' }),
  },
  { title: 'InspectionFinding' },
);
const Report = Type.Object(
  {
    createdAt: Time,
    findings: Type.Array(Finding, { description: 'The worst first; at least one finding of each check.' }),
  },
  { title: 'Inspection' },
);
const Days = Type.Object(
  {
    days: Type.Array(
      Type.Object(
        { day: Day, createdAt: Time, problems: Type.Integer(), attentions: Type.Integer() },
        { title: 'InspectionDay' },
      ),
    ),
  },
  { title: 'InspectionDays' },
);
const Settings = Type.Object(
  {
    hour: Type.Integer({ minimum: 0, maximum: 23, description: 'Hour from which the report of a day is made.' }),
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
      description: 'IANA time zone: Europe/Berlin.',
    }),
    language: oneOf(['en', 'zh'], 'Language of the mail.'),
    recipients: Type.Array(Type.String({ format: 'email', maxLength: 254 }), {
      maxItems: RECIPIENTS_MAX,
      description: 'Mail addresses of the recipients.',
    }),
  },
  { title: 'InspectionSettings' },
);
const Mailed = Type.Object(
  {
    recipients: Type.Integer(),
    error: Type.Optional(
      Type.String({
        description:
          'NO_MAIL_SERVER, NO_RECIPIENTS or MAIL_NOT_TAKEN (the mail server could not be reached, or did not accept it now)',
      }),
    ),
  },
  { title: 'InspectionMailed' },
);

const ofOperator = operations({ tag: 'Console', scope: 'operator' });
const getInspection = ofOperator('getInspection', 'GET /inspection', {
  summary: 'Make a morning inspection now: what went wrong in 24 h, what is near its limit, what differs.',
  answers: { 200: Report },
});
const listInspections = ofOperator('listInspections', 'GET /inspections', {
  summary: 'List the days whose report is stored, the newest first.',
  description: `At most ${REPORTS_MAX} days.`,
  answers: { 200: Days },
});
const getInspectionOfDay = ofOperator('getInspectionOfDay', 'GET /inspections/{day}', {
  params: Type.Object({ day: Day }),
  summary: 'Get the stored report of a day.',
  answers: { 200: Report },
  problems: ['NOT_FOUND'],
});
const getInspectionSettings = ofOperator('getInspectionSettings', 'GET /inspection/settings', {
  summary: 'Get the schedule and recipients of the morning inspection.',
  answers: { 200: Settings },
});
const setInspectionSettings = ofOperator('setInspectionSettings', 'PUT /inspection/settings', {
  summary: 'Set the schedule and recipients of the morning inspection.',
  body: Settings,
  answers: { 200: Settings },
});
const mailInspection = ofOperator('mailInspection', 'POST /inspection/mail', {
  summary: 'Mail a current inspection to all recipients, as a test.',
  answers: { 200: Mailed },
});

export function addInspectionOperations(routes: Routes, { inspections }: { readonly inspections: Inspections }): void {
  const shownOf = async (report: InspectionReport) => shownReport(report, await inspections.settings());
  routes.add(getInspection, async () => ({ body: await shownOf(await inspections.current()) }));
  routes.add(listInspections, async () => {
    const days = await inspections.days();
    return { body: { days: days.map(({ madeMs, ...day }) => ({ ...day, createdAt: timeText(madeMs) })) } };
  });
  routes.add(getInspectionOfDay, async ({ params }) => ({
    body: await shownOf(await inspections.reportOf(params.day)),
  }));
  routes.add(getInspectionSettings, async () => ({ body: shownSettings(await inspections.settings()) }));
  routes.add(setInspectionSettings, async ({ body }) => ({ body: shownSettings(await inspections.change(body)) }));
  routes.add(mailInspection, async () => {
    const { recipients, error } = await inspections.mailNow();
    return { body: { recipients, ...(error !== '' && { error }) } };
  });
}

const shownSettings = (settings: Awaited<ReturnType<Inspections['settings']>>): Static<typeof Settings> => ({
  ...settings,
  recipients: [...settings.recipients],
});

const shownReport = (
  { madeMs, findings }: InspectionReport,
  { timeZone }: Pick<InspectionSettings, 'timeZone'>,
): Static<typeof Report> => ({
  createdAt: timeText(madeMs),
  findings: findings.map((one) => ({
    ...one,
    values: { ...one.values },
    text: findingSentence(one, { language: 'en', timeZone }),
  })),
});
