import { afterEach, describe, expect, it, vi } from 'vitest';
import { RoomActs } from '../../../src/admin/rooms/acts.ts';
import { type Participant, type Room, RoomsApi, type Track } from '../../../src/admin/rooms/api.ts';
import { linkTitle } from '../../../src/admin/rooms/core/link-title.ts';
import {
  inOrder,
  marksOf,
  nameOf,
  qualityTone,
  roomMarks,
  titleOf,
  tracksInOrder,
} from '../../../src/admin/rooms/core/people.ts';
import { isEmpty, streamTone, viewersOf } from '../../../src/admin/rooms/core/streams.ts';
import { joinInTab, openTab } from '../../../src/admin/rooms/join.ts';
import { roomTexts } from '../../../src/admin/rooms/text.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';
import { done, refusal, scripted } from './scripted-traffic.ts';

const say = sayOf(roomTexts, 'en');
const track = (source: Track['source'], sid: string = source): Track => ({
  sid,
  kind: 'audio',
  source,
  name: '',
  muted: false,
  mimeType: '',
  width: 0,
  height: 0,
});
const person = (identity: string, one: Partial<Participant> = {}): Participant => ({
  sid: `PA_${identity}`,
  identity,
  name: '',
  metadata: '',
  attributes: {},
  kind: 'standard',
  protocol: 'webrtc',
  role: null,
  permission: { canPublish: true, canSubscribe: true, canPublishData: true, roomAdmin: false, hidden: false },
  joinedAt: '2026-11-23T08:00:00Z',
  handRaisedAt: null,
  region: '',
  quality: 'good',
  tracks: [],
  ...one,
});

describe('acts in a room', () => {
  const scriptedActs = (answer: (call: string) => unknown = () => done()) => {
    const { ports, calls, asked } = scripted(answer);
    let changes = 0;
    const acts = new RoomActs(new RoomsApi(ports), 'a/b', () => {
      changes += 1;
    });
    return { acts, calls, asked, changes: () => changes };
  };

  it('that end the room ask for confirmation first', async () => {
    const { acts, calls, changes } = scriptedActs();
    acts.ask({ ask: 'end' });
    expect([acts.question.get(), calls(), changes()]).toEqual([{ ask: 'end' }, [], 0]);
    acts.cancel();
    await acts.confirm();
    expect([acts.question.get(), calls(), changes()]).toEqual([undefined, [], 0]);
    acts.ask({ ask: 'end' });
    await acts.confirm();
    expect([acts.question.get(), calls(), changes()]).toEqual([undefined, ['DELETE /rooms/a%2Fb'], 1]);
  });

  it('remove a person, and ban the person for the chosen time', async () => {
    const { acts, calls } = scriptedActs();
    for (const ban of ['none', 'hour', 'forever'] as const) {
      acts.ask({ ask: 'remove', identity: 'ann', name: 'Ann' });
      await acts.confirm(ban);
    }
    const path = 'DELETE /rooms/a%2Fb/participants/ann';
    expect(calls()).toEqual([path, `${path}?banS=3600`, `${path}?forever=true`]);
  });

  it('mute only the track for which confirmation was asked', async () => {
    const { acts, asked } = scriptedActs(() => person('ann'));
    acts.ask({ ask: 'mute', identity: 'ann', name: 'Ann', trackId: 'TR_1', source: 'Microphone' });
    await acts.confirm();
    expect(asked).toMatchObject([{ call: 'POST /rooms/a%2Fb/participants/ann/mute', body: { trackId: 'TR_1' } }]);
  });

  it('leave the confirmation open when they fail', async () => {
    const { acts, changes } = scriptedActs(() => refusal(403, 'NOT_PERMITTED'));
    acts.ask({ ask: 'end' });
    await expect(acts.confirm()).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect([acts.question.get(), changes()]).toEqual([{ ask: 'end' }, 0]);
  });

  it('that lock or admit need no confirmation, and show why they failed', async () => {
    let isRefused = true;
    const { acts, asked, changes } = scriptedActs(() => (isRefused ? refusal(409, 'CONFLICT') : { affected: 1 }));
    await acts.lock(true);
    expect(acts.problem.get()).toMatchObject({ code: 'CONFLICT' });
    isRefused = false;
    await acts.letIn('admit', ['w1']);
    await acts.letIn('refuse', 'all');
    expect(acts.problem.get()).toBeUndefined();
    expect(asked.map(({ call, body }) => [call, body])).toEqual([
      ['PATCH /rooms/a%2Fb', { locked: true }],
      ['POST /rooms/a%2Fb/acts', { act: 'admit', waitIds: ['w1'] }],
      ['POST /rooms/a%2Fb/acts', { act: 'refuse', all: true }],
    ]);
    expect(changes()).toBe(3);
  });
});

describe('calls', () => {
  it('list only rooms with participants, page by page, up to five pages', async () => {
    const { ports, calls } = scripted((call) => {
      const at = Number(/cursor=(\d+)/.exec(call)?.[1] ?? 0);
      const next = call.includes('name=') ? undefined : String(at + 1);
      return { data: [{ name: `r${at}` }], missing: ['sig-1'], ...(next && { nextCursor: next }) };
    });
    const api = new RoomsApi(ports);
    expect(await api.live('ab')).toEqual({ rooms: [{ name: 'r0' }], missing: ['sig-1'] });
    expect(calls()).toEqual(['GET /rooms?active=true&limit=200&name=ab']);
    const all = await api.live('');
    expect([all.rooms.length, calls().length]).toEqual([5, 6]);
    expect(calls().at(-1)).toBe('GET /rooms?active=true&limit=200&cursor=4');
  });

  it('create a link that is only for this user, as host', async () => {
    const { ports, asked } = scripted(() => ({ url: 'https://meet.example.org/j/code' }));
    const me = { id: 'usr_1', name: 'Hana' };
    expect(await new RoomsApi(ports).hostLink({ name: 'r', title: '' }, me)).toBe('https://meet.example.org/j/code');
    expect(asked).toMatchObject([
      {
        call: 'POST /join-links',
        body: { room: 'r', identity: 'usr_1', name: 'Hana', grants: { roomAdmin: true }, maxUses: 1 },
      },
    ]);
  });
});

describe('joining in a new tab', () => {
  const tab = () => {
    const log: string[] = [];
    return { log, tab: { go: (url: string) => log.push(url), close: () => log.push('closed') } };
  };

  it('opens the tab before the link is made', async () => {
    const { log, tab: opened } = tab();
    const open = () => {
      log.push('opened');
      return opened;
    };
    const makeLink = async () => {
      log.push('asked');
      return 'https://x/j/1';
    };
    expect(await joinInTab(open, makeLink)).toBeUndefined();
    expect(log).toEqual(['opened', 'asked', 'https://x/j/1']);
  });

  it('returns the link where the browser opens no tab, and closes the tab when there is no link', async () => {
    expect(
      await joinInTab(
        () => undefined,
        async () => 'https://x/j/1',
      ),
    ).toBe('https://x/j/1');
    const { log, tab: opened } = tab();
    await expect(
      joinInTab(
        () => opened,
        () => Promise.reject(new Error('refused')),
      ),
    ).rejects.toThrow('refused');
    expect(log).toEqual(['closed']);
  });
});

describe('participants', () => {
  it('are named by name, else identity; rooms by title, else name', () => {
    expect([nameOf(person('ann')), nameOf(person('ann', { name: 'Ann' }))]).toEqual(['ann', 'Ann']);
    expect([titleOf({ name: 'r', title: '' }), titleOf({ name: 'r', title: 'Review' })]).toEqual(['r', 'Review']);
  });

  it('join by links with a title that the API accepts', () => {
    expect([linkTitle('  '), linkTitle(' Review '), linkTitle('x'.repeat(300)).length]).toEqual(['', 'Review', 128]);
    expect(linkTitle(`${'x'.repeat(127)}😀`)).toBe('x'.repeat(127));
  });

  it('are sorted by time of joining, then by identity', () => {
    const later = person('a', { joinedAt: '2026-11-23T09:00:00Z' });
    expect(inOrder([later, person('c'), person('b')]).map(({ identity }) => identity)).toEqual(['b', 'c', 'a']);
  });

  it('show their role, else the rights of their token, then whether they are hidden, a recorder or raise a hand', () => {
    const rights = { ...person('').permission, roomAdmin: true };
    expect(marksOf(person('ann'), say)).toEqual([]);
    expect(marksOf(person('ann', { permission: rights }), say)).toEqual(['May administer']);
    expect(marksOf(person('ann', { permission: rights, role: 'cohost' }), say)).toEqual(['Co-host']);
    const all = person('x', { kind: 'recorder', permission: { ...rights, hidden: true }, handRaisedAt: '2026' });
    expect(marksOf(all, say)).toEqual(['May administer', 'Hidden', 'Recorder', 'Hand raised']);
  });

  it('have their tracks listed by source, and a colour for each quality', () => {
    const tracks = [
      track('unknown'),
      track('screen_share'),
      track('camera'),
      track('microphone', 'm2'),
      track('microphone'),
    ];
    expect(tracksInOrder({ tracks }).map(({ sid }) => sid)).toEqual([
      'm2',
      'microphone',
      'camera',
      'screen_share',
      'unknown',
    ]);
    expect((['lost', 'poor', 'unknown', 'good', 'excellent'] as const).map(qualityTone)).toEqual([
      'bad',
      'warn',
      'quiet',
      'good',
      'good',
    ]);
  });

  it('see whether the room is locked or has a waiting room', () => {
    const marks = (locked: boolean, lobby: boolean): string[] => roomMarks({ locked, lobby } as Room, say);
    expect([marks(false, false), marks(true, true)]).toEqual([[], ['Locked', 'Waiting room']]);
  });
});

describe('streams', () => {
  const live = (outputs: { protocol: string; viewers: number; bitrateKbps: number }[]) => ({
    live: { publishers: [], outputs, gatewaysSilent: [] },
    pushes: [],
    pulls: [],
  });

  it('are empty without encoders, viewers, pushes and pulls', () => {
    const push = { protocol: 'push', viewers: 2, bitrateKbps: 1 };
    expect(isEmpty(live([]))).toBe(true);
    // Pushes are in their own list.
    expect(isEmpty(live([push, { protocol: 'hls', viewers: 0, bitrateKbps: 0 }]))).toBe(true);
    const watched = live([push, { protocol: 'hls', viewers: 1, bitrateKbps: 9 }]);
    expect([isEmpty(watched), viewersOf(watched).length]).toEqual([false, 1]);
  });

  it('have a colour for each state', () => {
    expect((['live', 'connecting', 'waiting', 'unknown'] as const).map((state) => streamTone({ state }))).toEqual([
      'good',
      'quiet',
      'warn',
      'quiet',
    ]);
  });
});

describe('a new tab', () => {
  afterEach(() => vi.unstubAllGlobals());
  it('cannot reach the administration page, even before it loads a URL', () => {
    const went: unknown[] = [];
    const tab = {
      opener: 'this page' as unknown,
      location: { replace: (url: string) => void went.push([tab.opener, url]) },
      close: () => void went.push('closed'),
    };
    vi.stubGlobal('window', { open: () => tab });
    const opened = openTab();
    expect(tab.opener).toBeNull();
    opened?.go('https://meet.test/r');
    opened?.close();
    expect(went).toEqual([[null, 'https://meet.test/r'], 'closed']);
  });
  it('is undefined where the browser opens none', () => {
    vi.stubGlobal('window', { open: () => null });
    expect(openTab()).toBeUndefined();
  });
});
