// Open alarms, fetched once for the whole console, so that the menu, the map and the list agree.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type ApiQuery, useApiQuery } from '../../admin/ui/queries.ts';
import { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { Alarm, OpenAlarms } from '../types.ts';
import { useRoomTitles } from '../ui/room-title.tsx';
import { AlarmRoomTitles, roomsOf } from './words.ts';

export interface LiveAlarms {
  readonly alarms: readonly Alarm[];
  /** Time of the API's last judging. */
  readonly judgedAt: string | undefined;
  /** Time of arrival by the browser's clock. */
  readonly atMs: number;
}

/** Interval while a person watches the list. */
const LIST_EVERY_MS = 5000;
/** Interval while only the menu shows the count. */
const BADGE_EVERY_MS = 10_000;

type LiveState = Omit<ApiQuery<LiveAlarms>, 'set'>;
const emptyState: LiveState = { value: undefined, problem: undefined, reload: () => Promise.resolve() };
const Context = createContext(emptyState);

/** Returns the open alarms; an empty state outside the provider. */
export const useLiveAlarms = (): LiveState => useContext(Context);

/** Fetches the alarms for all components below, repeatedly while the page is visible. */
export function LiveAlarmsProvider(props: { ports: ConsolePorts; isListOpen: boolean; children: ReactNode }) {
  const { ports, isListOpen, children } = props;
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const load = async (): Promise<LiveAlarms> => {
    const { alarms, judgedAt } = await api.get<OpenAlarms>('/alarms');
    return { alarms, judgedAt, atMs: ports.now() };
  };
  const { value, problem, reload } = useApiQuery(['alarms'], load, isListOpen ? LIST_EVERY_MS : BADGE_EVERY_MS);
  const state = useMemo(() => ({ value, problem, reload }), [value, problem, reload]);
  const titleOf = useRoomTitles(api, roomsOf(value?.alarms ?? []));
  return (
    <Context value={state}>
      <AlarmRoomTitles value={titleOf}>{children}</AlarmRoomTitles>
    </Context>
  );
}

export function useNow(ports: Pick<ConsolePorts, 'now'>): number {
  const [nowMs, setNowMs] = useState(() => ports.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(ports.now()), 1000);
    return () => clearInterval(timer);
  }, [ports]);
  return nowMs;
}
