import './wire-numbers.ts';

/**
 * Every message of proto/*.proto as static protobufjs code: `wire.Join.encode(...)`, type `wire.Join`. In browsers
 * those of control.proto are undefined: package.json names another file there, half as large.
 */
export { meridian as wire } from '#messages';
