import { describe, expect, test } from 'vitest';
import { LOSS_WEIGHT_MS, measuredCostMs, utilisationMs } from '../../../src/routing/core/routes/index.ts';

describe('cost of a link', () => {
  test.each<{ name: string; link: { onewayMs?: number; jitterMs?: number; loss?: number }; expect: number }>([
    { name: 'a delay that was not measured closes it', link: { onewayMs: Number.NaN }, expect: Infinity },
    { name: 'a negative delay closes it', link: { onewayMs: -1 }, expect: Infinity },
    { name: 'jitter that was not measured closes it', link: { jitterMs: Number.NaN }, expect: Infinity },
    { name: 'a loss that was not measured closes it', link: { loss: Number.NaN }, expect: Infinity },
    { name: 'half of all packets lost is a cut', link: { loss: 0.5 }, expect: Infinity },
    { name: 'all packets lost is a cut', link: { loss: 1 }, expect: Infinity },
    { name: 'nothing but delay is the delay', link: {}, expect: 40 },
    { name: 'no delay at all costs nothing', link: { onewayMs: 0 }, expect: 0 },
    { name: 'jitter counts twice', link: { jitterMs: 6 }, expect: 52 },
    // 17,000 × 0.0100503 = 170.9
    { name: 'one per cent of loss weighs 171 ms', link: { loss: 0.01 }, expect: 210.856 },
  ])('$name', ({ link: { onewayMs = 40, jitterMs = 0, loss = 0 }, expect: costMs }) =>
    expect(measuredCostMs(onewayMs, jitterMs, loss)).toBeCloseTo(costMs, 2),
  );

  test('the cost of loss adds up along a path as the chances of getting through multiply', () => {
    const of = (loss: number): number => measuredCostMs(0, 0, loss);
    expect(of(0.02) + of(0.03)).toBeCloseTo(of(1 - 0.98 * 0.97), 6);
    expect(of(0.01)).toBeCloseTo(LOSS_WEIGHT_MS * 0.01005, 0);
  });
});

describe('penalty for the load of a relay', () => {
  test.each([
    { name: 'nothing up to the knee', utilisation: 0.6, expect: 0 },
    // half-way from 0.6 to 0.85: 20 × 0.5 / 0.5
    { name: '20 ms half-way to full', utilisation: 0.725, expect: 20 },
    { name: 'Infinity when full', utilisation: 0.85, expect: Infinity },
  ])('$name', (row) => expect(utilisationMs(row.utilisation)).toBeCloseTo(row.expect, 2));

  test('rises all the way from the knee to full', () => {
    const steps = Array.from({ length: 26 }, (_, step) => utilisationMs(0.6 + step / 100));
    for (const [index, value] of steps.slice(1).entries()) expect(value).toBeGreaterThan(steps[index] ?? Infinity);
    expect(steps.at(-1)).toBe(Infinity);
  });
});
