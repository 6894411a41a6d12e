// What goes to the simulator and comes from it, for the simulator.
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { type NewPolicyComparison, type PolicyFigures, PolicyTrace } from './schemas.ts';

export type Trace = Static<typeof PolicyTrace>;
export type Comparison = Static<typeof NewPolicyComparison>;
export type Figures = Static<typeof PolicyFigures>;

/** Where it is first not as the schema says, as a JSON pointer; undefined: it is a trace. */
export function faultOfTrace(json: unknown): { readonly pointer: string; readonly detail: string } | undefined {
  if (Value.Check(PolicyTrace, json)) return undefined;
  const [first] = Value.Errors(PolicyTrace, json);
  return { pointer: first?.instancePath ?? '', detail: first?.message ?? 'is not as the api writes it' };
}
