import { type FormEvent, lazy, Suspense, useMemo, useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { State } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { spanText, timeText } from '../traffic/when.ts';
import { useApiQuery, useList } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { type Column, ListTable, Loading } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { type Life, ReportsApi } from './api.ts';
import { Connection } from './connection.tsx';
import { type Filter, filterOf, isFiltered, isReversed, noFilter, searchOf, windowOf } from './core/filter.ts';
import { LifePage } from './one.tsx';
import { reportTexts } from './text.ts';

/** Loaded separately, with the chart library. */
const Trends = lazy(() => import('./trends.tsx'));
const StayTimeline = lazy(async () => ({ default: (await import('./stay-timeline.tsx')).StayTimeline }));

interface ReportsPageProps {
  ports: AdminPorts;
  id?: string | undefined;
  session?: string | undefined;
}

/** The list of room lives, a single life, or a session of it. */
export function ReportsPage({ ports, id, session }: ReportsPageProps) {
  const api = useMemo(() => new ReportsApi(ports), [ports]);
  if (id !== undefined && session !== undefined)
    return (
      <Suspense fallback={<Loading />}>
        <StayTimeline {...{ ports, api, session }} sid={id} />
      </Suspense>
    );
  return id === undefined ? <List ports={ports} api={api} /> : <LifePage {...{ ports, api }} sid={id} />;
}

function List({ ports, api }: { ports: AdminPorts; api: ReportsApi }) {
  const { say } = useTexts(reportTexts);
  const shared = useTexts(sharedTexts);
  const { timeZone } = ports;
  const [filter, setFilter] = useState(() => filterOf(location.search));
  const list = useList(['lives', filter, timeZone], (cursor) => api.lives(windowOf(filter, timeZone), cursor));
  const columns = useColumns(ports);
  const choose = (chosen: Filter): void => {
    // Reload and the back button show the same filter.
    history.replaceState(null, '', adminPath({ section: 'reports' }) + searchOf(chosen));
    setFilter(chosen);
  };
  return (
    <>
      <PageTitle title={shared.say('reports')} lead={say('lead')} />
      <LastDays {...{ api, timeZone }} />
      <FilterForm filter={filter} onChoose={choose} />
      <ListTable
        label={shared.say('reports')}
        {...{ list, columns }}
        keyOf={({ sid }) => sid}
        empty={<p>{say(isFiltered(filter) ? 'emptyFiltered' : 'empty')}</p>}
      />
    </>
  );
}

/** Shows nothing while the days load, and nothing if that fails: the list below has its own error. */
function LastDays({ api, timeZone }: { api: ReportsApi; timeZone: string }) {
  const { value } = useApiQuery(['days of use', timeZone], () => api.daysOfUse(timeZone));
  if (value === undefined || value.every(({ rooms }) => rooms === 0)) return null;
  return (
    <Suspense fallback={null}>
      <Trends days={value} />
    </Suspense>
  );
}

function FilterForm({ filter, onChoose }: { filter: Filter; onChoose(filter: Filter): void }) {
  const { say } = useTexts(reportTexts);
  const [typed, setTyped] = useState(filter);
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWrong(isReversed(typed));
    if (!isReversed(typed)) onChoose(typed);
  };
  const clear = (): void => {
    setTyped(noFilter);
    setWrong(false);
    onChoose(noFilter);
  };
  const set = (change: Partial<Filter>): void => setTyped((last) => ({ ...last, ...change }));
  return (
    <form className="admin-filters grid gap-3" data-testid="filters" onSubmit={submit} noValidate>
      <Field
        label={say('search')}
        type="search"
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
        value={typed.search}
        onText={(search) => set({ search })}
      />
      <Field
        label={say('from')}
        type="date"
        value={typed.from}
        error={isWrong ? say('daysWrong') : undefined}
        onText={(from) => set({ from })}
      />
      <Field label={say('to')} type="date" value={typed.to} onText={(to) => set({ to })} />
      <div className="admin-tools">
        <button type="submit" className="button">
          {say('apply')}
        </button>
        {isFiltered(filter) ? (
          <button type="button" className="button quiet" onClick={clear}>
            {say('clear')}
          </button>
        ) : null}
      </div>
    </form>
  );
}

function useColumns({ timeZone, now }: AdminPorts): readonly Column<Life>[] {
  const { say, locale } = useTexts(reportTexts);
  const traffic = useTexts(trafficTexts);
  return [
    {
      key: 'title',
      title: say('title'),
      cell: ({ sid, title, room }) => (
        <div className="admin-two">
          <a href={adminPath({ section: 'reports', id: sid })}>{title === '' ? room : title}</a>
          {title === '' ? null : <span className="faint small">{room}</span>}
        </div>
      ),
    },
    {
      key: 'began',
      title: say('began'),
      cell: ({ startedAt }) => <span className="nowrap">{timeText(startedAt, { locale, timeZone })}</span>,
    },
    {
      key: 'lasted',
      title: say('lasted'),
      cell: ({ startedAt, endedAt, estimated }) => {
        const endMs = endedAt === undefined ? now() : Date.parse(endedAt);
        return (
          <div className="admin-two">
            <span className="nowrap">{spanText(Date.parse(startedAt), endMs, traffic.say)}</span>
            {endedAt === undefined ? <State tone="good">{say('goesOn')}</State> : null}
            {estimated ? <span className="faint small">{say('estimated')}</span> : null}
          </div>
        );
      },
    },
    {
      key: 'people',
      title: say('people'),
      isNumber: true,
      cell: ({ participants }) => participants.toLocaleString(locale),
    },
    { key: 'worst', title: say('worst'), cell: ({ worst }) => <Connection felt={worst} /> },
  ];
}
