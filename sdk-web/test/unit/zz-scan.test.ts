import { afterAll, beforeAll, it, vi } from 'vitest';
import { failureOf, stubBrowser } from '../publishing-model.ts';
beforeAll(() => stubBrowser());
afterAll(() => void vi.unstubAllGlobals());
it('scan', async () => {
  const by = new Map<string, { n: number; shortest: string }>();
  const first = Number(process.env['FIRST'] ?? 1), n = Number(process.env['N'] ?? 5000);
  const t = Date.now();
  for (let seed = first; seed < first + n; seed += 1) {
    const f = await failureOf(seed);
    if (f === undefined) continue;
    const key = (f.split('\n')[0] ?? '').replace(/^seed \d+: /, '').replace(/[a-z]+\d+/g, 'X').split('; ')[0] ?? '';
    const known = by.get(key) ?? { n: 0, shortest: f };
    known.n += 1;
    if (f.length < known.shortest.length) known.shortest = f;
    by.set(key, known);
  }
  for (const [key, { n: c, shortest }] of by) console.log(`#### ${c}× ${key}\n${shortest}\n`);
  console.log(`done in ${Date.now() - t} ms, kinds ${by.size}`);
});
