import type { BackgroundChoice, EffectsModel, EffectsProblem } from '../core/effects.ts';
import type { HostAct } from '../core/hosting.ts';
import type { MeetingAction } from '../core/meeting.ts';
import type { DeviceKind, MicrophoneTestPhase } from '../core/model.ts';
import type { ShowLinkKind } from '../core/query.ts';
import type { Reaction } from '../core/reactions.ts';
import type { AudienceActions } from '../show/audience-actions.ts';

/** Tests of the chosen loudspeaker and microphone. Both reject as the browser does. */
export interface SoundTests {
  playSound(): Promise<void>;
  /** Resolves when the recording has been played, or when `signal` aborts. */
  tryMicrophone(o: {
    phase(phase: MicrophoneTestPhase): void;
    /** From 0 to 1, many times a second while recording. */
    level(level: number): void;
    signal: AbortSignal;
  }): Promise<void>;
}

/** Effects on the user's picture and sound, once their code is loaded. */
export interface EffectsHandle {
  readonly store: { get(): EffectsModel; subscribe(listener: () => void): () => void };
  choose(background: BackgroundChoice): Promise<void>;
  setNoise(on: boolean): Promise<void>;
  chooseImage(file: Blob): Promise<void>;
}
export interface EffectsSwitches {
  /** Current problem, available without the effects' code. */
  readonly problem: { get(): EffectsProblem | undefined; subscribe(listener: () => void): () => void };
  /** Loads the effects' code; rejects when that fails. */
  load(): Promise<EffectsHandle>;
}

/** Actions of the components. The page implements them with the SDK; stories leave them empty. */
export interface MeetingActions {
  dispatch(action: MeetingAction): void;
  toggleMicrophone(): void;
  toggleCamera(): void;
  toggleShare(): void;
  /**
   * Sends to all, or to the participant that `chatTo` names. Resolves whether the message was sent; if not, the text
   * stays in the field.
   */
  sendChat(text: string): Promise<boolean>;
  /** Executes an act of a host, or of a participant on its own hand; a toast shows a refusal. */
  host(act: HostAct): void;
  /** Renames a participant or oneself. Resolves whether it was done; a toast shows a refusal. */
  rename(identity: string, name: string): Promise<boolean>;
  react(reaction: Reaction): void;
  /** Shows the break-out in place of the main room; a toast shows a refusal. */
  enterBreakOut(breakOutId: string): void;
  leaveBreakOut(): void;
  answerUnmute(agreed: boolean): void;
  readonly show: AudienceActions;
  readonly soundTests: SoundTests;
  readonly effects: EffectsSwitches;
  selectDevice(kind: DeviceKind, deviceId: string): void;
  retryExplanation(): void;
  retryAddresses(): void;
  /** Resolves whether the text is in the clipboard; a toast shows a failure. */
  copyText(text: string): Promise<boolean>;
  startAudio(): void;
  copyLink(): void;
  /** Copies a link of the show for its viewers, or for one more cohost; a toast shows the result. */
  copyShowLink(kind: ShowLinkKind): void;
  leave(): void;
  rejoin(): void;
}
