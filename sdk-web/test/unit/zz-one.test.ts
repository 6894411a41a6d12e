import { afterAll, beforeAll, it, vi } from 'vitest';
import { failureOf, stubBrowser } from '../publishing-model.ts';
beforeAll(() => stubBrowser());
afterAll(() => void vi.unstubAllGlobals());
it('one', async () => { console.log(await failureOf(Number(process.env['SEED']))); });
