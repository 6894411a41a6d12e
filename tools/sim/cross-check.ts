// The oracle checked by another method on another formulation: the room as an integer program, solved by HiGHS (npm
// `highs`, WebAssembly). x(p, c): participant p is at city c. y(p, q, c, d): p at c and q at d; its sums over either
// side are x, which makes the linear relaxation tight (Adams and Johnson's form of the quadratic assignment). All
// cities are open to everybody: no pruning of the oracle's is repeated. The world is cut down to its first 12 cities
// for this, because the program grows with their square (40 cities: seconds a room).
import { createRequire } from 'node:module';
import { cityDelays, Oracle } from './oracle.ts';
import { type Room, type World, withCities } from './world.ts';

export interface CrossCheck {
  readonly rooms: number;
  /** Largest difference of the two optima of a room, relative to the optimum. */
  readonly gapShareMax: number;
}

/** Both solvers stop within this. */
export const GAP_SHARE_MAX = 1e-6;

const CITIES_MAX = 12;

/** Solves the first `count` rooms both ways. Throws when HiGHS finds no optimum: the formulation always has one. */
export async function crossCheck(whole: World, count: number, say: (line: string) => void): Promise<CrossCheck> {
  // Its types describe the CommonJS half of the package, so that half is loaded.
  const loaded = createRequire(import.meta.url)('highs') as typeof import('highs');
  const highs = await loaded.default();
  const world = withCities(whole, [...whole.cities.keys()].slice(0, CITIES_MAX));
  const rooms = world.rooms.slice(0, count);
  const oracle = new Oracle(world);
  let gapShareMax = 0;
  for (const [index, room] of rooms.entries()) {
    const text = programOf(room, cityDelays(world), world.cities.length);
    const solution = highs.solve(text, { output_flag: false, mip_rel_gap: 0, mip_abs_gap: 1e-7 });
    if (solution.Status !== 'Optimal') throw new Error(`HiGHS says ${solution.Status} of room ${index}`);
    const { totalMs } = oracle.solve(room);
    gapShareMax = Math.max(gapShareMax, Math.abs(solution.ObjectiveValue - totalMs) / totalMs);
    if ((index + 1) % 10 === 0) say(`cross-check: ${index + 1} of ${rooms.length} rooms`);
  }
  return { rooms: rooms.length, gapShareMax };
}

/** The room as text in CPLEX' LP format. */
function programOf(room: Room, delays: Float64Array, cities: number): string {
  const people = room.people.length;
  const every = Array.from({ length: cities }, (_, city) => city);
  const terms: string[] = [];
  const rows: string[] = [];
  for (const [p, person] of room.people.entries()) {
    for (const c of every) terms.push(`${number(((people - 1) * (person.trueRttMs[c] ?? 0)) / 2)} x_${p}_${c}`);
    rows.push(`${every.map((c) => `x_${p}_${c}`).join(' + ')} = 1`);
  }
  for (let p = 0; p < people; p += 1) {
    for (let q = p + 1; q < people; q += 1) {
      for (const c of every) {
        for (const d of every) terms.push(`${number(delays[c * cities + d] ?? 0)} y_${p}_${q}_${c}_${d}`);
        rows.push(`${every.map((d) => `y_${p}_${q}_${c}_${d}`).join(' + ')} - x_${p}_${c} = 0`);
        rows.push(`${every.map((d) => `y_${p}_${q}_${d}_${c}`).join(' + ')} - x_${q}_${c} = 0`);
      }
    }
  }
  const binaries = room.people.flatMap((_, p) => every.map((c) => `x_${p}_${c}`));
  return [
    'Minimize',
    wrapped(terms),
    'Subject To',
    ...rows.map((row) => wrapped(row.split(' + '))),
    'Binary',
    ...binaries,
    'End',
  ].join('\n');
}

/** The format's lines are short. */
function wrapped(terms: readonly string[]): string {
  const lines: string[] = [];
  for (let at = 0; at < terms.length; at += 8) lines.push(terms.slice(at, at + 8).join(' + '));
  return lines.join('\n + ');
}

const number = (value: number): string => value.toFixed(9);
