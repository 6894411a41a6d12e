// What goes to many clients is one object: it is read, and encoded, for the first of them. From then on it is not
// changed any more.

/** `make`, called once for each object; what it made goes with the object. `rest`: is alike for all that ask. */
export function once<Key extends WeakKey, Rest extends unknown[], Value>(
  make: (key: Key, ...rest: Rest) => Value,
): (key: Key, ...rest: Rest) => Value {
  const made = new WeakMap<Key, { readonly value: Value }>();
  return (key, ...rest) => {
    const known = made.get(key);
    if (known !== undefined) return known.value;
    const value = make(key, ...rest);
    made.set(key, { value });
    return value;
  };
}

/** The message, which is encoded once, also as a part of others. */
export function encodedOnce<Encoded extends { toBinary(): Uint8Array }>(message: Encoded): Encoded {
  const encode = message.toBinary.bind(message);
  let bytes: Uint8Array | undefined;
  message.toBinary = () => {
    bytes ??= encode();
    return bytes;
  };
  return message;
}
