import { describe, expect, it } from 'vitest';
import { type Box, unionAreaOf } from '../../src/core/grid.ts';
import type { MediaSource, ParticipantModel } from '../../src/core/model.ts';
import { arrangeStage, type StageInput } from '../../src/core/stage.ts';
import {
  cornerAfter,
  cornerAt,
  corners,
  type PlanInput,
  planStage,
  type StagePlan,
} from '../../src/core/stage-plan.ts';

const source: MediaSource = { id: 'x', attach: () => undefined, detach: () => undefined };
const wide = 16 / 9;
const upright = 9 / 16;

interface TestPerson {
  id: string;
  aspect?: number;
  sharing?: true;
}
const person = ({ id, sharing }: TestPerson, at: number): ParticipantModel => ({
  sessionId: id,
  identity: id,
  name: id,
  local: id === 'self',
  admin: false,
  role: '',
  canPublish: true,
  canWrite: true,
  handRaisedAtMs: 0,
  cameraOn: true,
  microphoneOn: true,
  sending: true,
  camera: source,
  ...(sharing && { screen: source }),
  sounds: [],
  speaking: false,
  quality: 'good',
  nodeId: 'sfu-fra-1',
  region: 'eu-central',
  joinedWallMs: at,
});

/** Stages of common windows, without the bar and the margins. */
const windows = {
  '1280×800': { width: 1256, height: 712 },
  '1440×900': { width: 1416, height: 812 },
  '1920×1080': { width: 1896, height: 992 },
  '390×844': { width: 374, height: 720 },
} as const;
type WindowName = keyof typeof windows;

type Wanted = Partial<
  Pick<StageInput, 'view' | 'pinnedKey' | 'speakerId'> & Pick<PlanInput, 'page' | 'corner' | 'recent'>
>;

function plan(size: { width: number; height: number }, people: readonly TestPerson[], o: Wanted = {}): StagePlan {
  const stage = arrangeStage({ participants: people.map(person), view: 'grid', ...o });
  const aspects = new Map(
    people.flatMap(({ id, aspect = wide }): [string, number][] => [
      [`${id}/camera`, aspect],
      [`${id}/screen`, wide],
    ]),
  );
  return planStage({ stage, size, aspects, page: 0, corner: 'bottom-right', ...o });
}
const peopleWithoutSelf = (count: number): TestPerson[] =>
  Array.from({ length: count }, (_, at) => ({ id: `p${String(at).padStart(2, '0')}` }));
const peopleOf = (count: number): TestPerson[] => [...peopleWithoutSelf(count - 1), { id: 'self' }];
const keysOf = ({ tiles }: StagePlan): string[] => tiles.map(({ tile }) => tile.key);
const placesOf = ({ tiles }: StagePlan): string[] => tiles.map(({ place }) => place);
const boxOf = ({ tiles }: StagePlan, key: string): Box =>
  tiles.find(({ tile }) => tile.key === key)?.box ?? { left: 0, top: 0, width: 0, height: 0 };

/** Returns the share of a picture that a tile of this size hides. */
const hiddenOf = (aspect: number, { width, height }: { width: number; height: number }): number =>
  1 - Math.min(width / height / aspect, aspect / (width / height));

describe('the share of the window that pictures of 16:9 cover, and what is hidden of them', () => {
  // [window, people, covered before, hidden before, covered, hidden], in per cent; before: cells of one shape, 4:3 (3:4
  // on a phone) to 16:9.
  const rows: readonly [WindowName, number, number, number, number, number][] = [
    ['1280×800', 2, 65, 25, 100, 1],
    ['1280×800', 3, 73, 0, 73, 0],
    ['1280×800', 4, 98, 0, 98, 0],
    ['1280×800', 5, 71, 25, 61, 12],
    ['1280×800', 9, 95, 0, 95, 1],
    ['1440×900', 2, 64, 25, 100, 2],
    ['1440×900', 3, 74, 1, 74, 1],
    ['1440×900', 4, 98, 1, 98, 1],
    ['1440×900', 5, 70, 25, 60, 13],
    ['1440×900', 9, 96, 1, 96, 1],
    ['1920×1080', 2, 71, 25, 100, 7],
    ['1920×1080', 3, 68, 0, 74, 7],
    ['1920×1080', 4, 91, 0, 98, 7],
    ['1920×1080', 5, 78, 25, 67, 13],
    ['1920×1080', 9, 89, 0, 97, 8],
    ['390×844', 2, 99, 41, 78, 25],
    ['390×844', 3, 97, 10, 97, 10],
    ['390×844', 4, 78, 0, 89, 13],
    ['390×844', 5, 79, 56, 70, 12],
    ['390×844', 9, 93, 40, 74, 25], // a page of eight
  ];
  it.each(rows)(
    '%s, %i people: %i %% and %i %% before, %i %% and %i %% now',
    (name, count, _c, _h, covered, hidden) => {
      const size = windows[name];
      const { tiles } = plan(size, peopleOf(count));
      const boxes = tiles.map(({ box }) => box);
      const [first, second] = boxes as [Box, Box];
      const area =
        tiles[1]?.place === 'corner'
          ? unionAreaOf(first, second)
          : boxes.reduce((sum, { width, height }) => sum + width * height, 0);
      const hiddenShares = boxes.map(
        ({ width, height }) => 1 - Math.min(width / height / wide, wide / (width / height)),
      );
      expect(Math.round((100 * area) / (size.width * size.height))).toBe(covered);
      expect(Math.round(100 * Math.max(...hiddenShares))).toBe(hidden);
    },
  );
});

describe('planStage', () => {
  const desktop = windows['1280×800'];
  const phone = windows['390×844'];

  it('shows nothing before the stage has a size', () => {
    expect(plan({ width: 0, height: 0 }, peopleOf(3)).tiles).toEqual([]);
  });

  it('shows the only other participant large and the self view in the chosen corner', () => {
    for (const corner of corners) {
      const two = plan(desktop, peopleOf(2), { corner });
      expect(placesOf(two)).toEqual(['main', 'corner']);
      const { left, top, width, height } = boxOf(two, 'self/camera');
      expect(cornerAt(desktop, left + width / 2, top + height / 2)).toBe(corner);
    }
  });
  it.each([
    { name: 'one portrait in a wide window', size: desktop, aspects: [upright, wide], places: ['cell', 'cell'] },
    { name: 'two portraits in a wide window', size: desktop, aspects: [upright, upright], places: ['cell', 'cell'] },
    { name: 'two portraits on a phone', size: phone, aspects: [upright, upright], places: ['main', 'corner'] },
    { name: 'two wide pictures on a phone', size: phone, aspects: [wide, wide], places: ['cell', 'cell'] },
    { name: 'a very wide window', size: { width: 2560, height: 900 }, aspects: [wide, wide], places: ['cell', 'cell'] },
  ])('shows two people in the way that covers more: $name', ({ size, aspects, places }) => {
    const people = [
      { id: 'p', aspect: aspects[0] as number },
      { id: 'self', aspect: aspects[1] as number },
    ];
    expect(placesOf(plan(size, people))).toEqual(places);
  });

  it('keeps the shape of a portrait picture, and fills the whole stage without a picture', () => {
    const { width, height } = boxOf(plan(desktop, [{ id: 'p', aspect: upright }, { id: 'self' }]), 'p/camera');
    expect(hiddenOf(upright, { width, height })).toBeLessThan(0.13);
    const [speaker, self] = peopleOf(2).map(person) as [ParticipantModel, ParticipantModel];
    const stage = arrangeStage({ participants: [{ ...speaker, cameraOn: false }, self], view: 'grid' });
    const two = planStage({ stage, size: desktop, aspects: new Map(), page: 0, corner: 'top-left' });
    expect(boxOf(two, 'p00/camera')).toEqual({ left: 0, top: 0, ...desktop });
  });

  it('assumes 16:9 for a picture that has not arrived, so that no tile moves when the picture does', () => {
    const stage = arrangeStage({ participants: peopleOf(4).map(person), view: 'grid' });
    const coming = planStage({ stage, size: desktop, aspects: new Map(), page: 0, corner: 'bottom-right' });
    expect(coming).toEqual(plan(desktop, peopleOf(4)));
  });

  it('places the invitation beside the self view in a wide window, and below on a phone', () => {
    const [beside, below] = [plan(desktop, peopleOf(1)), plan(phone, peopleOf(1))];
    expect(beside.invite?.left).toBe(boxOf(beside, 'self/camera').width + 10 + boxOf(beside, 'self/camera').left);
    expect(below.invite?.top).toBe(boxOf(below, 'self/camera').height + 10);
  });

  it('shows a shared screen whole, with the cameras beside it, below it in a portrait window', () => {
    const people: TestPerson[] = [{ id: 'p', sharing: true }, { id: 'q' }, { id: 'self' }];
    for (const size of [desktop, phone]) {
      const shared = plan(size, people);
      const screen = boxOf(shared, 'p/screen');
      expect(screen.width / screen.height).toBeCloseTo(wide, 1);
      const camera = boxOf(shared, 'q/camera');
      if (size === desktop) expect(camera.left).toBeGreaterThanOrEqual(screen.left + screen.width + 10);
      else expect(camera.top).toBeGreaterThanOrEqual(screen.top + screen.height + 10);
    }
  });

  it('divides a strip that does not fit into pages', () => {
    const people: TestPerson[] = [{ id: 'a', sharing: true }, ...peopleOf(20)];
    const first = plan(desktop, people);
    expect([first.page, first.pageCount > 1, first.pager !== undefined]).toEqual([0, true, true]);
    expect(keysOf(first)).toContain('self/camera');
    const allKeys = new Set(
      Array.from({ length: first.pageCount }, (_, page) => keysOf(plan(desktop, people, { page }))).flat(),
    );
    expect(allKeys.size).toBe(22);
  });
});

describe('pictures stay in the document', () => {
  const size = windows['1280×800'];
  /** React moves no element that keeps its order among the remaining ones, so their pictures continue. */
  const expectKept = (before: StagePlan, after: StagePlan): void => {
    const staying = (one: StagePlan, other: StagePlan) => keysOf(one).filter((key) => keysOf(other).includes(key));
    expect(staying(after, before)).toEqual(staying(before, after));
  };
  const six = peopleOf(6);
  const sharing = six.map((one): TestPerson => (one.id === 'p02' ? { ...one, sharing: true } : one));
  const states: Readonly<Record<string, StagePlan>> = {
    grid: plan(size, six),
    'speaker view': plan(size, six, { view: 'speaker', speakerId: 'p03' }),
    'the next speaker': plan(size, six, { view: 'speaker', speakerId: 'p04' }),
    pinned: plan(size, six, { pinnedKey: 'p04/camera' }),
    'oneself pinned': plan(size, six, { pinnedKey: 'self/camera' }),
    'a shared screen': plan(size, sharing),
    'pinned beside a shared screen': plan(size, sharing, { pinnedKey: 'p01/camera' }),
    'an upright window': plan(windows['390×844'], six),
    'one more': plan(size, peopleOf(7)),
    'two are left': plan(size, [...six.slice(0, 1), ...six.slice(-1)]),
  };
  for (const [from, before] of Object.entries(states))
    for (const [to, after] of Object.entries(states))
      if (from !== to)
        it(`from ${from} to ${to}`, () => {
          expectKept(before, after);
          const stays = Object.keys(states).indexOf(from) < 8 && Object.keys(states).indexOf(to) < 8;
          if (stays) expect(keysOf(after).filter((key) => key.endsWith('camera'))).toHaveLength(6);
        });

  it('parks the tiles of the previous page when pages are turned', () => {
    const crowd = peopleOf(20);
    const first = plan(size, crowd);
    const second = plan(size, crowd, { page: 1, recent: new Set(keysOf(first)) });
    expectKept(first, second);
    const parked = second.tiles.filter(({ place }) => place === 'parked').map(({ tile }) => tile.key);
    expect(parked).toEqual(keysOf(first));
    expect(keysOf(plan(size, crowd, { page: 1 }))).toHaveLength(4);
  });

  it('parks at most 32 tiles of other pages, and none of a participant that has left', () => {
    const crowd = peopleOf(80);
    const recent = new Set([...crowd.map(({ id }) => `${id}/camera`), 'gone/camera']);
    const thirdPage = plan(size, crowd, { page: 2, recent });
    expect(placesOf(thirdPage).filter((place) => place === 'parked')).toHaveLength(32);
    expect(keysOf(thirdPage)).not.toContain('gone/camera');
  });

  it('moves the self view clockwise from corner to corner, and back to the first', () => {
    expect([...corners].map(cornerAfter)).toEqual([...corners.slice(1), corners[0]]);
  });
});
