/** A publisher by a gateway whose media have stopped says so by this attribute; without it they come. */
export const streamState = { attribute: 'stream.state', stopped: 'stopped' } as const;
