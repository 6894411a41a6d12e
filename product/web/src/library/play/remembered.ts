import { readPositions, withPosition } from '../core/remembered.ts';

const KEY = 'meridian.positions';

/** Storage throws where the user forbids it; the page then works without. */
export function rememberedMs(link: string): number | undefined {
  try {
    return readPositions(localStorage.getItem(KEY))[link];
  } catch (error) {
    console.info('no position is remembered:', error);
    return undefined;
  }
}

export function rememberMs(link: string, ms: number): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(withPosition(readPositions(localStorage.getItem(KEY)), link, ms)));
  } catch (error) {
    console.info('the position is not remembered:', error);
  }
}
