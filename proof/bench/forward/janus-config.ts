// Configuration of Janus for the benchmark. Its folder has nothing but the plugin videoroom and the API over a UNIX
// socket, so that no other part costs anything.

export interface JanusSettings {
  /** Threads that share all transports; undefined: a thread for each transport. */
  readonly eventLoops?: number;
  readonly debugLevel: number;
  readonly iceLite: boolean;
  /** Extensions that a room offers beyond `mid`, and its periodic key-frame requests. */
  readonly room: Readonly<Record<string, boolean | number>>;
}

/** Settings that Debian installs; its own rooms are the source of `fir_freq`. */
export const shippedSettings: JanusSettings = { debugLevel: 4, iceLite: false, room: { fir_freq: 10 } };

/** Cheapest settings that were found: one thread for all transports, and nothing that only costs. */
export const bestSettings: JanusSettings = {
  eventLoops: 1,
  debugLevel: 1,
  iceLite: true,
  room: {
    fir_freq: 0,
    transport_wide_cc_ext: false,
    audiolevel_ext: false,
    videoorient_ext: false,
    playoutdelay_ext: false,
  },
};

/** Folder with the files of a Janus; the folders of its libraries link to no more than one library each. */
export interface JanusFolder {
  readonly dir: string;
  readonly socket: string;
  /** Address of its media. */
  readonly address: string;
}

/** Returns the texts of the files of the configuration folder by their names. */
export function janusFiles({ dir, socket, address }: JanusFolder, settings: JanusSettings): Record<string, string> {
  const { eventLoops, debugLevel, iceLite } = settings;
  return {
    'janus.jcfg': `general: {
  configs_folder = "${dir}"
  plugins_folder = "${dir}/plugins"
  transports_folder = "${dir}/transports"
  events_folder = "${dir}/events"
  loggers_folder = "${dir}/loggers"
  debug_level = ${debugLevel}
  debug_colors = false
${eventLoops === undefined ? '' : `  event_loops = ${eventLoops}\n`}}
nat: {
  ice_lite = ${iceLite}
  ice_enforce_list = "${address}"
}
`,
    'janus.transport.websockets.jcfg': `general: {
  ws = true
  ws_unix = "${socket}"
  json = "compact"
}
`,
    'janus.plugin.videoroom.jcfg': 'general: {\n}\n',
  };
}

export const describeSettings = ({ eventLoops, iceLite, debugLevel, room }: JanusSettings): string =>
  [
    eventLoops === undefined ? 'a thread per transport' : `event_loops = ${eventLoops}`,
    iceLite ? 'ICE-lite' : 'full ICE',
    `debug_level = ${debugLevel}`,
    room['transport_wide_cc_ext'] === false ? 'no transport-cc' : 'transport-cc',
  ].join(', ');
