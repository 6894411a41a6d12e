import { CalendarClock, LoaderCircle, RotateCw, Settings2 } from 'lucide-react';
import { Fragment, useCallback, useEffect, useRef, useState } from 'react';
import type { AccountApi } from '../api.ts';
import { byDay, keyOf, nextOf, untilStart } from '../core/days.ts';
import type { MyOccurrence } from '../core/model.ts';
import { dayTitle, nearDay, timeRange, whenText } from '../core/words.ts';
import { useSay } from '../text.ts';
import { Trouble } from './fields.tsx';
import { isFolded, JoinLink, Marks, type OccurrenceProps, Row } from './occurrence-row.tsx';
import { SeriesFold } from './series-fold.tsx';

interface ListState {
  readonly data: readonly MyOccurrence[] | undefined;
  readonly problem: unknown;
  readonly hasMore: boolean;
  reload(): void;
  more(): void;
}

/**
 * Loads future occurrences in pages: of each series only the next one, but every match of a search. With `isPast` it
 * loads those that have ended. Reloads when the window regains focus.
 */
export function useMeetings(api: AccountApi, now: () => number, query: string, isPast: boolean): ListState {
  const [state, setState] = useState<{
    data?: readonly MyOccurrence[];
    cursor?: string | undefined;
    problem?: unknown;
  }>({});
  const attempt = useRef(0);
  const load = useCallback(
    async (cursor?: string, before: readonly MyOccurrence[] = []): Promise<void> => {
      attempt.current += 1;
      const mine = attempt.current;
      try {
        const page = { query, ...(cursor !== undefined && { cursor }) };
        const { data, nextCursor } = isPast
          ? await api.past(page)
          : await api.list({ fromMs: now(), isFolded: query === '', ...page });
        if (mine === attempt.current) setState({ data: [...before, ...data], cursor: nextCursor });
      } catch (problem) {
        if (mine === attempt.current) setState((last) => ({ ...last, problem }));
      }
    },
    [api, now, query, isPast],
  );
  const reload = useCallback(() => void load(), [load]);
  useEffect(() => {
    reload();
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') reload();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [reload]);
  const { data, cursor, problem } = state;
  return { data, problem, hasMore: cursor !== undefined, reload, more: () => void load(cursor, data) };
}

const TICK_MS = 30_000;

export function useNow(now: () => number): number {
  const [nowMs, setNowMs] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(now()), TICK_MS);
    return () => clearInterval(timer);
  }, [now]);
  return nowMs;
}

/** Shows in place of a list that it loads, or why it did not load, with a button to try again. */
export function ListNote({ list }: { list: ListState }) {
  const { say } = useSay();
  if (list.problem !== undefined)
    return (
      <Trouble title={say('list.failed')} error={list.problem}>
        <button type="button" className="button small" onClick={list.reload}>
          <RotateCw size={16} aria-hidden="true" />
          {say('list.retry')}
        </button>
      </Trouble>
    );
  return (
    <p className="list-note" role="status">
      <LoaderCircle size={26} className="spinner accent" aria-hidden="true" />
      {say('common.loading')}
    </p>
  );
}

interface ListProps {
  list: ListState;
  isPast: boolean;
  api: AccountApi;
  query: string;
  nowMs: number;
  timeZone: string;
  mayBook: boolean;
  /** Link to the administration; undefined without that right. */
  adminHref: string | undefined;
  onOpen(occurrence: MyOccurrence): void;
}

export function MeetingList({ list, isPast, api, query, nowMs, timeZone, mayBook, adminHref, onOpen }: ListProps) {
  const { say, locale } = useSay();
  const { data } = list;
  if (data === undefined || list.problem !== undefined) return <ListNote list={list} />;
  if (data.length === 0) return <EmptyList {...{ isSearch: query !== '', isPast, mayBook, adminHref }} />;
  const next = query === '' && !isPast ? nextOf(data, nowMs) : undefined;
  const rest = data.filter((one) => one !== next);
  return (
    <>
      {next === undefined ? null : (
        <NextCard key={keyOf(next)} {...{ occurrence: next, api, nowMs, timeZone, onOpen }} />
      )}
      {byDay(rest, timeZone).map(({ day, occurrences }) => {
        const nearDayName = nearDay(day, nowMs, { timeZone });
        return (
          <section key={day} className="day">
            <h2>
              {nearDayName === undefined ? null : <strong>{say(nearDayName)}</strong>}
              {dayTitle(day, nowMs, { locale, timeZone })}
            </h2>
            <ul>
              {occurrences.map((occurrence) => (
                <Fragment key={keyOf(occurrence)}>
                  <Row {...{ occurrence, nowMs, timeZone, onOpen, isPast }} />
                  {isFolded(occurrence) ? (
                    <li className="row-fold">
                      <SeriesFold {...{ occurrence, api, nowMs, timeZone, onOpen }} />
                    </li>
                  ) : null}
                </Fragment>
              ))}
            </ul>
          </section>
        );
      })}
      {list.hasMore ? (
        <button type="button" className="button quiet list-more" onClick={list.more}>
          {say('list.more')}
        </button>
      ) : null}
    </>
  );
}

function EmptyList(props: { isSearch: boolean } & Pick<ListProps, 'isPast' | 'mayBook' | 'adminHref'>) {
  const { isSearch, isPast, mayBook, adminHref } = props;
  const { say } = useSay();
  const lead = isPast ? 'list.emptyPastText' : mayBook ? 'list.emptyHost' : 'list.emptyMember';
  const nothing = isPast ? 'list.nothingFoundPast' : 'list.nothingFoundText';
  const text = isSearch ? nothing : lead;
  return (
    <div className="list-empty" role="status">
      <span className="notice-mark">
        <CalendarClock size={30} aria-hidden="true" />
      </span>
      <h2>{say(isSearch ? 'list.nothingFound' : isPast ? 'list.emptyPast' : 'list.empty')}</h2>
      <p className="faint">{say(text)}</p>
      {isSearch || isPast || adminHref === undefined ? null : (
        <a className="button quiet" href={adminHref}>
          <Settings2 size={18} aria-hidden="true" />
          {say('list.toAdmin')}
        </a>
      )}
    </div>
  );
}

function NextCard({ api, ...props }: OccurrenceProps & { api: AccountApi }) {
  const { occurrence, nowMs, timeZone, onOpen } = props;
  const { say, locale } = useSay();
  const reader = { locale, timeZone };
  const { title, startsAt, endsAt } = occurrence;
  const until = untilStart(occurrence, nowMs);
  const [{ day } = { day: '' }] = byDay([occurrence], timeZone);
  const nearDayName = nearDay(day, nowMs, { timeZone });
  return (
    <section
      className="next-card grid items-center bordered rounded-l bg-surface shadow"
      aria-label={say('list.next')}
      data-testid="next"
    >
      <p className="next-when flex gap-2 text-s">
        <strong>{say(until === undefined ? 'list.running' : 'list.next')}</strong>
        {until === undefined ? null : <UntilStart {...until} />}
      </p>
      <button
        type="button"
        className="next-title justify-self-start p-0 border-0 bg-none"
        onClick={() => onOpen(occurrence)}
      >
        <h2>{title}</h2>
      </button>
      <p className="text-soft">
        {nearDayName === undefined
          ? whenText(startsAt, endsAt, nowMs, { say, ...reader })
          : say('list.when', { day: say(nearDayName), time: timeRange(startsAt, endsAt, reader) })}
      </p>
      <Marks occurrence={occurrence} />
      {isFolded(occurrence) ? <SeriesFold {...props} api={api} /> : null}
      <JoinLink occurrence={occurrence} isPrimary className="big" />
    </section>
  );
}

function UntilStart({ unit, count }: { unit: 'minute' | 'hour' | 'day'; count: number }) {
  const { say } = useSay();
  const keys = {
    minute: 'list.inMinutes',
    hour: 'list.inHours',
    day: count === 1 ? 'list.inDay' : 'list.inDays',
  } as const;
  return <span className="faint">{say(keys[unit], { count })}</span>;
}
