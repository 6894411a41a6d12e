// The monitoring wall with scripted frames instead of recorders.
import type { ReactNode } from 'react';
import type { EventStream } from '../console/ports.ts';
import type { WallRoom, WallTrack } from '../console/types.ts';
import { consoleRooms } from './console-answers.ts';
import { type Answers, ConsoleStory, storyMe } from './scripted-api.tsx';
import { ScriptedUser } from './scripted-user.tsx';

const kept = ['town-hall', 'keynote', 'not-live'].map((room) => ({
  tenant: 'example',
  room,
  addedBy: 'usr_hana',
  addedAt: '2026-11-26T08:00:00Z',
  isAllowed: true,
  sessions: room === 'not-live' ? 0 : 12,
}));

const answers: Answers = (method, path) => {
  if (path === '/wall/rooms') return { rooms: kept };
  if (path.startsWith('/wall/rooms/')) return method === 'DELETE' ? undefined : kept[0];
  return path.startsWith('/console/rooms') ? { data: consoleRooms, nextCursor: 'more' } : undefined;
};

const track = (o: Partial<WallTrack>): WallTrack => ({
  identity: 'ann',
  trackId: 'TR_1',
  source: 'camera',
  codec: 'vp8',
  isStream: false,
  blackMs: 0,
  frozenMs: 0,
  silentMs: 0,
  noneMs: 0,
  levelDb: -127,
  ...o,
});
const sound = (levelDb: number, o: Partial<WallTrack> = {}) =>
  track({ source: 'microphone', codec: 'opus', levelDb, ...o });

/** States of tiles, repeated in turn. */
const looks: readonly Partial<WallRoom>[] = [
  { tracks: [track({}), sound(-14)], participants: 48 },
  { tracks: [track({ identity: 'encoder-1', isStream: true, blackMs: 47_000 }), sound(-31)], participants: 130 },
  { state: 'over' },
  { tracks: [track({}), sound(-22)], participants: 3 },
  { state: 'joining' },
  { state: 'refused', code: 'OVERLOADED' },
  { state: 'watching', code: 'E2EE', participants: 5 },
  {
    tracks: [
      track({ identity: 'bo', frozenMs: 14_000 }),
      sound(-127, { identity: 'stage', isStream: true, silentMs: 41_000 }),
    ],
    participants: 9,
  },
  { tracks: [track({ noneMs: 12_000 }), track({ identity: 'eva', noneMs: 9000 }), sound(-48)], participants: 2 },
  { tracks: [track({ blackMs: 4000 })], participants: 1 },
  { state: 'refused', code: 'WALL_REFUSED' },
  { tracks: [track({}), sound(-6)], participants: 21 },
];

class ScriptedWall implements EventStream {
  onopen = null;
  onerror = null;
  readonly readyState = 1;
  #say: (event: MessageEvent<string>) => void = () => undefined;
  #turn = 0;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #names: readonly string[];

  constructor(path: string) {
    const rooms = new URLSearchParams(path.split('?')[1]).get('rooms') ?? '';
    this.#names = rooms.split(',').map(decodeURIComponent);
    this.#timer = setInterval(() => this.#round(), 500);
    setTimeout(() => this.#round());
  }

  addEventListener(_: string, listener: (event: MessageEvent<string>) => void): void {
    this.#say = listener;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #round(): void {
    this.#turn += 1;
    this.#names.forEach((name, at) => {
      const [tenant = '', room = ''] = name.split('/');
      const look = looks[at % looks.length] ?? {};
      const usual = { tenant, room, state: 'watching', code: '', participants: 0, tracks: [] };
      const isSeen = (look.state ?? 'watching') === 'watching' && (look.code ?? '') === '';
      const isBlack = look.tracks?.some(({ blackMs }) => blackMs > 0) === true;
      const picture = isSeen ? { picture: frame(isBlack ? 'black' : `${200 + at * 37} 45% 42%`, at, this.#turn) } : {};
      this.#say(new MessageEvent('room', { data: JSON.stringify({ ...usual, ...look, ...picture }) }));
    });
  }
}

/** Draws some people, of whom one moves. */
function frame(colour: string, people: number, turn: number): string {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 320, height: 180 });
  const pen = canvas.getContext('2d');
  if (pen === null) return '';
  pen.fillStyle = '#0c1012';
  pen.fillRect(0, 0, 320, 180);
  const columns = 1 + (people % 3);
  const width = 320 / columns;
  for (let at = 0; at < columns; at += 1) {
    pen.fillStyle = colour === 'black' ? '#000' : `hsl(${colour})`;
    pen.fillRect(at * width + 2, 2, width - 4, 176);
    if (colour === 'black') continue;
    pen.fillStyle = '#e7c9a9';
    pen.beginPath();
    pen.arc((at + 0.5) * width + (at === 0 ? (turn % 5) * 3 : 0), 76, 24, 0, Math.PI * 2);
    pen.ellipse((at + 0.5) * width, 172, 46, 64, 0, 0, Math.PI * 2);
    pen.fill();
  }
  return canvas.toDataURL('image/jpeg', 0.6).split(',')[1] ?? '';
}

const WallStory = () => (
  <ConsoleStory
    route={{ page: 'wall' }}
    answers={answers}
    more={{ me: { ...storyMe, scopes: [...storyMe.scopes, 'wall'] }, openStream: (path) => new ScriptedWall(path) }}
  />
);
const steps = ['.wall-tile', '[data-testid=look]', '.wall-sizes label:nth-of-type(2) input'].map((press) => ({
  press,
}));

export const consoleWallStories: Readonly<Record<string, () => ReactNode>> = {
  'console-wall': () => (
    <ScriptedUser steps={steps}>
      <WallStory />
    </ScriptedUser>
  ),
  'console-wall-ask': () => <WallStory />,
};
