import type { HostAct } from '../core/hosting.ts';
import type { MeetingAction } from '../core/meeting.ts';
import type { DeviceKind } from '../core/model.ts';
import type { Reaction } from '../core/reactions.ts';

/** What the components may ask for. The page gives them the SDK behind it, the stories give them nothing. */
export interface MeetingActions {
  dispatch(action: MeetingAction): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  toggleShare(): void;
  /** Answers whether the message is on its way; the words stay in the field otherwise. */
  sendChat(text: string): Promise<boolean>;
  /** What a host does, or anybody with the own hand; a refusal is told. */
  host(act: HostAct): void;
  react(reaction: Reaction): void;
  /** Answers a host who asked: does it, or not. */
  answerUnmute(agreed: boolean): void;
  selectDevice(kind: DeviceKind, deviceId: string): void;
  /** Asks once more why one is where one is. */
  explainAgain(): void;
  /** Asks once more for the ways by other protocols. */
  askWaysAgain(): void;
  /** Answers whether it is in the clipboard; the person is told otherwise. */
  copyText(text: string): Promise<boolean>;
  startAudio(): void;
  copyLink(): void;
  leave(): void;
  rejoin(): void;
}
