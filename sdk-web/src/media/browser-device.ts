import { deviceOf } from '../core/device.ts';

/** What this browser says it is, in a few words; '' when it says nothing. */
export function browserDevice(): string {
  // Types of TypeScript's library lack the hints.
  const { userAgent, userAgentData: hints } = navigator as Navigator & {
    readonly userAgentData?: Parameters<typeof deviceOf>[0]['hints'];
  };
  return deviceOf({ userAgent, hints });
}
