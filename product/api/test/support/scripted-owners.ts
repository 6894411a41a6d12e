// Owners of rooms in one process: the test says which rooms are live, and acts are written down.
import {
  attributesWith,
  type CrowdPageRequest,
  type CrowdPerson,
  crowdPage,
  emptyBoard,
  emptyParticipant,
  emptyPolicy,
  emptyRoomInfo,
  MeridianError,
  newBreakOutId,
  type Participant,
  type RoomInfo,
  type RoomPolicy,
  shownOfPolicy,
  sourceFromWire,
  type Track,
  type wire,
} from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import type { Command, CommandDone, Crowd, LiveRooms, RoomOwners, RoomView } from '../../src/nodes/room-owners.ts';
import { policyAfter } from '../../src/rooms/core/stored-acts.ts';

type Act = Command['acts'][number];
/** A command with a single act. */
type Commanded = Omit<Command, 'acts'> & { readonly act: Act };

const identityOf = (act: Act): string | undefined => {
  const one =
    act.remove ?? act.mute ?? act.update ?? act.askUnmute ?? act.subscribe ?? act.hand ?? act.member ?? act.stage;
  return one == null || ('everybody' in one && one.everybody) ? undefined : (one.identity ?? '');
};
/** Tells whether the act applies to a participant and not to the policy. */
const isOfPresent = (act: Act): boolean =>
  Boolean(act.update ?? act.askUnmute ?? act.subscribe) ||
  Boolean(act.mute && !act.mute.everybody) ||
  Boolean(act.hand && !act.hand.everybody) ||
  Boolean(act.remove && !act.remove.forever && !act.remove.banS);

const hasComposed = ({ recordings }: RoomPolicy, id: string): boolean =>
  recordings.some(({ mode, recordingId }) => mode === 'composed' && (id === '' || recordingId === id));

interface Changed {
  readonly changed: Participant;
  readonly affected: number;
}
function muted(participant: Participant, { trackId, source, allSources }: wire.ActMute.$Properties): Changed {
  const isMeant = (track: Track): boolean =>
    track.derivedFrom === undefined &&
    (trackId ? track.trackId === trackId : allSources === true || track.source === sourceFromWire(source));
  const chosenTracks = participant.tracks.filter(isMeant);
  if (trackId && chosenTracks.length === 0) throw new MeridianError('TRACK_UNKNOWN');
  const tracks = participant.tracks.map((track) => (isMeant(track) ? { ...track, muted: true } : track));
  return { changed: { ...participant, tracks }, affected: chosenTracks.filter((track) => !track.muted).length };
}
function updated(participant: Participant, wanted: wire.ActUpdate.$Properties): Changed {
  const attributes = attributesWith(participant.attributes, wanted.attributes ?? {});
  const { name, metadata } = { ...participant, ...wanted };
  return { changed: { ...participant, name: name ?? '', metadata: metadata ?? '', attributes }, affected: 1 };
}

const changesPolicy = ({
  setRoom,
  member,
  book,
  unban,
  remove,
  startRecording,
  recordingLayout,
  stopRecording,
  stage,
  breakOuts,
}: Act): boolean =>
  Boolean(
    setRoom ??
      member ??
      book ??
      unban ??
      startRecording ??
      recordingLayout ??
      stopRecording ??
      stage ??
      breakOuts?.set ??
      (remove?.forever || remove?.banS),
  );

export class ScriptedOwners implements RoomOwners {
  readonly #rng = seededRng('owners');
  readonly live = new Map<string, RoomView>();
  readonly commands: Commanded[] = [];
  onCommand: (o: Command) => void = () => undefined;
  silentNodes: string[] = [];
  /** People of crowds, by room key. */
  readonly crowds = new Map<string, readonly CrowdPerson[]>();
  refusal: MeridianError | undefined;
  extraAnswer: Partial<CommandDone> = {};

  open(
    roomKey: string,
    o: {
      readonly participants?: readonly Partial<Participant>[];
      readonly policy?: Partial<RoomPolicy>;
      readonly info?: Partial<RoomInfo>;
      readonly waiters?: RoomView['waiters'];
      readonly posts?: RoomView['posts'];
      readonly board?: RoomView['board'];
      readonly hands?: RoomView['hands'];
    } = {},
  ): void {
    const participants = (o.participants ?? []).map((one) => ({ ...emptyParticipant, ...one }));
    const info = { ...emptyRoomInfo, sid: 'RM_1', createdWallMs: 1000, ...o.info };
    this.live.set(roomKey, {
      roster: { epoch: 1, seq: 1, participants, speakers: [], info },
      policy: { ...emptyPolicy, ...o.policy },
      waiters: o.waiters ?? [],
      moreWaiters: 0,
      posts: o.posts ?? [],
      board: o.board ?? emptyBoard,
      hands: o.hands ?? [],
      moreHands: 0,
      paths: [],
    });
  }

  async command(o: Command): Promise<CommandDone | undefined> {
    this.onCommand(o);
    const { acts, ...command } = o;
    const before = this.live.get(o.roomKey);
    if (before === undefined) return undefined;
    const { version } = before.policy;
    if ((o.expectedVersion ?? version) !== version) throw new MeridianError('VERSION_CONFLICT');
    this.commands.push(...acts.map((act) => ({ ...command, act })));
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    const affected = acts.map((act) => this.#perform(o.roomKey, act)).reduce((sum, each) => sum + each, 0);
    const { policy, roster } = this.live.get(o.roomKey) ?? before;
    const identity = acts.map(identityOf).findLast((one) => one !== undefined);
    const participant = roster.participants.find((one) => one.identity === identity);
    if (acts.some(({ end }) => end)) this.live.delete(o.roomKey);
    return { info: roster.info, policy, participant, affected, ...this.extraAnswer };
  }

  /** Returns how many people or tracks the act changed, or whether it changed the policy. */
  #perform(roomKey: string, act: Act): number {
    if (Object.keys(act).length === 0) throw new MeridianError('REQUEST_INVALID');
    const view = this.live.get(roomKey);
    if (view === undefined) return 0;
    const identity = identityOf(act);
    if (identity === '') throw new MeridianError('REQUEST_INVALID');
    const { participants } = view.roster;
    const present = participants.find((one) => one.identity === identity);
    const setPeople = (people: readonly Participant[]): void =>
      void this.live.set(roomKey, { ...view, roster: { ...view.roster, participants: people } });
    if (isOfPresent(act) && present === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
    if (act.recordingLayout && !hasComposed(view.policy, act.recordingLayout.recordingId ?? ''))
      throw new MeridianError('REQUEST_INVALID');
    if (act.end) return participants.length;
    if (present !== undefined && act.remove) setPeople(participants.filter((one) => one !== present));
    if (present !== undefined && (act.update || act.mute)) {
      const { changed, affected } = act.mute ? muted(present, act.mute) : updated(present, act.update ?? {});
      setPeople(participants.map((one) => (one === present ? changed : one)));
      return affected;
    }
    const isChanged = changesPolicy(act) && this.#changePolicy(roomKey, act);
    return Number(act.remove ? present !== undefined : isChanged);
  }

  #changePolicy(roomKey: string, act: Act): boolean {
    const view = this.live.get(roomKey);
    if (view === undefined) return false;
    const name = roomKey.slice(roomKey.indexOf('/') + 1);
    const room = { name, nowWallMs: 0, newBreakOutId: () => newBreakOutId((count) => this.#rng.bytes(count)) };
    // The message is not part of the policy.
    const silent = act.breakOuts ? { breakOuts: { ...act.breakOuts, message: '' } } : act;
    const after = policyAfter(view.policy, silent, room);
    if (JSON.stringify(after) === JSON.stringify(view.policy)) return false;
    const policy = { ...after, version: view.policy.version + 1 };
    const info = { ...view.roster.info, ...shownOfPolicy(policy) };
    this.live.set(roomKey, { ...view, policy, roster: { ...view.roster, info } });
    return true;
  }

  async view(roomKey: string): Promise<RoomView | undefined> {
    return this.live.get(roomKey);
  }

  async crowd(roomKey: string, _: RoomView, page: CrowdPageRequest): Promise<Crowd> {
    const people = this.crowds.get(roomKey) ?? [];
    return { people: crowdPage(people, page), total: people.length, silent: this.silentNodes };
  }

  async list(tenant: string, names: readonly string[] = []): Promise<LiveRooms> {
    const rooms = [...this.live].flatMap(([roomKey, { roster, waiters }]) => {
      const name = roomKey.slice(roomKey.indexOf('/') + 1);
      const isWanted = roomKey === `${tenant}/${name}` && (names.length === 0 || names.includes(name));
      const { info, participants } = roster;
      const publishers = participants.filter(({ tracks }) => tracks.length > 0).length;
      const summary = { name, info, participants: participants.length, publishers, waiting: waiters.length };
      return isWanted ? [{ ...summary, epoch: 1 }] : [];
    });
    return { rooms, silent: this.silentNodes };
  }
}
