/** Attribute by which a gateway's publisher reports that its media have stopped; without it they flow. */
export const streamState = { attribute: 'stream.state', stopped: 'stopped' } as const;
