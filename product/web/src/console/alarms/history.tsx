import { Search } from 'lucide-react';
import { type FormEvent, useMemo, useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { dayBegin, dayEnd, timeText } from '../../admin/traffic/when.ts';
import { useList } from '../../admin/ui/queries.ts';
import { type Column, ListTable } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { Alarm, AlarmPage } from '../types.ts';
import { type TitleOf, useRoomTitles } from '../ui/room-title.tsx';
import { alarmHref, Severity, useSpans } from './parts.tsx';
import { ruleIds } from './rule-texts.ts';
import { alarmTexts } from './text.ts';
import { roomsOf, useAlarmWords } from './words.ts';

interface HistoryFilter {
  /** Id of a rule; '' for all. */
  readonly rule: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
}
/** Links lead to the history of one node, host or region by `subject`. */
const firstFilter = (): HistoryFilter => {
  const subject = new URLSearchParams(location.search).get('subject') ?? '';
  return { rule: '', subject, from: '', to: '' };
};
const PAGE = 50;

export function AlarmHistory({ ports }: { ports: ConsolePorts }) {
  const { say } = useTexts(alarmTexts);
  const { timeZone } = ports;
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const [{ rule, subject, from, to }, setFilter] = useState(firstFilter);
  const list = useList<Alarm>(['alarms', rule, subject, from, to], (cursor) =>
    api.get<AlarmPage>('/alarms/history', {
      limit: PAGE,
      cursor,
      rule: rule === '' ? undefined : rule,
      subject: subject === '' ? undefined : subject,
      from: dayBegin(from, timeZone),
      to: dayEnd(to, timeZone),
    }),
  );
  const columns = useColumns(ports, useRoomTitles(api, roomsOf(list.rows ?? [])));
  return (
    <>
      <Filters onLook={setFilter} />
      <div className="alarm-table grid gap-4" data-testid="history">
        <ListTable
          label={say('history')}
          {...{ list, columns }}
          keyOf={({ id }) => id}
          empty={<p>{say('emptyHistory')}</p>}
        />
      </div>
    </>
  );
}

function Filters({ onLook }: { onLook(filter: HistoryFilter): void }) {
  const { say } = useTexts(alarmTexts);
  const { title } = useAlarmWords();
  const [filter, setFilter] = useState(firstFilter);
  const set = (change: Partial<HistoryFilter>): void => setFilter({ ...filter, ...change });
  const applyForm = (event: FormEvent): void => {
    event.preventDefault();
    onLook({ ...filter, subject: filter.subject.trim() });
  };
  return (
    <search>
      <form className="console-filters" onSubmit={applyForm}>
        <Field
          label={say('subject')}
          placeholder={say('subjectHint')}
          spellCheck={false}
          autoComplete="off"
          maxLength={500}
          value={filter.subject}
          onText={(subject) => set({ subject })}
        />
        <Choose
          label={say('rule')}
          value={filter.rule}
          options={[['', say('any')], ...ruleIds.map((one) => [one as string, title(one)] as const)]}
          onChoose={(rule) => set({ rule })}
        />
        <Field label={say('from')} type="date" value={filter.from} onText={(from) => set({ from })} />
        <Field label={say('to')} type="date" value={filter.to} onText={(to) => set({ to })} />
        <button type="submit" className="button" data-testid="look">
          <Search size={16} aria-hidden="true" />
          {say('look')}
        </button>
      </form>
    </search>
  );
}

function useColumns({ timeZone, now }: ConsolePorts, titleOf: TitleOf): readonly Column<Alarm>[] {
  const { say, locale } = useTexts(alarmTexts);
  const words = useAlarmWords(titleOf);
  const { span } = useSpans();
  return [
    { key: 'severity', title: say('severity'), cell: ({ severity }) => <Severity severity={severity} /> },
    {
      key: 'rule',
      title: say('rule'),
      cell: (alarm) => (
        <div className="admin-two">
          <a href={alarmHref(alarm)}>{words.title(alarm.rule)}</a>
          <span className="faint small">{words.subject(alarm)}</span>
        </div>
      ),
    },
    {
      key: 'began',
      title: say('began'),
      cell: ({ startedAt }) => <span className="nowrap">{timeText(startedAt, { locale, timeZone })}</span>,
    },
    {
      key: 'lasting',
      title: say('lasting'),
      cell: (alarm) => (
        <div className="admin-two">
          <span className="nowrap">{span(alarm, now())}</span>
          {alarm.endedAt === undefined ? <span className="small alarm-open">{say('lastsStill')}</span> : null}
        </div>
      ),
    },
    {
      key: 'acknowledged',
      title: say('change.acknowledged'),
      cell: ({ acknowledged }) =>
        acknowledged === undefined ? (
          ''
        ) : (
          <div className="admin-two">
            <span>{acknowledged.by}</span>
            {acknowledged.note === '' ? null : <span className="faint small">{acknowledged.note}</span>}
          </div>
        ),
    },
  ];
}
