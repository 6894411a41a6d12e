// Loads a session's timeline, repeatedly while the session lasts.
import { MeridianApiError } from '@meridian/api-client';
import { useCallback, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Stale } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { Loading } from '../../admin/ui/table.tsx';
import type { SessionTimeline } from '../types.ts';
import { type Span, searchWith, spanIn } from './core/span.ts';
import { timelineTexts } from './text.ts';
import { type TimelineProps, TimelineView } from './timeline.tsx';

/** Polling interval of a running session; quality points come as often. */
const LIVE_EVERY_MS = 10_000;
/** Finest step of points, in seconds; a span is loaded again where the whole timeline has coarser points. */
const FINEST_S = 10;

interface LoadedProps extends Pick<TimelineProps, 'timeZone'> {
  /** Query key that names the session. */
  queryKey: readonly string[];
  /** Loads the timeline; with a span, with the finest points of that span. */
  load(span?: Span): Promise<SessionTimeline>;
  links?: (timeline: SessionTimeline) => NonNullable<TimelineProps['links']>;
  now(): number;
}

export function LoadedTimeline({ queryKey: timelineKey, load, timeZone, links, now }: LoadedProps) {
  const { say } = useTexts(timelineTexts);
  const { value, problem, reload } = useApiQuery(timelineKey, () => load(), pollIntervalMs);
  const { span, choose } = useSpan();
  const detail = useDetail(
    { queryKey: timelineKey, load },
    value !== undefined && value.stepS > FINEST_S ? span : undefined,
  );
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
      {problem === undefined && detail.problem === undefined ? null : <Stale />}
      <TimelineView
        timeline={value}
        timeZone={timeZone}
        nowMs={now()}
        span={span}
        onSpan={choose}
        detail={detail.timeline}
        {...(links && { links: links(value) })}
      />
    </>
  );
}

function useSpan() {
  const [span, setSpan] = useState(() => spanIn(location.search));
  const choose = useCallback((next: Span | undefined) => {
    setSpan(next);
    history.replaceState(null, '', location.pathname + searchWith(location.search, next) + location.hash);
  }, []);
  return { span, choose };
}

/** Loads the finer points of a span; undefined until they arrive. */
function useDetail({ queryKey: timelineKey, load }: Pick<LoadedProps, 'queryKey' | 'load'>, span: Span | undefined) {
  const { value, problem } = useApiQuery([...timelineKey, 'detail', span], async () =>
    span === undefined ? null : await load(span),
  );
  return { timeline: value ?? undefined, problem };
}

/** Returns the polling interval; undefined for a finished session, which does not change. */
const pollIntervalMs = (timeline: SessionTimeline | undefined): number | undefined =>
  timeline?.person.leftAt === undefined ? LIVE_EVERY_MS : undefined;
