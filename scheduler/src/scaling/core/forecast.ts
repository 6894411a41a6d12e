// Forecasts a region's load some minutes ahead from its history: exponential smoothing with a damped trend, and with a
// daily season once more than a day is known. Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed.:
// damped trend (8.2, Gardner & McKenzie), Holt-Winters' additive method (8.3). The uncertainty is not modelled but
// counted: how far earlier forecasts of as many steps fell short.

export interface Forecast {
  readonly mean: number;
  /** Exceeded once in twenty times, if the errors of the future are those of the past. */
  readonly p95: number;
  /** Addition by the present slope alone over the steps ahead; below zero: the load falls. */
  readonly rise: number;
}

/** The level follows within some 5 steps. */
const ALPHA = 0.3;
/** β = αβ* in the book. Slow and damped: after a jump the trend foresaw three times too much otherwise (measured). */
const BETA = 0.02;
const PHI = 0.9;
const GAMMA = 0.2;
const QUANTILE = 0.95;

/** `history`: oldest first, not empty. `season`: steps of a day. `ahead`: 1 to a season of steps. Never below zero. */
export function forecast(history: readonly number[], ahead: number, season: number): Forecast {
  const isSeasonal = history.length > season + ahead;
  const seasonal = new Float64Array(season);
  let level = history[0] ?? 0;
  if (isSeasonal) {
    level = history.slice(0, season).reduce((sum, value) => sum + value, 0) / season;
    for (let at = 0; at < season; at += 1) seasonal[at] = (history[at] ?? 0) - level;
  }
  const from = isSeasonal ? season : 1;
  const damping = (PHI * (1 - PHI ** ahead)) / (1 - PHI); // φ + φ² + … for every step ahead
  const forecasts: number[] = [];
  const shortfalls: number[] = [];
  let trend = 0;
  let mean = level;
  for (let at = from; at < history.length; at += 1) {
    const value = history[at] ?? 0;
    const earlierForecast = forecasts[at - from - ahead];
    if (earlierForecast !== undefined) shortfalls.push(value - earlierForecast);
    const s = isSeasonal ? (seasonal[at % season] ?? 0) : 0;
    const error = value - (level + PHI * trend + s);
    level += PHI * trend + ALPHA * error;
    trend = PHI * trend + BETA * error;
    if (isSeasonal) seasonal[at % season] = s + GAMMA * (1 - ALPHA) * error;
    mean = level + damping * trend + (isSeasonal ? (seasonal[(at + ahead) % season] ?? 0) : 0);
    forecasts.push(mean);
  }
  shortfalls.sort((a, b) => a - b);
  const doubt = shortfalls[Math.min(shortfalls.length - 1, Math.floor(shortfalls.length * QUANTILE))] ?? 0;
  return { mean: Math.max(0, mean), p95: Math.max(0, mean, mean + doubt), rise: trend * ahead };
}
