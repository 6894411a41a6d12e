// A session's timeline as it comes from the api: again and again while the session lasts.
import { MeridianApiError } from '@meridian/api-client';
import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Stale } from '../../admin/traffic/parts.tsx';
import { usePoll } from '../../admin/traffic/use-poll.ts';
import { Loading } from '../../admin/ui/table.tsx';
import type { SessionTimeline } from '../types.ts';
import { timelineTexts } from './text.ts';
import { type TimelineProps, TimelineView } from './timeline.tsx';

/** Points come every 10 s. */
const LIVE_EVERY_MS = 10_000;

interface LoadedProps extends Pick<TimelineProps, 'timeZone'> {
  /** The same function until it asks for another session. */
  load(): Promise<SessionTimeline>;
  links?: (timeline: SessionTimeline) => NonNullable<TimelineProps['links']>;
  now(): number;
}

export function LoadedTimeline({ load, timeZone, links, now }: LoadedProps) {
  const { say } = useTexts(timelineTexts);
  const { value, problem, reload } = usePoll(useWhileLive(load), LIVE_EVERY_MS);
  if (value === undefined) {
    if (problem === undefined) return <Loading />;
    const status = problem instanceof MeridianApiError ? problem.status : 0;
    if (status === 404 || status === 403)
      return (
        <p className="admin-empty" data-testid="no-timeline">
          {say(status === 404 ? 'notFound' : 'notAllowed')}
        </p>
      );
    return <LoadTrouble problem={problem} onRetry={reload} />;
  }
  return (
    <>
      {problem === undefined ? null : <Stale />}
      <TimelineView timeline={value} timeZone={timeZone} nowMs={now()} {...(links && { links: links(value) })} />
    </>
  );
}

/** A session that is over is asked for once: the same answer stands for the later calls. */
function useWhileLive(load: () => Promise<SessionTimeline>): () => Promise<SessionTimeline> {
  return useMemo(() => {
    let over: SessionTimeline | undefined;
    return async () => {
      const found = over ?? (await load());
      if (found.person.leftAt !== undefined) over = found;
      return found;
    };
  }, [load]);
}
