import type { ErrorCode, Quality, RoomDifference } from '@meridian/protocol';
import type { RenditionNeed } from '../core/index.ts';

export interface RoomMember {
  readonly sessionId: string;
  /** Adoption count of the media node, as the owner knows it. */
  readonly adoption: number;
  /** Fence of the room, as the session's media node has it. */
  readonly fence: string;
  /** Quality of the member's connection, by its client's latest report. */
  readonly quality: Quality;
  /** Renditions of tracks that the member wants and cannot decode. */
  readonly needs: readonly RenditionNeed[];
  send(frame: Uint8Array): void;
  /** Informs the member of the roster's differences; undefined: everything may differ. */
  onRoster(differences: readonly RoomDifference[] | undefined): void;
  /** Ends the media after the owner has dropped the session, unless another signaling node has it now. */
  evict(code: ErrorCode, message: string): void;
}
