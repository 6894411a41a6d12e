import { deviceOf } from '../core/device.ts';

export function browserDevice(): string {
  // TypeScript's library lacks the types of the hints.
  const { userAgent, userAgentData: hints } = navigator as Navigator & {
    readonly userAgentData?: Parameters<typeof deviceOf>[0]['hints'];
  };
  return deviceOf({ userAgent, hints });
}
