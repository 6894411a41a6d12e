// Attributes of a participant, for the application. A token gives the first; the participant may change them.
import { limits } from './limits.ts';

export type Attributes = Readonly<Record<string, string>>;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).byteLength;

/** Returns whether the attributes are within `attributesMax` and `attributesBytesMax` and have no empty key. */
export function areAttributes(attributes: Attributes): boolean {
  const entries = Object.entries(attributes);
  if (entries.length > limits.attributesMax || entries.some(([key]) => key === '')) return false;
  return attributesBytes(attributes) <= limits.attributesBytesMax;
}

/** Returns the bytes of keys and values together. */
export const attributesBytes = (attributes: Attributes): number =>
  Object.entries(attributes).reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0);

/** Applies `changes` to `attributes`; an empty value deletes its key. */
export const attributesWith = (attributes: Attributes, changes: Attributes): Attributes =>
  Object.fromEntries(Object.entries({ ...attributes, ...changes }).filter(([, value]) => value !== ''));

/** Returns the changes that lead from `before` to `after` (`attributesWith`), undefined without a difference. */
export function changedAttributes(before: Attributes, after: Attributes): Attributes | undefined {
  const keys = Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, after[key] ?? '']));
}
