// Owners of rooms without a cloud: what is live is what the test says, and acts are written down.
import {
  type CrowdPageAsked,
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
} from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import type { Command, CommandDone, Crowd, LiveRooms, RoomOwners, RoomView } from '../../src/nodes/room-owners.ts';
import { policyAfter } from '../../src/rooms/core/stored-acts.ts';

/** One of the acts of a command. */
type Commanded = Omit<Command, 'acts'> & { readonly act: Command['acts'][number] };

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
}: Command['acts'][number]): boolean =>
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
  /** Called before each command is looked at. */
  onCommand: (o: Command) => void = () => undefined;
  silent: string[] = [];
  /** By key of their room: people of crowds. */
  readonly crowds = new Map<string, readonly CrowdPerson[]>();
  /** What the next act is refused with. */
  refusal: MeridianError | undefined;
  /** What the next acts are answered with. */
  done: Partial<CommandDone> = {};

  /** A participant is in the room. */
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
    const view = this.live.get(o.roomKey);
    if (view === undefined) return undefined;
    const { version } = view.policy;
    if ((o.expectedVersion ?? version) !== version) throw new MeridianError('VERSION_CONFLICT');
    this.commands.push(...acts.map((act) => ({ ...command, act })));
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
    if (acts.some(({ end }) => end)) this.live.delete(o.roomKey);
    const name = o.roomKey.slice(o.roomKey.indexOf('/') + 1);
    const room = { name, nowWallMs: 0, newBreakOutId: () => newBreakOutId((count) => this.#rng.bytes(count)) };
    const after = acts
      .filter(changesPolicy)
      // What is said is not of the policy.
      .map((act) => (act.breakOuts ? { breakOuts: { ...act.breakOuts, message: '' } } : act))
      .reduce((policy, act) => policyAfter(policy, act, room), view.policy);
    const isSame = JSON.stringify(after) === JSON.stringify(view.policy);
    const policy = isSame ? view.policy : { ...after, version: version + 1 };
    const info = { ...view.roster.info, ...shownOfPolicy(policy) };
    if (!isSame) this.live.set(o.roomKey, { ...view, policy, roster: { ...view.roster, info } });
    return { info: isSame ? view.roster.info : info, policy, participant: undefined, affected: 0, ...this.done };
  }

  async view(roomKey: string): Promise<RoomView | undefined> {
    return this.live.get(roomKey);
  }

  async crowd(roomKey: string, _: RoomView, page: CrowdPageAsked): Promise<Crowd> {
    const people = this.crowds.get(roomKey) ?? [];
    return { people: crowdPage(people, page), total: people.length, silent: this.silent };
  }

  async list(tenant: string, names: readonly string[] = []): Promise<LiveRooms> {
    const rooms = [...this.live].flatMap(([roomKey, { roster, waiters }]) => {
      const name = roomKey.slice(roomKey.indexOf('/') + 1);
      const isWanted = roomKey === `${tenant}/${name}` && (names.length === 0 || names.includes(name));
      const { info, participants } = roster;
      const summary = { name, info, participants: participants.length, publishers: 0, waiting: waiters.length };
      return isWanted ? [{ ...summary, epoch: 1 }] : [];
    });
    return { rooms, silent: this.silent };
  }
}
