// Events, strength and charts of a session on a shared time line with a shared cursor.
import {
  ArrowLeftRight,
  Cable,
  CircleDot,
  LogIn,
  LogOut,
  type LucideIcon,
  Mic,
  Route,
  Shuffle,
  Unplug,
  Wifi,
  WifiOff,
} from 'lucide-react';
import {
  Component,
  type KeyboardEvent,
  lazy,
  type PointerEvent,
  type ReactNode,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTexts } from '../../admin/text.ts';
import { Loading } from '../../admin/ui/table.tsx';
import type { SessionTimeline, TimelineEvent } from '../types.ts';
import { eventText, inOrder, isSpanKind, laneNames, sourceText, spansOf, toneOf } from './core/events.ts';
import { frozenRuns, GUTTER_PX, MARK_PX, placeMarks, RIGHT_PX, strengthRuns, wordsPx } from './core/lanes.ts';
import { nearestIndex, type Series } from './core/series.ts';
import type { Span } from './core/span.ts';
import { timelineTexts } from './text.ts';
import { useSpeech } from './use-speech.ts';

const Charts = lazy(() => import('./charts.tsx'));
const PAGE_STEPS = 10;

interface StackProps {
  timeline: SessionTimeline;
  allEvents: readonly TimelineEvent[];
  whole: Span;
  series: Series;
  extent: Span;
  timeZone: string;
  /** Index of the cursor in `series`. */
  index: number;
  /** Text of the cursor's position for screen readers. */
  valueText: string;
  onIndex(index: number): void;
  onDrag(fromPx: number, toPx: number, widthPx: number): void;
}

export function Stack(props: StackProps) {
  const { timeline, allEvents, whole, series, extent, timeZone, index, valueText, onIndex, onDrag } = props;
  const { say } = useTexts(timelineTexts);
  const { ref, widthPx } = useWidth();
  const { times } = series;
  const plotPx = Math.max(1, widthPx - GUTTER_PX - RIGHT_PX);
  const point = ({ clientX, currentTarget, type, pointerType, buttons }: PointerEvent<HTMLElement>): void => {
    if (type === 'pointermove' && pointerType === 'mouse' && buttons !== 0) return;
    const share = (clientX - currentTarget.getBoundingClientRect().left - GUTTER_PX) / plotPx;
    onIndex(nearestIndex(times, (extent.fromMs + share * (extent.toMs - extent.fromMs)) / 1000));
  };
  const drag = ({ clientX: fromX, currentTarget, pointerType, button }: PointerEvent<HTMLElement>): void => {
    if (pointerType !== 'mouse' || button !== 0) return;
    const leftPx = currentTarget.getBoundingClientRect().left + GUTTER_PX;
    const end = ({ clientX: toX }: MouseEvent): void => onDrag(fromX - leftPx, toX - leftPx, plotPx);
    document.addEventListener('pointerup', end, { once: true });
  };
  const press = (event: KeyboardEvent): void => {
    const next = indexByKey(event.key, index, times.length);
    if (next === undefined) return;
    event.preventDefault();
    onIndex(next);
  };
  const atS = times[index];
  const line = atS === undefined ? undefined : shareOf(atS * 1000, extent);
  return (
    <div
      ref={ref}
      className="session-stack"
      role="slider"
      tabIndex={0}
      data-testid="stack"
      aria-label={say('cursor')}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={Math.max(0, index)}
      aria-valuetext={valueText}
      onPointerMove={point}
      onPointerDown={(event) => {
        point(event);
        drag(event);
      }}
      onKeyDown={press}
    >
      <Lanes {...{ timeline, allEvents, whole, extent, plotPx }} />
      <ChartsFailed fallback={<p className="admin-stale">{say('chartsFailed')}</p>}>
        <Suspense fallback={<Loading />}>
          {widthPx === 0 ? null : (
            <Charts {...{ series, timeZone, widthPx, index }} fromS={extent.fromMs / 1000} toS={extent.toMs / 1000} />
          )}
        </Suspense>
      </ChartsFailed>
      {line === undefined ? null : (
        <div
          className="stack-cursor absolute pointer-none"
          style={{ left: GUTTER_PX + line * plotPx }}
          aria-hidden="true"
        />
      )}
    </div>
  );
}

function indexByKey(key: string, index: number, length: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -PAGE_STEPS,
    PageUp: PAGE_STEPS,
    Home: -length,
    End: length,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(length - 1, Math.max(0, index + step));
}

const shareOf = (atMs: number, { fromMs, toMs }: Span): number =>
  Math.min(1, Math.max(0, (atMs - fromMs) / Math.max(1, toMs - fromMs)));

function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => setWidthPx(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { ref, widthPx };
}

interface FailedProps {
  fallback: ReactNode;
  children: ReactNode;
}

/** Shows `fallback` if the charts' chunk fails to load, so that the rest of the page still works. */
class ChartsFailed extends Component<FailedProps, { isFailed: boolean }> {
  override readonly state = { isFailed: false };
  static getDerivedStateFromError(): { isFailed: boolean } {
    return { isFailed: true };
  }
  override render(): ReactNode {
    return this.state.isFailed ? this.props.fallback : this.props.children;
  }
}

const icons: Readonly<Record<string, LucideIcon>> = {
  joined: LogIn,
  rejoined: LogIn,
  left: LogOut,
  moved: ArrowLeftRight,
  switched: Shuffle,
  carrier: Route,
  away: Unplug,
  resumed: Cable,
  device: Mic,
};
const iconOf = ({ kind, reason }: TimelineEvent): LucideIcon =>
  kind === 'network' ? (reason === 'offline' ? WifiOff : Wifi) : (icons[kind] ?? CircleDot);

interface LanesProps extends Pick<StackProps, 'timeline' | 'allEvents' | 'whole'> {
  extent: Span;
  plotPx: number;
}

/** Shows events and spans above the charts. Hidden from screen readers, which get the list of events. */
function Lanes({ timeline: { points, events, stepS }, allEvents, whole, extent, plotPx }: LanesProps) {
  const { say } = useTexts(timelineTexts);
  const spans = useMemo(
    () =>
      spansOf(allEvents, whole.fromMs, whole.toMs).filter(
        ({ fromMs, toMs }) => toMs >= extent.fromMs && fromMs <= extent.toMs,
      ),
    [allEvents, whole, extent],
  );
  const bar = ({ fromMs, toMs }: Span) => {
    const left = shareOf(fromMs, extent);
    return { left: `${left * 100}%`, width: `max(2px, ${(shareOf(toMs, extent) - left) * 100}%)` };
  };
  const frozen = frozenRuns(points, stepS);
  // Sources muted at the same time have separate lanes.
  const lanes = laneNames.flatMap((lane) => {
    const sources = spans.filter((span) => span.lane === lane).map(({ source }) => source);
    return [...new Set(sources)].map((source) => [lane, source] as const);
  });
  return (
    <div className="lanes grid" aria-hidden="true">
      <Marks {...{ events, extent, plotPx }} />
      {lanes.map(([lane, source]) => (
        <Lane key={`${lane} ${source}`} name={say(`lane.${lane}`)}>
          {spans
            .filter((span) => span.lane === lane && span.source === source)
            .map((span) => (
              <span
                key={span.fromMs}
                className="lane-span overflow-hidden text-soft one-line absolute"
                data-lane={lane}
                style={bar(span)}
              >
                <SpanWords
                  source={source}
                  widthPx={(shareOf(span.toMs, extent) - shareOf(span.fromMs, extent)) * plotPx}
                />
              </span>
            ))}
        </Lane>
      ))}
      {frozen.length === 0 ? null : (
        <Lane name={say('lane.frozen')}>
          {frozen.map((run) => (
            <span
              key={run.fromMs}
              className="lane-span overflow-hidden text-soft one-line absolute"
              data-lane="frozen"
              style={bar(run)}
            />
          ))}
        </Lane>
      )}
      <Lane name={say('lane.quality')}>
        {strengthRuns(points, stepS).map((run) => (
          <span key={run.fromMs} className="lane-strength absolute" data-strength={run.strength} style={bar(run)} />
        ))}
      </Lane>
    </div>
  );
}

function SpanWords({ source, widthPx }: { source: string; widthPx: number }) {
  const { say } = useTexts(timelineTexts);
  if (source === '') return null;
  const words = sourceText(source, say);
  return wordsPx(words) + 12 < widthPx ? words : null;
}

function Lane({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="lane">
      <span className="lane-name text-faint text-xs ellipsis">{name}</span>
      <div className="lane-body relative">{children}</div>
    </div>
  );
}

function Marks({
  events,
  extent,
  plotPx,
}: Pick<LanesProps, 'extent' | 'plotPx'> & { events: readonly TimelineEvent[] }) {
  const speech = useSpeech();
  const marks = useMemo(
    () =>
      inOrder(events)
        .filter(({ kind }) => !isSpanKind(kind))
        .map((event) => ({ event, atMs: Date.parse(event.at), words: eventText(event, speech) })),
    [events, speech],
  );
  const placed = placeMarks(marks, { ...extent, widthPx: plotPx });
  const rows = 1 + Math.max(0, ...placed.map(({ row }) => row));
  return (
    <div className="lane lane-marks" style={{ height: rows * (MARK_PX + 2) }}>
      <span className="lane-name text-faint text-xs ellipsis">{speech.say('lane.events')}</span>
      <div className="lane-body relative">
        {marks.map(({ event, words }, at) => {
          const { at: share = 0, row = 0, hasWords = false } = placed[at] ?? {};
          const Icon = iconOf(event);
          return (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: two events may be the same
              key={at}
              className="lane-mark absolute inline-flex gap-4px items-center text-soft text-xs one-line"
              data-tone={toneOf(event)}
              data-end={share * plotPx + MARK_PX > plotPx ? '' : undefined}
              style={{ left: `${share * 100}%`, top: row * (MARK_PX + 2) }}
            >
              <Icon size={13} aria-hidden="true" />
              {hasWords ? <span className="lane-words">{words}</span> : null}
            </span>
          );
        })}
      </div>
    </div>
  );
}
