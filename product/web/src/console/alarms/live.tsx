// Open alarms, asked for once for all of the console: its menu, the map and the list show the same.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Asked, useAsked } from '../../admin/ui/asked.ts';
import { ConsoleApi } from '../api.ts';
import type { ConsolePorts } from '../ports.ts';
import type { Alarm, OpenAlarms } from '../types.ts';

export interface LiveAlarms {
  readonly alarms: readonly Alarm[];
  /** When the api judged last, as it says. */
  readonly judgedAt: string | undefined;
  /** When this list came, by the clock of the browser. */
  readonly atMs: number;
}

/** A person looks at them. */
const LIST_EVERY_MS = 5000;
/** They are a number in the menu. */
const BADGE_EVERY_MS = 10_000;

type LiveState = Omit<Asked<LiveAlarms>, 'set'>;
const nothing: LiveState = { value: undefined, problem: undefined, reload: () => Promise.resolve() };
const Context = createContext(nothing);

/** Outside of the provider there are none. */
export const useLiveAlarms = (): LiveState => useContext(Context);

/** One question for all below it, again and again while the page is visible. */
export function LiveAlarmsProvider(props: { ports: ConsolePorts; isListOpen: boolean; children: ReactNode }) {
  const { ports, isListOpen, children } = props;
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const load = async (): Promise<LiveAlarms> => {
    const { alarms, judgedAt } = await api.get<OpenAlarms>('/alarms');
    return { alarms, judgedAt, atMs: ports.now() };
  };
  const { value, problem, reload } = useAsked(['alarms'], load, isListOpen ? LIST_EVERY_MS : BADGE_EVERY_MS);
  const state = useMemo(() => ({ value, problem, reload }), [value, problem, reload]);
  return <Context value={state}>{children}</Context>;
}

/** The time, each second. */
export function useNow(ports: Pick<ConsolePorts, 'now'>): number {
  const [nowMs, setNowMs] = useState(() => ports.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(ports.now()), 1000);
    return () => clearInterval(timer);
  }, [ports]);
  return nowMs;
}
