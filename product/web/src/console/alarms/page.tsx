import { CircleCheckBig, History, Settings2, Siren } from 'lucide-react';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble } from '../../admin/traffic/parts.tsx';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import { type Alarm, type AlarmSeverity, alarmSeverities } from '../types.ts';
import { type AlarmFilter, filtered, groupsOf, isUnjudged, noFilter } from './core/order.ts';
import { AcknowledgeDialog, SilenceDialog } from './dialogs.tsx';
import { AlarmHistory } from './history.tsx';
import { type LiveAlarms, useLiveAlarms, useNow } from './live.tsx';
import { useSpans } from './parts.tsx';
import { type AlarmAct, AlarmRow } from './row.tsx';
import { alarmTexts } from './text.ts';
import { useAlarmWords } from './words.ts';
import '../../styles/console-pages.css';
import '../../styles/console-alarms.css';

type View = 'now' | 'history';

export function AlarmsPage({ ports }: PageProps<'alarms'>) {
  const { say } = useTexts(alarmTexts);
  const frame = useTexts(frameTexts);
  const [view, setView] = useView();
  return (
    <>
      <PageTitle title={frame.say('alarms')}>
        <a className="button quiet" href={consolePath({ page: 'alarm-settings' })}>
          <Settings2 size={18} aria-hidden="true" />
          {say('settings')}
        </a>
      </PageTitle>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's */}
      <div className="alarm-views flex gap-2px" role="group" aria-label={say('views')}>
        {(['now', 'history'] as const).map((one) => (
          <button
            key={one}
            type="button"
            className="button small quiet"
            aria-pressed={view === one}
            data-testid={`view-${one}`}
            onClick={() => setView(one)}
          >
            {one === 'now' ? <Siren size={16} aria-hidden="true" /> : <History size={16} aria-hidden="true" />}
            {say(one)}
          </button>
        ))}
      </div>
      {view === 'now' ? <OpenAlarms ports={ports} /> : <AlarmHistory ports={ports} />}
    </>
  );
}

function useView(): readonly [View, (view: View) => void] {
  const [view, setView] = useState<View>(() =>
    new URLSearchParams(location.search).get('view') === 'history' ? 'history' : 'now',
  );
  const choose = useCallback((next: View): void => {
    const query = new URLSearchParams(location.search);
    if (next === 'history') query.set('view', next);
    else query.delete('view');
    history.replaceState(null, '', `${location.pathname}${query.size === 0 ? '' : `?${query}`}`);
    setView(next);
  }, []);
  return [view, choose];
}

function OpenAlarms({ ports }: Pick<PageProps<'alarms'>, 'ports'>) {
  const { say } = useTexts(alarmTexts);
  const { value, problem, reload } = useLiveAlarms();
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const nowMs = useNow(ports);
  const { ago } = useSpans();
  const [dialogRequest, setDialogRequest] = useState<{ readonly act: AlarmAct; readonly alarm: Alarm }>();
  if (value === undefined)
    return problem === undefined ? <Loading /> : <LoadTrouble problem={problem} onRetry={reload} />;
  const dialog = { api, onDone: reload, onClose: () => setDialogRequest(undefined) };
  return (
    <>
      {problem === undefined ? null : (
        <>
          <LoadTrouble problem={problem} onRetry={reload} />
          <p className="admin-stale" role="status" data-testid="old">
            {say('old', { ago: ago(value.atMs, nowMs) })}
          </p>
        </>
      )}
      {isUnjudged(value.judgedAt, nowMs) ? (
        <p className="admin-stale" role="status" data-testid="unjudged">
          {say('unjudged', { ago: ago(Date.parse(value.judgedAt ?? ''), nowMs) })}
        </p>
      ) : null}
      {value.alarms.length === 0 ? (
        <AllWell judgedAt={value.judgedAt} nowMs={nowMs} />
      ) : (
        <List
          live={value}
          nowMs={nowMs}
          timeZone={ports.timeZone}
          onAct={(act, alarm) => setDialogRequest({ act, alarm })}
        />
      )}
      {dialogRequest?.act === 'acknowledge' ? <AcknowledgeDialog alarm={dialogRequest.alarm} {...dialog} /> : null}
      {dialogRequest?.act === 'silence' ? (
        <SilenceDialog alarm={dialogRequest.alarm} now={ports.now} {...dialog} />
      ) : null}
    </>
  );
}

function AllWell({ judgedAt, nowMs }: { judgedAt: string | undefined; nowMs: number }) {
  const { say } = useTexts(alarmTexts);
  if (isUnjudged(judgedAt, nowMs)) return <p className="admin-empty">{say('well')}</p>;
  return (
    <div className="admin-empty alarm-well" data-testid="well">
      <CircleCheckBig size={44} aria-hidden="true" />
      <h2>{say('wellTitle')}</h2>
      <p>
        {say('well')} <LastJudging {...{ judgedAt, nowMs }} />
      </p>
    </div>
  );
}

function LastJudging({ judgedAt, nowMs }: { judgedAt: string | undefined; nowMs: number }) {
  const { say } = useTexts(alarmTexts);
  const { ago } = useSpans();
  return judgedAt === undefined ? null : <>{say('judgedAt', { ago: ago(Date.parse(judgedAt), nowMs) })}</>;
}

/** Groups shown per press of "more". Rows render every second, and there may be 2,000 open alarms. */
const GROUPS_SHOWN = 100;

interface ListProps {
  live: LiveAlarms;
  nowMs: number;
  timeZone: string;
  onAct(act: AlarmAct, alarm: Alarm): void;
}

function List({ live: { alarms, judgedAt }, nowMs, timeZone, onAct }: ListProps) {
  const { say, locale } = useTexts(alarmTexts);
  const { title, sentence } = useAlarmWords();
  const [filter, setFilter] = useState(noFilter);
  // Deferred, so that typing is not blocked by rendering rows.
  const shown = useDeferredValue(
    useMemo(
      () => filtered(alarms, filter, (alarm) => `${title(alarm.rule)} ${sentence(alarm)}`),
      [alarms, filter, title, sentence],
    ),
  );
  const groups = useMemo(() => groupsOf(shown), [shown]);
  const [groupsShown, setMost] = useState(GROUPS_SHOWN);
  const critical = alarms.filter(({ severity }) => severity === 'critical').length;
  const isFiltered = filter.severity !== '' || filter.text !== '';
  return (
    <>
      <p className="text-soft">
        {alarms.length === 1
          ? say('sumsOne')
          : say('sums', {
              count: alarms.length.toLocaleString(locale),
              critical: critical.toLocaleString(locale),
            })}{' '}
        <LastJudging {...{ judgedAt, nowMs }} />
      </p>
      <Filters filter={filter} onChoose={setFilter} />
      {isFiltered ? (
        <p className="faint small" role="status">
          {say('shown', { count: shown.length, all: alarms.length })}
        </p>
      ) : null}
      {groups.length === 0 ? (
        <p className="admin-empty">{say('emptyFiltered')}</p>
      ) : (
        <ul className="alarm-list grid gap-3" data-testid="alarms">
          {groups.slice(0, groupsShown).map((group) => (
            <AlarmRow key={group.alarm.id} {...{ group, nowMs, timeZone, onAct }} />
          ))}
        </ul>
      )}
      {groups.length > groupsShown ? (
        <button type="button" className="button quiet admin-more" onClick={() => setMost(groupsShown + GROUPS_SHOWN)}>
          {say('more', { count: groups.length - groupsShown })}
        </button>
      ) : null}
    </>
  );
}

function Filters({ filter, onChoose }: { filter: AlarmFilter; onChoose(filter: AlarmFilter): void }) {
  const { say } = useTexts(alarmTexts);
  const severities = alarmSeverities.map((one): readonly [AlarmSeverity | '', string] => [one, say(one)]);
  return (
    <search className="console-filters alarm-filters">
      <Field
        label={say('search')}
        type="search"
        data-testid="search"
        value={filter.text}
        maxLength={128}
        onText={(text) => onChoose({ ...filter, text })}
      />
      <Choose
        label={say('severity')}
        value={filter.severity}
        options={[['', say('any')], ...severities]}
        onChoose={(severity) => onChoose({ ...filter, severity })}
      />
      {filter.severity === '' && filter.text === '' ? null : (
        <button type="button" className="button quiet" onClick={() => onChoose(noFilter)}>
          {say('clear')}
        </button>
      )}
    </search>
  );
}
