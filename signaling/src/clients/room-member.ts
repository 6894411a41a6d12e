import type { ErrorCode, Quality, RoomDifference } from '@meridian/protocol';
import type { RenditionNeed } from '../core/index.ts';

/** A client that has joined, as its room sees it. */
export interface RoomMember {
  readonly sessionId: string;
  /** By the media node's count, as the owner knows it. */
  readonly adoption: number;
  /** Of the room, as the session's media node has it. */
  readonly fence: string;
  /** Of its connection, as its client measured last. */
  readonly quality: Quality;
  /** What it wants and cannot decode. */
  readonly needs: readonly RenditionNeed[];
  send(frame: Uint8Array): void;
  /** What the roster became; undefined: all of it may be different. */
  onRoster(differences: readonly RoomDifference[] | undefined): void;
  /**
   * The owner of the room has removed the session already, or does not know or want it any more; its media ends, unless
   * another signaling node has it now.
   */
  evict(code: ErrorCode, message: string): void;
}
