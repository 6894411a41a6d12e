// Sections of the report of the cloud or of a tenant: total, days, regions and tenants, method.
import { CircleCheck, CircleX } from 'lucide-react';
import { Part } from '../../admin/traffic/parts.tsx';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import type { SlaFigure, SlaObjective, SlaReport, SlaRow, TenantSlaReport } from '../types.ts';
import { dayBars, usedShare } from './core/figures.ts';
import type { ReportWords } from './words.ts';

interface ReportProps {
  words: ReportWords;
  report: TenantSlaReport;
}

const figureOf = (figures: readonly SlaFigure[], { id }: SlaObjective): SlaFigure | undefined =>
  figures.find(({ objective }) => objective === id);

/** Shows each objective with its figure and its error budget. */
export function Headline({ words, report }: ReportProps) {
  const { objectives, total, month, isRunning, to } = report;
  const periodText =
    words.month(month) + (isRunning ? ` · ${words.say('soFar', { time: `${words.time(to)} UTC` })}` : '');
  return (
    <section className="report-head grid gap-4 bordered rounded-m bg-surface" aria-label={periodText}>
      <p className="report-when col-all m-0 text-soft">{periodText}</p>
      {objectives.map((objective) => (
        <Objective key={objective.id} {...{ words, objective }} figure={figureOf(total.figures, objective)} />
      ))}
    </section>
  );
}

function Objective(o: { words: ReportWords; objective: SlaObjective; figure: SlaFigure | undefined }) {
  const { words, objective, figure } = o;
  const isMet = figure?.isMet;
  const target = words.share(objective.target);
  const resultKey = isMet === undefined ? 'unmeasured' : isMet ? 'met' : 'missed';
  const Icon = isMet === true ? CircleCheck : CircleX;
  return (
    <div
      className="report-objective grid gap-2 min-w-0"
      data-objective={objective.id}
      data-met={isMet}
      data-testid={`sla-${objective.id}`}
    >
      <h2>{words.objective(objective)}</h2>
      <p className="report-figure m-0 tabular">{words.share(figure?.ratio)}</p>
      <p className="report-target in-row gap-6px m-0 text-soft text-s">
        {isMet === undefined ? null : <Icon size={18} aria-hidden="true" />}
        {words.say(resultKey, { target })}
      </p>
      {figure?.ratio === undefined ? null : <Budget {...{ words, objective, figure }} />}
    </div>
  );
}

function Budget(o: { words: ReportWords; objective: SlaObjective; figure: SlaFigure }) {
  const { words, objective, figure } = o;
  const { bad, allowed, left, exhaustsAt } = figure;
  const amount = (value: number): string => words.amount(objective.unit, value);
  const used = usedShare(figure);
  const outlook =
    left <= 0
      ? words.say('budgetGone', { over: amount(-left) })
      : `${words.say('budgetLeft', { left: amount(left) })} · ${
          exhaustsAt === undefined
            ? words.say('budgetLasts')
            : words.say('budgetEnds', { time: words.time(exhaustsAt) })
        }`;
  return (
    <div className="report-budget">
      <div
        className="report-bar overflow-hidden rounded-full bg-raised"
        data-level={used > 1 ? 'over' : exhaustsAt === undefined ? 'good' : 'ends'}
      >
        <span style={{ width: `${Math.min(1, used) * 100}%` }} />
      </div>
      <p>
        {allowed === 0
          ? words.say('budgetNone')
          : words.say('budgetUsed', { used: words.count(bad), allowed: amount(allowed) })}
        <br />
        {outlook}
      </p>
    </div>
  );
}

/** Shows the bad minutes per day as columns, and as a list for screen readers. */
export function Days({ words, report: { month, days, objectives } }: ReportProps) {
  const target = objectives.find(({ id }) => id === 'availability')?.target ?? 1;
  const bars = dayBars(month, days, target);
  return (
    <Part title={words.say('days')}>
      <p className="faint">{words.say('daysLead')}</p>
      <ol className="report-days grid m-0 p-0">
        {bars.map(({ day, badMinutes, height, isOver }) => {
          const text =
            badMinutes === undefined
              ? words.say('dayUnknown', { day: words.day(day) })
              : words.say('day', { day: words.day(day), bad: words.count(badMinutes) });
          return (
            <li key={day} title={text} data-unknown={badMinutes === undefined ? '' : undefined}>
              <span className="visually-hidden">{text}</span>
              <span className="report-column flex" aria-hidden="true" data-over={isOver ? '' : undefined}>
                <span style={{ height: `${height * 100}%` }} />
              </span>
              <span className="report-day overflow-hidden text-faint tabular text-center" aria-hidden="true">
                {Number(day.slice(-2))}
              </span>
            </li>
          );
        })}
      </ol>
    </Part>
  );
}

interface RowsProps extends ReportProps {
  report: TenantSlaReport & Partial<Pick<SlaReport, 'by' | 'complete'>>;
  title: string;
  keyTitle: string;
}

export function Rows({ words, report, title, keyTitle }: RowsProps) {
  const isOfTenants = report.by === 'tenant';
  const key = ({ key: name }: SlaRow): string => (isOfTenants && name !== '' ? name : words.place(name));
  const columns: Column<SlaRow>[] = [
    { key: 'key', title: keyTitle, cell: key },
    ...report.objectives.map((objective): Column<SlaRow> => {
      const cell = ({ figures }: SlaRow) => <Share {...{ words }} figure={figureOf(figures, objective)} />;
      return { key: objective.id, title: words.objective(objective), isNumber: true, cell };
    }),
    {
      key: 'bad',
      title: words.say('badMinutes'),
      isNumber: true,
      cell: ({ figures }) => words.count(figures.find(({ objective }) => objective === 'availability')?.bad ?? 0),
    },
  ];
  return (
    <Part title={title}>
      {isOfTenants ? <p className="faint">{words.say('tenantsLead')}</p> : null}
      {report.rows.length === 0 ? (
        <p className="admin-empty report-none">{words.say('none')}</p>
      ) : (
        <RowsTable label={title} rows={report.rows} columns={columns} keyOf={(row) => row.key} />
      )}
      {report.complete === false ? <p className="faint">{words.say('incomplete')}</p> : null}
    </Part>
  );
}

function Share({ words, figure }: { words: ReportWords; figure: SlaFigure | undefined }) {
  if (figure?.isMet !== false) return words.share(figure?.ratio);
  return (
    <span className="report-missed inline-flex gap-4px items-center one-line">
      <CircleX size={14} aria-label={words.say('isMissed')} />
      {words.share(figure.ratio)}
    </span>
  );
}

interface HowProps extends ReportProps {
  /** Text on how availability is counted; by default that of the cloud's report. */
  availability?: string;
}

export function Method({ words, report, availability = words.say('how.availability') }: HowProps) {
  return (
    <Part title={words.say('how')}>
      <p className="faint">{words.say('howLead')}</p>
      <dl className="report-how grid gap-4 m-0">
        {report.objectives.map((objective) => (
          <div key={objective.id}>
            <dt>
              {words.objective(objective)} ≥ {words.share(objective.target)}
            </dt>
            <dd>{objective.id === 'availability' ? availability : words.say(`how.${objective.id}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="faint">{words.say('howBudget')}</p>
    </Part>
  );
}
