// Admits a client to its room by its Join frame, or refuses it. Also takes a session out of its room.
import type { TokenOrigin } from '@meridian/node-shell';
import { type Access, type ErrorCode, isWatcher, MeridianError, type wire } from '@meridian/protocol';
import { ignoringErrors } from '../failures.ts';
import { bounds } from '../limits.ts';
import type { Opener } from '../ports.ts';
import { detach } from './attaching.ts';
import { checkJoin } from './check-join.ts';
import type { ClientContext, LocalSession } from './context.ts';
import { belongsToCrowd, type JoinedSession, joinAnew, joinedWithoutMedia, timedStep } from './join.ts';
import type { LocalRoom } from './local-room.ts';
import { resumeSession } from './resume.ts';
import type { WaitingClient } from './waiting.ts';
import type { WarmUp } from './warm.ts';

export type Admission =
  | { readonly ok: true; readonly joined: JoinedSession; readonly access: Access; done(): void }
  | { readonly ok: false; readonly failure: unknown; done(): void };

/** Admits a client. Never rejects. Call `done`, which releases the room, once the session is in it or has failed. */
export async function admit(
  context: ClientContext,
  join: wire.Join.$Properties,
  o: {
    clientIp: string;
    opener: Opener | undefined;
    prove(): boolean;
    onVerified(origin: TokenOrigin): void;
    /** Counts the client among those of its person. Throws QUOTA_EXCEEDED. */
    takeShare(access: Access): void;
    claimant: LocalSession;
    /** Transports that the client has connected before its Join. */
    warm: WarmUp | undefined;
    client: WaitingClient;
  },
): Promise<Admission> {
  let room: LocalRoom | undefined;
  const done = (): void => room?.leaveUse();
  try {
    const [byNode, forCheck] = [o.opener !== undefined, Boolean(join.check)];
    const options = { allowExpired: join.resume != null, byNode, forCheck };
    const {
      access: tokenAccess,
      expired,
      origin,
    } = await timedStep(context, 'token', context.verifyToken(join.token ?? '', options));
    o.onVerified(origin);
    checkJoin(join, { opener: o.opener, abilities: context.abilities });
    if (o.opener === undefined && !forCheck) o.takeShare(tokenAccess);
    // An expired token proves nothing; only the session that it resumes shows that the client was admitted before.
    if (!expired && !o.prove())
      throw new MeridianError('OVERLOADED', undefined, { retryAfterMs: bounds.overloadRetryMs });
    const access = join.check ? context.checkRooms.accessOf(tokenAccess, join.check) : tokenAccess;
    room = context.roomFor(access.roomKey);
    room.use();
    if (expired) await assertRoomExists(context, room, 'TOKEN_EXPIRED');
    else if (isWatcher({ identity: access.identity, hidden: access.rights.hidden }))
      await assertRoomExists(context, room, 'ROOM_ENDED');
    if (join.resume == null) return { ok: true, joined: await enter(context, { room, access, join }, o), access, done };
    const joined = await resumed(context, room, access, expired, join.resume, o.claimant);
    if (expired) o.prove(); // without a free place the session continues unproven, and newcomers may replace it
    return { ok: true, joined, access, done };
  } catch (failure) {
    return { ok: false, failure, done };
  }
}

type EntryOptions = Pick<Parameters<typeof admit>[2], 'clientIp' | 'opener' | 'client' | 'warm'>;
interface EntryRequest {
  readonly room: LocalRoom;
  readonly access: Access;
  readonly join: wire.Join.$Properties;
}

/** Enters as a participant, or as a viewer of the crowd on request or without a part on the stage of a show. */
async function enter(context: ClientContext, wanted: EntryRequest, o: EntryOptions): Promise<JoinedSession> {
  const { room, access, join } = wanted;
  const isPerson = o.opener === undefined && !access.rights.hidden && access.kind === 'standard' && !join.check;
  const asksForCrowd = join.crowd === true && isPerson;
  const wasRemoved = asksForCrowd && (await room.crowd.wasRemoved(access.identity));
  const mustWait = access.lobby || access.needsPolicy || wasRemoved;
  const joinedCrowd = asksForCrowd && !mustWait ? await enterCrowd(context, wanted, o, { isLetIn: false }) : undefined;
  if (joinedCrowd !== undefined) return joinedCrowd;
  return context.waiting.joinWhenAdmitted({ room, access, client: o.client, mustKnock: wasRemoved }, async () => {
    // A client that asks for the crowd, and had to wait in front of the room, has been admitted by now.
    const joinedAfterWait =
      asksForCrowd && mustWait ? await enterCrowd(context, wanted, o, { isLetIn: true }) : undefined;
    if (joinedAfterWait !== undefined) return joinedAfterWait;
    if (join.sendEndpoint == null && join.recvEndpoint == null && o.opener === undefined)
      throw new MeridianError('REQUEST_INVALID', 'the room is no show: its sessions need an endpoint');
    try {
      return await joinAnew(context, room, access, join, o);
    } catch (error) {
      if (error !== belongsToCrowd) throw error;
      const joinedOffStage = await enterCrowd(context, wanted, o, { isLetIn: true });
      if (joinedOffStage === undefined) throw new MeridianError('ROOM_OWNER_LOST', 'the show is over; join again');
      return joinedOffStage;
    }
  });
}

/** Enters the crowd; undefined if the room is no show. NOT_PERMITTED for a client that sends; as `Crowd.enter`. */
async function enterCrowd(
  context: ClientContext,
  { room, access, join }: EntryRequest,
  { clientIp, opener }: EntryOptions,
  { isLetIn }: { isLetIn: boolean },
): Promise<JoinedSession | undefined> {
  if (!(await room.crowd.enter(access.identity, { isLetIn }))) return undefined;
  if (join.crowd === true && join.sendEndpoint != null)
    throw new MeridianError('NOT_PERMITTED', 'the crowd of a show sends nothing');
  if (join.recvEndpoint == null || !access.rights.canSubscribe) return joinedWithoutMedia(context, room, access, join);
  const receiving = Object.assign({}, join, { sendEndpoint: null });
  return joinAnew(context, room, access, receiving, { clientIp, opener, isCrowd: true });
}

/** Takes a session out of its room and ends its media. Never rejects: unreached owners and nodes notice by leases. */
export async function leaveRoom(context: ClientContext, joined: JoinedSession, reason: string): Promise<void> {
  const { room, sessionId } = joined;
  // The media node lets only the last adopter of the session end it: after a takeover this changes nothing.
  if (joined.nodeId !== '') detach(context, joined, reason);
  if (joined.isCrowd) return;
  room.use();
  try {
    await room.withOwner((port) => port.leave(sessionId, reason));
  } catch (error) {
    ignoringErrors(context.log, 'leaving was not recorded by the owner')(error);
  } finally {
    room.leaveUse();
  }
}

/** Throws `refusal` for a room without an owner, since expired tokens and operators open only existing rooms. */
async function assertRoomExists(context: ClientContext, room: LocalRoom, refusal: ErrorCode): Promise<void> {
  const isFollowed = room.epoch > 0;
  if (!isFollowed && !(await context.centre.roomExists(room.roomKey))) throw new MeridianError(refusal);
}

/** Resumes a session; with an expired token a client may continue its session, but not enter anew. */
async function resumed(
  context: ClientContext,
  room: LocalRoom,
  access: Access,
  expired: boolean,
  resume: wire.Resume.$Properties,
  claimant: LocalSession,
): Promise<JoinedSession> {
  try {
    return await resumeSession(context, room, access, resume, claimant);
  } catch (cause) {
    throw expired ? new MeridianError('TOKEN_EXPIRED', undefined, { cause }) : cause;
  }
}
