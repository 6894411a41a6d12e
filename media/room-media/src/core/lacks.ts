// Kinds of media that a gateway cannot make without ffmpeg, and their error codes.
import { errorCodes, MeridianError } from '@meridian/protocol';

export type Lack = 'sound' | 'picture';

export const lackCodes = { sound: 'NO_SOUND_TRANSCODER', picture: 'NO_PICTURE_TRANSCODER' } as const;

export type LackCode = (typeof lackCodes)[Lack];

export const lackText = (lack: Lack): string => `${lackCodes[lack]}: ${errorCodes[lackCodes[lack]][0]}`;

/** Throws MeridianError NO_SOUND_TRANSCODER or NO_PICTURE_TRANSCODER if a needed kind is lacking. */
export function refuseLacking(lacks: readonly Lack[], ...needed: readonly Lack[]): void {
  const lack = needed.find((media) => lacks.includes(media));
  if (lack !== undefined) throw new MeridianError(lackCodes[lack]);
}
