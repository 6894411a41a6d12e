// Where points and labels stand in a picture of cost against delay. Pure; all in units of its viewBox.

export const WIDTH = 380;
export const HEIGHT = 270;
const LEFT = 52;
const RIGHT = 16;
const TOP = 26;
const BOTTOM = 44;
const LABEL_HEIGHT = 15;
const GAP = 8;
const TICKS = 4;

export interface Shown {
  readonly cost: number;
  readonly delayMs: number;
  readonly label: string;
}
export interface Point extends Shown {
  readonly x: number;
  readonly y: number;
  /** Middle of the label's line of text, by its anchor. */
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'middle' | 'end';
}
export interface Tick {
  readonly at: number;
  readonly value: number;
  /** Decimals that tell it from its neighbours. */
  readonly digits: number;
}
export interface Picture {
  readonly points: readonly Point[];
  readonly costs: readonly Tick[];
  readonly delays: readonly Tick[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Cost to the right, delay upwards; labels do not lie over one another where there is room. */
export function pictureOf(policies: readonly Shown[]): Picture {
  const costs = scaleOf(
    policies.map(({ cost }) => cost),
    LEFT,
    WIDTH - RIGHT,
  );
  const delays = scaleOf(
    policies.map(({ delayMs }) => delayMs),
    HEIGHT - BOTTOM,
    TOP,
  );
  const dots = policies.map((one) => ({ ...one, x: costs.place(one.cost), y: delays.place(one.delayMs) }));
  const taken: Box[] = dots.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  const points = dots.map((dot) => {
    const place = bestPlace(dot, taken);
    taken.push(place.box);
    return { ...dot, labelX: place.x, labelY: place.y, anchor: place.anchor };
  });
  return {
    points,
    costs: costs.ticks,
    delays: delays.ticks,
    left: LEFT,
    right: WIDTH - RIGHT,
    top: TOP,
    bottom: HEIGHT - BOTTOM,
  };
}

/** Some room at both ends, round numbers between: differences are looked at, so it need not begin at zero. */
function scaleOf(values: readonly number[], from: number, to: number) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  // What differs by the rounding of its sums alone is the same: ticks between would have no end.
  const isSame = most - least <= Math.abs(most) * 1e-6;
  const margin = (isSame ? Math.abs(most) * 0.1 : (most - least) * 0.12) || 1;
  const [low, high] = [Math.max(0, least - margin), most + margin];
  const place = (value: number): number => from + ((value - low) / (high - low)) * (to - from);
  const step = roundStep((high - low) / TICKS);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const ticks: Tick[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n += 1)
    ticks.push({ at: place(n * step), value: n * step, digits });
  return { place, ticks };
}

/** 1, 2 or 5 times a power of ten, at least this large. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((one) => one * power >= least) ?? 10) * power;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Letters of Chinese are as wide as the text is high, others about half of it. */
const widthOf = (label: string): number =>
  [...label].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 13 : 7), 0);

function bestPlace({ x, y, label }: { x: number; y: number; label: string }, taken: readonly Box[]) {
  const width = widthOf(label);
  const tries = (
    [
      ['start', GAP, 0],
      ['end', -GAP, 0],
      ['middle', 0, -GAP - LABEL_HEIGHT / 2],
      ['middle', 0, GAP + LABEL_HEIGHT / 2],
      ['start', GAP, -LABEL_HEIGHT],
      ['start', GAP, LABEL_HEIGHT],
      ['end', -GAP, -LABEL_HEIGHT],
      ['end', -GAP, LABEL_HEIGHT],
    ] as const
  ).map(([anchor, dx, dy]) => {
    const left = x + dx - (anchor === 'start' ? 0 : anchor === 'end' ? width : width / 2);
    const box = { left, right: left + width, top: y + dy - LABEL_HEIGHT / 2, bottom: y + dy + LABEL_HEIGHT / 2 };
    return { anchor, x: x + dx, y: y + dy, box, over: overOf(box, taken) };
  });
  return tries.reduce((best, one) => (one.over < best.over ? one : best));
}

/** How much of it lies over others or outside. */
function overOf(box: Box, taken: readonly Box[]): number {
  const whole = (box.right - box.left) * (box.bottom - box.top);
  const inside = shared(box, { left: 0, right: WIDTH, top: 0, bottom: HEIGHT - BOTTOM });
  return whole - inside + taken.reduce((sum, one) => sum + shared(box, one), 0);
}

const shared = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
