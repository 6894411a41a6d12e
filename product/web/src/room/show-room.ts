// The room as a show: its posts, board and audience for the page, and the actions of viewers and hosts.
import { type Room, RoomEvent, type RoomEventMap } from '@meridian/sdk-web';
import { rankOf } from '../core/hosting.ts';
import { type CrowdFound, noShow, type ShowModel, type StagePerson } from '../show/core/model.ts';
import { Store } from './store.ts';

export interface ShowPorts {
  room(): Room | undefined;
  /** Runs an action and shows a refusal to the user; resolves false if refused. */
  attempt(action: (room: Room) => Promise<void>): Promise<boolean>;
}

/** Rules for posts; absent fields stay unchanged. */
export interface PostRules {
  readonly slowModeMs?: number;
  readonly postsMuted?: boolean;
  readonly postWords?: readonly string[];
}

const changes = [
  RoomEvent.Connected,
  RoomEvent.Reconnected,
  RoomEvent.PostsChanged,
  RoomEvent.BoardChanged,
  RoomEvent.ReactionsChanged,
  RoomEvent.ViewersChanged,
  RoomEvent.CrowdChanged,
  RoomEvent.CrowdHandsChanged,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.ParticipantRoleChanged,
  RoomEvent.ParticipantPermissionsChanged,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.RightsChanged,
  RoomEvent.RoomInfoChanged,
] as const;

/** Keeps the state of one show after another, and performs the actions of its page. */
export class ShowRoom {
  readonly store = new Store<ShowModel>(noShow);
  readonly #ports: ShowPorts;
  #isScheduled = false;
  /** Likes of this user that the totals do not include yet. */
  #uncountedLikes = 0;

  constructor(ports: ShowPorts) {
    this.#ports = ports;
  }

  /** Listens to a room before it connects. Returns a function that stops listening. */
  bind(room: Room): () => void {
    this.store.set(noShow);
    this.#uncountedLikes = 0;
    const stops: (() => void)[] = [];
    const on = <K extends keyof RoomEventMap>(event: K, handler: (...args: RoomEventMap[K]) => void): void => {
      room.on(event, handler);
      stops.push(() => room.off(event, handler));
    };
    for (const event of changes) on(event, () => this.#changed());
    on(RoomEvent.ReactionsChanged, () => {
      this.#uncountedLikes = 0;
    });
    on(RoomEvent.StageAsked, (isOn, by) => {
      if (isOn && room.isCrowd) this.#set({ invitedBy: nameOf(room, by), isHandUp: false });
      else this.#forgetInvitation();
    });
    on(RoomEvent.HandLowered, () => this.#set({ isHandUp: false }));
    on(RoomEvent.CrowdChanged, () => this.#forgetInvitation());
    on(RoomEvent.Disconnected, () => this.#forgetInvitation());
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Sends a post to everyone. Resolves false when refused; the user then sees why. */
  post(o: {
    kind: 'chat' | 'danmaku' | 'question';
    text: string;
    style?: string;
    pictureWallMs?: number;
  }): Promise<boolean> {
    return this.#ports.attempt(async (room) => void (await room.sendPost(o)));
  }
  like(): void {
    this.#ports.room()?.react('like');
    this.#uncountedLikes += 1;
    this.#changed();
  }
  async voteQuestion(postId: string): Promise<void> {
    if (this.store.get().votedQuestions.has(postId)) return;
    const isDone = await this.#ports.attempt((room) => room.voteQuestion(postId));
    if (isDone) this.#set({ votedQuestions: new Set([...this.store.get().votedQuestions, postId]) });
  }
  async votePoll(pollId: string, options: readonly number[]): Promise<void> {
    const isDone = await this.#ports.attempt((room) => room.votePoll(pollId, options));
    if (isDone) this.#set({ votedOptions: new Map([...this.store.get().votedOptions, [pollId, options]]) });
  }
  async raiseHand(isUp: boolean): Promise<void> {
    if (await this.#ports.attempt((room) => room.raiseHand(isUp))) this.#set({ isHandUp: isUp });
  }
  answerStage(isAgreed: boolean): void {
    if (!isAgreed) {
      this.#forgetInvitation();
      return;
    }
    this.#set({ isGoing: true });
    void this.#ports.attempt(async (room) => room.goOnStage());
  }
  leaveStage(): Promise<boolean> {
    return this.#ports.attempt((room) => room.leaveStage());
  }

  /** Calls a person onto the stage, or removes the person from it; also lowers the person's hand. */
  stage(identity: string, isOn: boolean): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.stage(identity, isOn));
  }
  remove(identity: string, isForever: boolean): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.remove(identity, { forever: isForever }));
  }
  removePost(postId: string): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.removePost(postId));
  }
  setQuestion(postId: string, state: 'open' | 'answering' | 'answered'): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.setQuestion(postId, state));
  }
  startPoll(o: { text: string; options: readonly string[]; many: boolean }): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.startPoll(o));
  }
  closePoll(pollId: string): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.closePoll(pollId));
  }
  removePoll(pollId: string): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.removePoll(pollId));
  }
  setRules(rules: PostRules): Promise<boolean> {
    return this.#ports.attempt((room) => room.acts.setRoom(rules));
  }
  /** Returns people of the crowd; undefined when refused. */
  async people(prefix: string, after: string): Promise<CrowdFound | undefined> {
    let found: CrowdFound | undefined;
    await this.#ports.attempt(async (room) => {
      found = await room.crowdPeople({ prefix, after, limit: PAGE });
    });
    return found;
  }

  #forgetInvitation(): void {
    const { invitedBy: _gone, ...rest } = this.store.get();
    this.store.set({ ...rest, isGoing: false });
  }

  #set(change: Partial<ShowModel>): void {
    this.store.set({ ...this.store.get(), ...change });
  }

  /** Schedules one new model for many events. A room that is no show has no model. */
  #changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      const room = this.#ports.room();
      if (room?.kind === 'show') this.#set(modelOf(room, this.#uncountedLikes));
    });
  }
}

const PAGE = 50;

function modelOf(room: Room, likesAhead: number): Partial<ShowModel> {
  const { localParticipant, board } = room;
  return {
    self: { identity: localParticipant.identity, mayPost: localParticipant.permissions.canPublishData },
    stage: stageOf(room),
    posts: room.posts,
    questions: board.questions,
    polls: board.polls,
    likes: (board.reactions['like'] ?? 0) + likesAhead,
    viewers: room.viewers,
    hands: room.crowdHands,
  };
}

/** Returns the people on the stage, hosts first, then by name. */
function stageOf(room: Room): readonly StagePerson[] {
  const own = room.isCrowd ? [] : [room.localParticipant];
  return [...own, ...room.remoteParticipants.values()]
    .filter(({ permissions }) => permissions.canPublish && !permissions.hidden)
    .map((one) => ({
      identity: one.identity,
      name: one.name === '' ? one.identity : one.name,
      isHost: rankOf({ role: one.role, admin: one.permissions.admin }) !== 'none',
      isSpeaking: one.isSpeaking,
    }))
    .sort((a, b) => Number(b.isHost) - Number(a.isHost) || a.name.localeCompare(b.name));
}

function nameOf(room: Room, identity: string): string {
  const by = room.getParticipantByIdentity(identity);
  return by === undefined || by.name === '' ? identity : by.name;
}
