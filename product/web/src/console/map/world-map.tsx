import { Minus, Plus, Scan } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { AlarmMarks } from '../alarms/core/places.ts';
import { gestureOf, wheelZoom } from '../core/gesture.ts';
import { isSame, type Selection } from '../core/selection.ts';
import type { Point } from '../core/viewport.ts';
import type { WorldState } from '../core/world-state.ts';
import type { ShownLayers } from './scene.ts';
import { SiteButtons } from './site-buttons.tsx';
import { Tip } from './tip.tsx';
import { MapView } from './view.ts';
import { useWords, type Words } from './words.ts';

interface WorldMapProps {
  state: WorldState;
  selection: Selection | undefined;
  shown: ShownLayers;
  marks: AlarmMarks;
  onSelect(selection: Selection | undefined): void;
}

export function WorldMap({ state, selection, shown, marks, onSelect }: WorldMapProps) {
  const words = useWords();
  const { ref, view } = useMapView();
  const { cityOf } = words;
  useEffect(
    () => view?.set({ state, selection, shown, marks, nameOf: cityOf }),
    [view, state, selection, shown, marks, cityOf],
  );
  const { handlers, hover } = usePointers(view, onSelect);
  return (
    <div className="relative overflow-hidden bordered rounded-m bg-surface">
      {/* biome-ignore lint/a11y/useSemanticElements: no element of HTML is a map */}
      <div
        className="map-window relative overflow-hidden rounded-m"
        ref={ref}
        role="group"
        aria-label={words.say('map')}
        aria-describedby="map-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the map
        tabIndex={0}
        data-testid="world-map"
        data-hover={hover === undefined ? undefined : ''}
        onKeyDown={(event) => moveByKey(event, view)}
        {...handlers}
      >
        <div className="map-layers absolute inset-0" aria-hidden="true">
          <canvas />
          <canvas />
        </div>
        {hover === undefined ? null : <Tip {...hover} {...{ state, words }} />}
      </div>
      <MapButtons view={view} words={words} />
      <p id="map-keys" className="visually-hidden">
        {words.say('mapKeys')}
      </p>
      <SiteButtons {...{ state, selection, marks, view, words, onSelect }} onLeave={() => ref.current?.focus()} />
    </div>
  );
}

function useMapView() {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<MapView>();
  useEffect(() => {
    const host = ref.current;
    const layers = host?.querySelector<HTMLElement>('.map-layers');
    const [land, live] = layers?.querySelectorAll('canvas') ?? [];
    if (host === null || layers === null || layers === undefined || land === undefined || live === undefined) return;
    const own = new MapView({ host, layers, land, live });
    const sizes = new ResizeObserver(() => own.resize({ width: host.clientWidth, height: host.clientHeight }));
    sizes.observe(host);
    const scheme = matchMedia('(prefers-color-scheme: light)');
    const recolour = (): void => own.recolour();
    scheme.addEventListener('change', recolour);
    // The listener is not passive, so that it can keep the page from scrolling.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      own.zoom(wheelZoom({ deltaY: event.deltaY, mode: event.deltaMode }), pointIn(host, event));
    };
    host.addEventListener('wheel', onWheel, { passive: false });
    import('./coastlines.ts').then(
      ({ coastlines }) => own.setCoastlines(coastlines()),
      (error: unknown) => console.info('The map has no coastlines:', error),
    );
    setView(own);
    return () => {
      sizes.disconnect();
      scheme.removeEventListener('change', recolour);
      host.removeEventListener('wheel', onWheel);
      own.close();
      setView(undefined);
    };
  }, []);
  return { ref, view };
}

const pointIn = (host: Element, { clientX, clientY }: { clientX: number; clientY: number }): Point => {
  const { left, top } = host.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
};

interface Hover {
  readonly selection: Selection;
  readonly at: Point;
}

/** Movement from which a press counts as a drag; a shorter one is a click. */
const CLICK_PX = 4;
/** Distance from a mark or line that still hits it. Fingers are less exact than a mouse. */
const SLACK_PX = { mouse: 4, touch: 14 } as const;

function usePointers(view: MapView | undefined, onSelect: (selection: Selection | undefined) => void) {
  const [hover, setHover] = useState<Hover>();
  const pointers = useRef(new Map<number, Point>());
  const movedPx = useRef(0);
  const handlers = useMemo(() => {
    const slackOf = ({ pointerType }: PointerEvent): number => SLACK_PX[pointerType === 'touch' ? 'touch' : 'mouse'];
    const end = (event: PointerEvent): void => void pointers.current.delete(event.pointerId);
    return {
      onPointerDown: (event: PointerEvent<HTMLElement>): void => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        if (pointers.current.size === 0) movedPx.current = 0;
        pointers.current.set(event.pointerId, pointIn(event.currentTarget, event));
        setHover(undefined);
      },
      onPointerMove: (event: PointerEvent<HTMLElement>): void => {
        const at = pointIn(event.currentTarget, event);
        const activePointers = pointers.current;
        if (!activePointers.has(event.pointerId)) {
          const selection = view?.hit(at, slackOf(event));
          setHover((last) => {
            if (selection === undefined) return undefined;
            return last !== undefined && isSame(last.selection, selection) ? last : { selection, at };
          });
          return;
        }
        const before = [...activePointers.values()];
        activePointers.set(event.pointerId, at);
        const gesture = gestureOf(before, [...activePointers.values()]);
        if (gesture === undefined) return;
        movedPx.current += Math.hypot(gesture.pan.x, gesture.pan.y) + (activePointers.size > 1 ? CLICK_PX : 0);
        if (movedPx.current < CLICK_PX) return;
        view?.pan(gesture.pan);
        if (gesture.zoom !== 1) view?.zoom(gesture.zoom, gesture.at);
      },
      onPointerUp: (event: PointerEvent<HTMLElement>): void => {
        const wasDown = pointers.current.has(event.pointerId);
        end(event);
        if (wasDown && movedPx.current < CLICK_PX)
          onSelect(view?.hit(pointIn(event.currentTarget, event), slackOf(event)));
      },
      onPointerCancel: end,
      onPointerLeave: (): void => setHover(undefined),
    };
  }, [view, onSelect]);
  return { handlers, hover };
}

const STEP_PX = 80;
const ZOOM_STEP = 1.5;

function moveByKey(event: KeyboardEvent, view: MapView | undefined): void {
  const steps: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => view?.pan({ x: STEP_PX, y: 0 }),
    ArrowRight: () => view?.pan({ x: -STEP_PX, y: 0 }),
    ArrowUp: () => view?.pan({ x: 0, y: STEP_PX }),
    ArrowDown: () => view?.pan({ x: 0, y: -STEP_PX }),
    '+': () => view?.zoom(ZOOM_STEP),
    '=': () => view?.zoom(ZOOM_STEP),
    '-': () => view?.zoom(1 / ZOOM_STEP),
    '0': () => view?.fit(),
  };
  const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  step();
}

function MapButtons({ view, words: { say } }: { view: MapView | undefined; words: Words }) {
  return (
    <div className="map-buttons absolute grid gap-1">
      <button type="button" className="icon-button" aria-label={say('zoomIn')} onClick={() => view?.zoom(ZOOM_STEP)}>
        <Plus size={18} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={say('zoomOut')}
        onClick={() => view?.zoom(1 / ZOOM_STEP)}
      >
        <Minus size={18} aria-hidden="true" />
      </button>
      <button type="button" className="icon-button" aria-label={say('wholeWorld')} onClick={() => view?.fit()}>
        <Scan size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
