// Parses and validates JSON from Redis, which is not trusted.
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  changeSchema,
  describedSchema,
  noticeSchema,
  presenceSchema,
  ratesSchema,
  receiptSchema,
} from '../contract.ts';

const id = Type.String({ minLength: 1, maxLength: 128 });
const readerOf = <T extends TSchema>(schema: T): ((text: string | null | undefined) => Static<T> | undefined) => {
  const compiled = Compile(schema);
  return (text) => {
    const value = parsed(text);
    return compiled.Check(value) ? (value as Static<T>) : undefined;
  };
};

function parsed(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns the number or id before the first blank of a stored text, and the rest. */
export function parted(text: string): { readonly head: string; readonly rest: string } {
  const at = text.indexOf(' ');
  return at < 0 ? { head: '', rest: '' } : { head: text.slice(0, at), rest: text.slice(at + 1) };
}

export const readNotice = readerOf(noticeSchema);
export const readChange = readerOf(changeSchema);
export const readRates = readerOf(ratesSchema);
export const readReceipt = readerOf(Type.Intersect([receiptSchema, Type.Object({ tenant: id, receiver: id })]));
export const readDescribed = readerOf(describedSchema);
export const readPresence = readerOf(
  Type.Intersect([presenceSchema, Type.Object({ hub: Type.String(), seenMs: Type.Integer() })]),
);
export const readHub = readerOf(Type.Object({ id, region: Type.String(), publicUrl: Type.String() }));
export const readHolder = readerOf(
  Type.Object({
    id,
    kind: Type.Union([Type.Literal('library'), Type.Literal('neighbour')]),
    base: Type.String({ maxLength: 512 }),
    region: Type.String(),
    site: Type.String(),
    tenant: Type.String(),
  }),
);
