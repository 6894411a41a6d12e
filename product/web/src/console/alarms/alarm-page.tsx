import { BellOff, Check, Map as MapIcon, Server } from 'lucide-react';
import { useMemo, useState } from 'react';
import { codeOf } from '../../account/api.ts';
import { useTexts } from '../../admin/text.ts';
import { Fact, Facts, LoadTrouble, Part, Stale, State } from '../../admin/traffic/parts.tsx';
import type { Tone } from '../../admin/traffic/tone.ts';
import { exactTimeText } from '../../admin/traffic/when.ts';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import { ConsoleApi } from '../api.ts';
import type { ConsolePorts, PageProps } from '../ports.ts';
import type { Alarm, AlarmPage as AlarmHistoryPage, AlarmNotification, AlarmStory } from '../types.ts';
import { Back } from '../ui/back.tsx';
import { useRoomTitles } from '../ui/room-title.tsx';
import { keyOf } from './core/order.ts';
import { pageLinksOf } from './core/places.ts';
import { AcknowledgeDialog, SilenceDialog } from './dialogs.tsx';
import { useLiveAlarms, useNow } from './live.tsx';
import { Figures, Labels, Marks, Severity, useCauseText, useSpans } from './parts.tsx';
import type { AlarmAct } from './row.tsx';
import { AlarmRows } from './rows.tsx';
import { type AlarmKey, alarmTexts } from './text.ts';
import { AlarmRoomTitles, roomsOf, useAlarmWords } from './words.ts';
import '../../styles/console-pages.css';
import '../../styles/console-alarms.css';

/** Polling interval, the same as for the list of open alarms. */
const EVERY_MS = 5000;

export function AlarmPage({ ports, route: { alarm: id } }: PageProps<'alarm'>) {
  const { say } = useTexts(alarmTexts);
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const { value, problem, reload } = useApiQuery(
    ['alarm', id],
    () => api.get<AlarmStory>(`/alarms/${encodeURIComponent(id)}`),
    EVERY_MS,
  );
  const titleOf = useRoomTitles(api, value === undefined ? [] : roomsOf([value]));
  const words = useAlarmWords(titleOf);
  const isGone = value === undefined && problem !== undefined && codeOf(problem) === 'NOT_FOUND';
  return (
    <>
      <Back route={{ page: 'alarms' }} />
      <PageTitle
        title={value === undefined ? id : words.title(value.rule)}
        {...(value !== undefined && { lead: words.subject(value) })}
      />
      {problem === undefined ? null : isGone ? (
        <p className="admin-empty" data-testid="gone">
          {say('gone', { alarm: id })}
        </p>
      ) : value === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : (
        <AlarmRoomTitles value={titleOf}>
          <Story {...{ ports, api, story: value }} onChanged={reload} />
        </AlarmRoomTitles>
      )}
    </>
  );
}

interface StoryProps {
  ports: ConsolePorts;
  api: ConsoleApi;
  story: AlarmStory;
  onChanged(): void;
}

function Story({ ports, api, story, onChanged }: StoryProps) {
  const { say } = useTexts(alarmTexts);
  const words = useAlarmWords();
  const live = useLiveAlarms();
  const [act, setAct] = useState<AlarmAct>();
  const done = (): void => {
    onChanged();
    live.reload();
  };
  const dialog = { alarm: story, api, onDone: done, onClose: () => setAct(undefined) };
  return (
    <>
      <div className="admin-card" data-testid="story">
        <p className="alarm-sentence">{words.sentence(story)}</p>
        <StoryFacts ports={ports} story={story} />
        <Marks alarm={story} timeZone={ports.timeZone} />
        <Labels alarm={story} />
        <div className="admin-tools">
          {story.acknowledged !== undefined || story.state === 'over' ? null : (
            <button
              type="button"
              className="button small"
              data-testid="acknowledge"
              onClick={() => setAct('acknowledge')}
            >
              <Check size={16} aria-hidden="true" />
              {say('acknowledge')}
            </button>
          )}
          {story.isSilenced || story.state === 'over' ? null : (
            <button
              type="button"
              className="button small quiet"
              data-testid="silence"
              onClick={() => setAct('silence')}
            >
              <BellOff size={16} aria-hidden="true" />
              {say('silence')}
            </button>
          )}
          {pageLinksOf(story).map(({ where, href }) => (
            <a key={where} className="button small quiet" href={href}>
              {where === 'onMap' ? <MapIcon size={16} aria-hidden="true" /> : <Server size={16} aria-hidden="true" />}
              {say(where)}
            </a>
          ))}
        </div>
      </div>
      <Changes {...{ ports, story }} />
      <Messages {...{ ports, story }} />
      <InhibitedAlarms {...{ ports, api, story }} />
      {act === 'acknowledge' ? <AcknowledgeDialog {...dialog} /> : null}
      {act === 'silence' ? <SilenceDialog now={ports.now} {...dialog} /> : null}
    </>
  );
}

function StoryFacts({ ports, story }: Pick<StoryProps, 'ports' | 'story'>) {
  const { say, locale } = useTexts(alarmTexts);
  const nowMs = useNow(ports);
  const { span } = useSpans();
  const causeText = useCauseText();
  const time = (at: string | undefined): string => exactTimeText(at, { locale, timeZone: ports.timeZone });
  const isOver = story.state === 'over';
  return (
    <Facts>
      <Fact name={say('severity')}>
        <Severity severity={story.severity} />
      </Fact>
      <Fact name={say('state')}>
        <State tone={isOver ? 'good' : story.state === 'clearing' ? 'warn' : 'bad'}>
          {say(isOver ? 'over' : story.state === 'clearing' ? 'clearing' : 'open')}
        </State>
      </Fact>
      <Fact name={say(isOver ? 'lasting' : 'lastsNow')}>{span(story, nowMs)}</Fact>
      <Fact name={say('beganAt')}>{time(story.startedAt)}</Fact>
      <Fact name={say('endedAt')}>{time(story.endedAt)}</Fact>
      {story.unit === '' ? null : (
        <Fact name={say('value')}>
          <span className="alarm-facts flex flex-wrap text-soft text-s tabular">
            <Figures alarm={story} isNamed />
          </span>
        </Fact>
      )}
      <Fact name={say('quietBy')}>{story.inhibitedBy === undefined ? '' : causeText(story.inhibitedBy)}</Fact>
    </Facts>
  );
}

const changeTones: Readonly<Record<string, Tone>> = { fired: 'bad', cleared: 'good', acknowledged: 'quiet' };
const textOrFallback = (key: string, fallback: string, say: (key: AlarmKey) => string): string =>
  Object.hasOwn(alarmTexts.en, key) ? say(key as AlarmKey) : fallback;

function Changes({ ports: { timeZone }, story }: Pick<StoryProps, 'ports' | 'story'>) {
  const { say, locale } = useTexts(alarmTexts);
  const words = useAlarmWords();
  return (
    <Part title={say('story')}>
      <ol className="alarm-changes bordered rounded-m bg-surface" data-testid="changes">
        {story.changes.map(({ at, kind, by, note }) => (
          <li key={`${at} ${kind}`}>
            <time dateTime={at}>{exactTimeText(at, { locale, timeZone })}</time>
            <State tone={changeTones[kind] ?? 'quiet'}>{textOrFallback(`change.${kind}`, kind, say)}</State>
            <span>
              {by === undefined ? null : <span className="faint">{say('by', { by })} </span>}
              {note === story.text ? words.sentence(story) : note}
            </span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

const messageTones: Readonly<Record<string, Tone>> = { pending: 'warn', delivered: 'good', failed: 'bad' };

function Messages({ ports: { timeZone }, story }: Pick<StoryProps, 'ports' | 'story'>) {
  const { say, locale } = useTexts(alarmTexts);
  const columns: readonly Column<AlarmNotification>[] = [
    { key: 'receiver', title: say('receiver'), cell: ({ receiverName, receiver }) => receiverName || receiver },
    {
      key: 'state',
      title: say('state'),
      cell: ({ state }) => (
        <State tone={messageTones[state] ?? 'quiet'}>{textOrFallback(`message.${state}`, state, say)}</State>
      ),
    },
    { key: 'made', title: say('createdAt'), cell: ({ createdAt }) => exactTimeText(createdAt, { locale, timeZone }) },
    {
      key: 'attempts',
      title: say('attempts'),
      isNumber: true,
      cell: ({ attempts }) => attempts.toLocaleString(locale),
    },
    {
      key: 'error',
      title: say('lastError'),
      cell: ({ state, lastStatus = 0, lastError = '' }) => {
        if (state === 'delivered') return '';
        const status = lastStatus === 0 ? '' : say('status', { status: lastStatus });
        return [status, lastError].filter(Boolean).join(' · ');
      },
    },
  ];
  return (
    <Part title={say('messages')}>
      {story.notifications.length === 0 ? (
        <p className="faint">{say('messagesNone')}</p>
      ) : (
        <div className="alarm-table">
          <RowsTable label={say('messages')} rows={story.notifications} columns={columns} keyOf={({ id }) => id} />
        </div>
      )}
    </Part>
  );
}

/** The list starts this long before the alarm, since a consequence may be detected before its cause. */
const DETECTION_LAG_MAX_MS = 120_000;
const INHIBITED_MAX = 200;

/** Lists up to `INHIBITED_MAX` alarms that began during this alarm and name it as their cause. */
function InhibitedAlarms({ ports, api, story }: Omit<StoryProps, 'onChanged'>) {
  const { say } = useTexts(alarmTexts);
  const nowMs = useNow(ports);
  const { startedAt, endedAt } = story;
  const key = keyOf(story);
  const { value, problem, reload } = useApiQuery(
    ['kept quiet', key, startedAt, endedAt],
    async (): Promise<readonly Alarm[]> => {
      const from = new Date(Date.parse(startedAt) - DETECTION_LAG_MAX_MS).toISOString();
      const { data } = await api.get<AlarmHistoryPage>('/alarms/history', { limit: INHIBITED_MAX, from, to: endedAt });
      return data.filter(({ inhibitedBy }) => inhibitedBy === key);
    },
  );
  return (
    <Part title={say('keptTitle')}>
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {value?.length === 0 ? <p className="faint">{say('keptNone')}</p> : null}
      {value === undefined || value.length === 0 ? null : <AlarmRows alarms={value} nowMs={nowMs} />}
    </Part>
  );
}
