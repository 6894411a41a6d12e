import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTexts } from '../../admin/text.ts';
import { trafficTexts } from '../../admin/traffic/text.ts';
import { spanText } from '../../admin/traffic/when.ts';
import { halved, type Span, shifted, spanSentence } from './core/span.ts';
import { timelineTexts } from './text.ts';

interface SpanBarProps {
  chosen: Span | undefined;
  whole: Span;
  timeZone: string;
  onSpan(span: Span | undefined): void;
}

export function SpanBar({ chosen, whole, timeZone, onSpan }: SpanBarProps) {
  const { say, locale } = useTexts(timelineTexts);
  const { say: sayTraffic } = useTexts(trafficTexts);
  const half = halved(chosen ?? whole, whole);
  const isShorter = half !== undefined && half.toMs - half.fromMs < lengthOf(chosen ?? whole);
  return (
    <div className="span-bar in-row flex-wrap gap-2-3 justify-between tabular">
      <p role="status" data-testid="span">
        {chosen === undefined
          ? say('wholeSpan', { whole: spanText(whole.fromMs, whole.toMs, sayTraffic) })
          : spanSentence(chosen, whole, { say, sayTraffic, reader: { locale, timeZone } })}
      </p>
      <div className="admin-buttons">
        {chosen === undefined ? null : <MoveButtons {...{ chosen, whole, onSpan }} />}
        <button
          type="button"
          className="button small"
          data-testid="zoom-in"
          disabled={!isShorter}
          onClick={() => onSpan(half)}
        >
          {say('zoomIn')}
        </button>
        <button
          type="button"
          className="button small"
          data-testid="zoom-all"
          disabled={chosen === undefined}
          onClick={() => onSpan(undefined)}
        >
          {say('zoomAll')}
        </button>
      </div>
    </div>
  );
}

const lengthOf = ({ fromMs, toMs }: Span): number => toMs - fromMs;

function MoveButtons({ chosen, whole, onSpan }: Omit<SpanBarProps, 'timeZone'> & { chosen: Span }) {
  const { say } = useTexts(timelineTexts);
  const directions = [
    ['earlier', ChevronLeft, chosen.fromMs <= whole.fromMs],
    ['later', ChevronRight, chosen.toMs >= whole.toMs],
  ] as const;
  return directions.map(([way, Icon, isEnd]) => (
    <button
      key={way}
      type="button"
      className="button small"
      data-testid={`span-${way}`}
      aria-label={say(way)}
      disabled={isEnd}
      onClick={() => onSpan(shifted(chosen, whole, way))}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  ));
}
