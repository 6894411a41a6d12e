import './wire-numbers.ts';

/**
 * Every message of proto/*.proto as static protobufjs code: `wire.Join.encode(...)`, type `wire.Join`. In browsers the
 * messages of control.proto are undefined: package.json maps to a file of half the size there.
 */
export { meridian as wire } from '#messages';
