import { describe, expect, test } from 'vitest';
import { type LinkState, LOSS_WEIGHT_MS, linkCostMs, utilisationMs } from '../../../src/routing/core/routes/index.ts';

const quiet: LinkState = { onewayMs: 40, jitterMs: 0, loss: 0, utilisation: 0, usdPerGb: 0 };

describe('cost of a link', () => {
  test.each<{ name: string; link: Partial<LinkState>; expect: number }>([
    { name: 'a delay that was not measured closes it', link: { onewayMs: Number.NaN }, expect: Infinity },
    { name: 'a negative delay closes it', link: { onewayMs: -1 }, expect: Infinity },
    { name: 'a loss that was not measured closes it', link: { loss: Number.NaN }, expect: Infinity },
    { name: 'half of all packets lost is a cut', link: { loss: 0.5 }, expect: Infinity },
    { name: 'all packets lost is a cut', link: { loss: 1 }, expect: Infinity },
    { name: 'a full link is closed', link: { utilisation: 0.85 }, expect: Infinity },
    { name: 'nothing but delay is the delay', link: {}, expect: 40 },
    { name: 'no delay at all costs nothing', link: { onewayMs: 0 }, expect: 0 },
    { name: 'load up to the knee is free', link: { utilisation: 0.6 }, expect: 40 },
    { name: 'jitter counts twice', link: { jitterMs: 6 }, expect: 52 },
    // 17,000 × 0.0100503 = 170.9
    { name: 'one per cent of loss weighs 171 ms for audio', link: { loss: 0.01 }, expect: 210.856 },
    // half-way from 0.6 to 0.85: 20 × 0.5 / 0.5
    { name: 'half-way to full weighs 20 ms', link: { utilisation: 0.725 }, expect: 60 },
    { name: 'price alone counts for nothing unless asked', link: { usdPerGb: 0.09 }, expect: 40 },
  ])('$name', (row) => expect(linkCostMs({ ...quiet, ...row.link })).toBeCloseTo(row.expect, 2));

  test('video bears loss better than audio, and price counts when asked', () => {
    const lossy = { ...quiet, loss: 0.01, usdPerGb: 0.05 };
    expect(linkCostMs(lossy, { media: 'video', msPerUsdPerGb: 0 })).toBeCloseTo(40 + 20.1, 1);
    expect(linkCostMs(lossy, { media: 'video', msPerUsdPerGb: 100 })).toBeCloseTo(40 + 20.1 + 5, 1);
  });

  test('loss adds up along a path as the chance of getting through multiplies', () => {
    const of = (loss: number): number => linkCostMs({ ...quiet, onewayMs: 0, loss });
    expect(of(0.02) + of(0.03)).toBeCloseTo(of(1 - 0.98 * 0.97), 6);
    expect(of(0.01)).toBeCloseTo(LOSS_WEIGHT_MS.audio * 0.01005, 0);
  });

  test('the load penalty rises all the way from the knee to full', () => {
    const steps = Array.from({ length: 26 }, (_, step) => utilisationMs(0.6 + step / 100));
    for (const [index, value] of steps.slice(1).entries()) expect(value).toBeGreaterThan(steps[index] ?? Infinity);
    expect(steps.at(-1)).toBe(Infinity);
  });
});
