import { deviceOf } from '../core/device.ts';

/** Describes this browser in a few words; '' when it reveals nothing. */
export function browserDevice(): string {
  // TypeScript's library lacks the types of the hints.
  const { userAgent, userAgentData: hints } = navigator as Navigator & {
    readonly userAgentData?: Parameters<typeof deviceOf>[0]['hints'];
  };
  return deviceOf({ userAgent, hints });
}
