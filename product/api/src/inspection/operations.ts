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
      description: 'CHECK.bad, fine, unknown, partly (of some nodes), more (not listed), and others.',
    }),
    severity: oneOf(findingSeverities),
    text: Type.String({ description: 'Its sentence in English, with times in the time zone of the settings.' }),
    values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: 'Of its sentence. Names end in Share (0 … 1), Ms, Bytes or At; others stay as they are.',
    }),
    figure: Type.Optional(
      Type.Object(
        { value: Type.Number(), limit: Type.Optional(Type.Number()), unit: oneOf(findingUnits) },
        { title: 'InspectionFigure' },
      ),
    ),
    path: Type.String({ description: 'Of the page of the console where one acts.' }),
  },
  { title: 'InspectionFinding' },
);
const Report = Type.Object(
  { madeAt: Time, findings: Type.Array(Finding, { description: 'The worst first; at least one of each check.' }) },
  { title: 'Inspection' },
);
const Days = Type.Object(
  {
    days: Type.Array(
      Type.Object(
        { day: Day, madeAt: Time, problems: Type.Integer(), attentions: Type.Integer() },
        { title: 'InspectionDay' },
      ),
    ),
  },
  { title: 'InspectionDays' },
);
const Settings = Type.Object(
  {
    hour: Type.Integer({ minimum: 0, maximum: 23, description: 'From which the report of a day is made.' }),
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
      description: 'IANA: Europe/Berlin.',
    }),
    language: oneOf(['en', 'zh'], 'Of the mail.'),
    recipients: Type.Array(Type.String({ format: 'email', maxLength: 254 }), {
      maxItems: RECIPIENTS_MAX,
      description: 'Addresses of mail.',
    }),
  },
  { title: 'InspectionSettings' },
);
const Mailed = Type.Object(
  {
    recipients: Type.Integer(),
    error: Type.Optional(Type.String({ description: 'NO_MAIL_SERVER, NO_RECIPIENTS, MAIL_NOT_TAKEN' })),
  },
  { title: 'InspectionMailed' },
);

const ofOperator = operations({ tag: 'Console', scope: 'operator' });
const getInspection = ofOperator('getInspection', 'GET /inspection', {
  summary: 'The morning inspection, made now: what was wrong in 24 h, what is near its limit, what differs.',
  answers: { 200: Report },
});
const listInspections = ofOperator('listInspections', 'GET /inspections', {
  summary: 'Days whose report is kept, the newest first.',
  description: `At most ${REPORTS_MAX}.`,
  answers: { 200: Days },
});
const getInspectionOfDay = ofOperator('getInspectionOfDay', 'GET /inspections/{day}', {
  params: Type.Object({ day: Day }),
  summary: 'The report of a day, as it was made.',
  answers: { 200: Report },
  problems: ['NOT_FOUND'],
});
const getInspectionSettings = ofOperator('getInspectionSettings', 'GET /inspection/settings', {
  summary: 'When the morning inspection is made, and to whom it is mailed.',
  answers: { 200: Settings },
});
const setInspectionSettings = ofOperator('setInspectionSettings', 'PUT /inspection/settings', {
  summary: 'Set when the morning inspection is made, and to whom it is mailed.',
  body: Settings,
  answers: { 200: Settings },
});
const mailInspection = ofOperator('mailInspection', 'POST /inspection/mail', {
  summary: 'Mail the inspection of now to all recipients, for a test.',
  answers: { 200: Mailed },
});

export function addInspectionOperations(routes: Routes, { inspections }: { readonly inspections: Inspections }): void {
  const shown = async (report: InspectionReport) => shownReport(report, await inspections.settings());
  routes.add(getInspection, async () => ({ body: await shown(await inspections.now()) }));
  routes.add(listInspections, async () => {
    const days = await inspections.days();
    return { body: { days: days.map(({ madeMs, ...day }) => ({ ...day, madeAt: timeText(madeMs) })) } };
  });
  routes.add(getInspectionOfDay, async ({ params }) => ({ body: await shown(await inspections.of(params.day)) }));
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
  madeAt: timeText(madeMs),
  findings: findings.map((one) => ({
    ...one,
    values: { ...one.values },
    text: findingSentence(one, { language: 'en', timeZone }),
  })),
});
