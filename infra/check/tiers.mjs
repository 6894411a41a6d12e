/**
 * What `npm test` runs: the gate, in lanes, and what only `npm test -- --all` runs. A lane is one vitest. Its budget is
 * in seconds of wall time on two cores; the gate fails when a lane takes longer. `after` names the lanes above that
 * have to end first, however they do.
 * @typedef {{ name: string, projects: readonly string[], budgetSeconds?: number, niceness?: number,
 *   after?: readonly string[] }} Lane `niceness`: of its processes
 */

/** Eight minutes on two quiet cores, without the set-up of a clone. */
export const GATE_SECONDS = 480;

/**
 * Checks run beside the computing lane.
 * @type {readonly Lane[]}
 */
export const gateLanes = [
  { name: 'computing', projects: ['unit', 'seeds'], niceness: 10, budgetSeconds: 290 },
  { name: 'services', projects: ['service'], after: ['computing'], budgetSeconds: 210 },
  { name: 'browser', projects: ['browser'], after: ['services'], budgetSeconds: 170 },
];

/**
 * Every project is in exactly one of these lanes. What has to be in time runs alone.
 * @type {readonly Lane[]}
 */
export const allLanes = [
  { name: 'computing', projects: ['unit', 'tools', 'seeds'], niceness: 10 },
  { name: 'services', projects: ['service'], after: ['computing'] },
  { name: 'browser', projects: ['browser'], after: ['services'] },
  { name: 'realtime', projects: ['realtime', 'browser-network'], after: ['browser'] },
  { name: 'clouds', projects: ['browser-own-cloud'], after: ['realtime'] },
  { name: 'nightly', projects: ['nightly'], after: ['clouds'] },
];

/**
 * Files of the gate's projects that only `npm test -- --all` runs. A test that does not pass every time is mended, or
 * stands here by name.
 * @type {readonly { files: string, reason: string }[]}
 */
export const outsideGate = [
  {
    files: 'api/test/service/{backup,killed}.test.ts',
    reason: '65 s: commands that change seldom, and an api that is killed again and again',
  },
  {
    files: 'api/test/service/units-on-postgres.test.ts',
    reason: '80 s: the unit tests of the api once more; the contract suite runs on PostgreSQL in the gate too',
  },
  {
    files:
      'infra/test/service/{alert-rules,bundles,cases,command,generated,orphans,pack,pathd,supervisor,worker}.test.ts',
    reason:
      '110 s: installer, supervisor, packing, alert rules and lists of commands change seldom; every run of the gate uses the first two',
  },
  {
    files:
      'scheduler/test/service/{authority-rotation,autoscale,geo-files,moves,plans,regions,restart,routes,surge,takeover}.test.ts',
    reason:
      '180 s: real processes that die and leases that lapse in real time; cores and the fault simulator hold the rules',
  },
  {
    files: 'sfu/test/service/{leave,link-budget,pathd,pathd-seal,paths,publish-budget}.test.ts',
    reason: '75 s: limits of a drain and rates measured over seconds, and the forwarder, which is optional',
  },
  {
    files: 'sdk-web/test/service/{echo,h5-decoders,h5-encoders,h5-uplink,orphans,packaging}.test.ts',
    reason: '70 s: codecs of H5 against ffmpeg, packing, browsers that are left over',
  },
  {
    files:
      'gateway/test/service/{cdn-nginx,composed,hls-ffmpeg,renditions,rtmp-ffmpeg,transcode-audio,transcode-mix,transcode-process,transcode-video,udp-ffmpeg}.test.ts',
    reason: '70 s: ffmpeg and nginx as judges; the gate has them in front of browsers',
  },
  {
    files:
      'recorder/test/service/{composed-stint,finish-copy,finish-errors,finish-killed,finish-sizes,page-room,tracks-play}.test.ts',
    reason:
      '190 s: pictures composed in real time, pages in Chromium, ffmpeg as judge of copied files, jobs that fail or are killed; plans, times, layouts, what is shown and one finished recording are in the gate',
  },
  {
    files: 'runtime/test/service/{kv-redis-groups,run-service}.test.ts',
    reason: '30 s: failovers of Redis and ends of processes in real time',
  },
  {
    files: 'signaling/test/service/{alone,leaks,slow-reader}.test.ts',
    reason: '40 s: leases that lapse and buffers that fill in real time; without-centre is in the gate',
  },
  {
    files: 'ops/test/service/{forget,ipv6,restore,restore-database}.test.ts',
    reason: '140 s: two hosts, and one twice; the gate has one from its set-up to its end, and media nodes on ::1',
  },
  {
    files: 'test/service/authority.test.ts',
    reason: '15 s: media nodes through every step, and nodes that have to be taken for dead; unit tests hold the steps',
  },
  {
    files: '{gateway/test/unit/drift,sfu/test/unit/pathd-rules}.test.ts',
    reason: '40 s: an hour and days of media in time that the test makes; other unit tests hold each part',
  },
  {
    files: '{scheduler/test/service/authority,sfu/test/service/process,sdk-web/test/service/page-life}.test.ts',
    reason: '90 s: processes that begin and end, and pages that sleep and wake; host, kills and joins stand for them',
  },
  {
    files: 'signaling/test/service/opened-sessions.test.ts',
    reason: '44 s: sessions of gateways; gateways in front of browsers stand for them',
  },
  { files: 'edge-probe/test/service/probe.test.ts', reason: '14 s: loss and delay measured over seconds' },
  {
    files:
      'test/e2e/{bystanders,codecs,features,host-controls,join-link,location,meeting,move,my-meetings,packed,readme,rooms-api}.test.ts',
    reason: '215 s: one call in VP8, the kills and the office stand for them; a host records in the gate',
  },
  {
    files:
      'test/e2e/gateway/{bframes,cdn,faults,frozen-node,h5*,hls*,live-by-rest,mini-program,plain,play-page}.test.ts',
    reason: '400 s: the RTMP encoder, and every kind of client that is removed, drained and killed, stand for them',
  },
  {
    files: 'test/e2e/{recorded-tracks,recorder-killed,recording-page}.test.ts',
    reason:
      '60 s: recordings made and played in real time; one call recorded by a real recorder, times, tokens and ranges are in the gate',
  },
  {
    files: 'test/e2e/check-report.test.ts',
    reason: '20 s: rates measured over seconds, and a way that is waited for; check-page is in the gate',
  },
  {
    files: 'test/e2e/wall.test.ts',
    reason: '12 s: a camera in real time; what is shown, judged, allowed and written down has tests in the gate',
  },
  {
    files: 'infra/test/unit/record.test.ts',
    reason: '10 s: a hundred and fifty commits, for a rule that changes seldom',
  },
  { files: 'test/e2e/gateway/{transcoder,udp,ways-panel,whip}.test.ts', reason: '110 s: as above' },
  {
    files: 'test/e2e/livekit/killed.test.ts',
    reason: '20 s: nodes that are killed and started again; what clients hear then has unit tests in the gate',
  },
  {
    files: 'test/e2e/livekit/encrypted.test.ts',
    reason: '40 s: four clients with and without the key; media is passed on without a look into it',
  },
  { files: 'signaling/test/service/two-instances.test.ts', reason: '18 s: takeover and resume stand for it' },
  { files: 'infra/test/service/heart.test.ts', reason: '15 s: real processes that hang' },
  { files: 'test/e2e/oa.test.ts', reason: '10 s: the api’s own tests, and bookings by REST, stand for it' },
  { files: 'recorder/test/service/spool-killed.test.ts', reason: '9 s: kills of a recorder' },
  { files: 'runtime/test/service/systemd.test.ts', reason: '11 s: what services say to systemd' },
  { files: 'test/e2e/gateway/rtmp.test.ts', reason: '21 s: gateway clients, and RTMP in service tests, stand for it' },
  { files: 'ops/test/service/host.test.ts', reason: '32 s: a host is installed and run' },
  { files: 'test/e2e/recorder.test.ts', reason: '12 s: service tests of recorders stand for it' },
  {
    files: 'test/e2e/livekit/{example,prefab}.test.ts',
    reason: '16 s: pages by LiveKit’s SDK for browsers, whose calls with ours are in the gate',
  },
  {
    files: 'library/test/service/{checking,rendition-faults,rendition-sources,rendition-worker,renditions}.test.ts',
    reason:
      '80 s: ffmpeg as judge of files and renditions of each kind, stores, restarts; the page has one of each in the gate',
  },
  {
    files: 'gateway/test/unit/hls-segmenter.test.ts',
    reason: '25 s: media bit by bit, and crowds; calls and shows in the gate go through them',
  },
  {
    files: 'signaling/test/unit/show.test.ts',
    reason: '25 s: media bit by bit, and crowds; calls and shows in the gate go through them',
  },
  {
    files: 'signaling/test/service/{api-keys,break-outs,fence,lobby,posts}.test.ts',
    reason:
      '103 s: each rule of lobbies, fences, keys and posts over real links; their cores have unit tests in the gate',
  },
  {
    files: 'test/e2e/livekit/refused.test.ts',
    reason: '21 s: what LiveKit clients may not do, in browsers; unit tests of signaling refuse the same in the gate',
  },
  {
    files: '{api/test/service/{store,before-proof},sfu/test/service/fence,test/service/{cli,edges}}.test.ts',
    reason: '200 s: stores that die, proofs, fences, the command line, edges; their rules have unit tests in the gate',
  },
  {
    files: '{sdk-web/test/service/join,runtime/test/service/link-admission,scheduler/test/service/trust}.test.ts',
    reason: '104 s: joins that fail, links that are refused, trust; calls in browsers join and link in the gate',
  },
  {
    files: 'distribution/test/service/{content-killed,content-serving,sink-pushes}.test.ts',
    reason:
      '18 s: Redis that dies and forgets, pushes by S3 and SFTP, processes killed, full disks, 500 silent clients',
  },
  {
    files: 'test/e2e/library-throttled.test.ts',
    reason: '200 s: three qualities of minutes of a video, and a player under lines of three rates',
  },
  {
    files: 'test/e2e/library-cut.test.ts',
    reason: '25 s: an upload through kills and cuts; a killed node, and links that break, have service and unit tests',
  },
  {
    files: 'recorder/test/service/uploader.test.ts',
    reason: '15 s: a recorder’s uploads through each failure of a store; those into S3, and recovery, are in the gate',
  },
  {
    files: 'scheduler/test/unit/room-watcher.test.ts',
    reason: '9 s: worlds of leaders drawn at random, and rooms at scale; each rule has tests of its own in the gate',
  },
  {
    files: 'uploader/test/service/page.test.ts',
    reason: '5 s: an uploader in Chromium; the page of the library uploads in the gate',
  },
  {
    files: 'test/e2e/livekit/large-files.test.ts',
    reason: '60 s: files at the rate of a session',
  },
  { files: 'tools/test/e2e/matrix.test.ts', reason: '60 s: as above' },
  {
    files: 'test/e2e/composed-recording.test.ts',
    reason: '25 s: a call composed in real time; what is shown of one is in the gate',
  },
  {
    files: 'test/e2e/show.test.ts',
    reason: '60 s: six pages and an encoder; ways, danmaku and the stage have unit and service tests in the gate',
  },
  {
    files: 'test/e2e/break-outs.test.ts',
    reason:
      '30 s: three pages, two of which join twice; the SDK, the page and the service have tests of it in the gate',
  },
  {
    files: 'api/test/unit/calendar/calendar.test.ts',
    reason: '130 s: operations case by case; every operation, its rights and its tenants are in the gate',
  },
  {
    files: 'api/test/unit/join-links/{join-links,meetings}.test.ts',
    reason: '130 s: operations case by case; every operation, its rights and its tenants are in the gate',
  },
  {
    files: 'api/test/unit/me/operations.test.ts',
    reason: '130 s: operations case by case; every operation, its rights and its tenants are in the gate',
  },
  {
    files: 'api/test/unit/meetings/operations.test.ts',
    reason: '130 s: operations case by case; every operation, its rights and its tenants are in the gate',
  },
  {
    files: 'api/test/unit/users/resets.test.ts',
    reason: '130 s: operations case by case; every operation, its rights and its tenants are in the gate',
  },
  {
    files: 'runtime/test/unit/authority.test.ts',
    reason: '70 s: worlds and exchanges at length; other tests of the same rules are in the gate',
  },
  {
    files: 'signaling/test/unit/policy-exchange.test.ts',
    reason: '70 s: worlds and exchanges at length; other tests of the same rules are in the gate',
  },
  {
    files: 'api/test/unit/rooms/booked-rooms.test.ts',
    reason:
      '65 s: alarms, deliveries, searches and bookings at length; their rules have tests of their own in the gate',
  },
  {
    files: 'api/test/unit/webhooks/deliveries.test.ts',
    reason:
      '65 s: alarms, deliveries, searches and bookings at length; their rules have tests of their own in the gate',
  },
  {
    files: 'scheduler/test/service/recording.test.ts',
    reason: '4 s: slots are charged in real time, which a loaded machine does not keep; unit tests hold the rules',
  },
  {
    files: 'test/e2e/{check-page,console,livekit/files}.test.ts',
    reason:
      '18 s: pages of operators and of the check, and files; what they show has unit and service tests in the gate',
  },
  {
    files:
      '{gateway/test/service/hls-http,recorder/test/service/spool,sfu/test/service/life,signaling/test/service/{crowd,move},web/test/service/livekit-proxy}.test.ts',
    reason: '75 s: each case of HLS, spools, workers, crowds, moves and proxies; calls and units stand for them',
  },
  {
    files: 'gateway/test/service/{no-ffmpeg,room-sound}.test.ts',
    reason:
      '60 s: sound of rooms, a host without ffmpeg, sealed stores, firewall rules, finishing, renewed files and certificates; unit tests and the service tests beside them stand for them',
  },
  {
    files: 'ops/test/service/nft.test.ts',
    reason:
      '60 s: sound of rooms, a host without ffmpeg, sealed stores, firewall rules, finishing, renewed files and certificates; unit tests and the service tests beside them stand for them',
  },
  {
    files: 'recorder/test/service/finish.test.ts',
    reason:
      '60 s: sound of rooms, a host without ffmpeg, sealed stores, firewall rules, finishing, renewed files and certificates; unit tests and the service tests beside them stand for them',
  },
  {
    files: 'scheduler/test/service/geo-refresh.test.ts',
    reason:
      '60 s: sound of rooms, a host without ffmpeg, sealed stores, firewall rules, finishing, renewed files and certificates; unit tests and the service tests beside them stand for them',
  },
  {
    files: 'test/service/renewed-certificates.test.ts',
    reason:
      '60 s: sound of rooms, a host without ffmpeg, sealed stores, firewall rules, finishing, renewed files and certificates; unit tests and the service tests beside them stand for them',
  },
  {
    files: 'test/e2e/livekit/resume.test.ts',
    reason: '14 s: sockets of LiveKit clients that break; unit tests of signaling resume the same sessions in the gate',
  },
  {
    files: '{test/service/library-edges,test/e2e/library-player}.test.ts',
    reason: '20 s: nginx as an edge, and a player over places that die; both have unit tests in the gate',
  },
  {
    files: 'test/e2e/faults.test.ts',
    reason:
      '50 s: nodes that are killed under calls of browsers, whose pictures freeze when the machine is slow; media-nodes and takeovers of signaling are in the gate without browsers',
  },
  {
    files: 'signaling/test/service/{policy,resume}.test.ts',
    reason:
      '100 s: policies and cut sockets through each case; resume-race, and the resumed calls of browsers, are in the gate',
  },
  {
    files: '{sfu/test/service/{move,pipe},test/service/data-channels}.test.ts',
    reason:
      '115 s: pipes, moves and channels case by case; relay, move of signaling and calls over two regions stand for them',
  },
  {
    files: 'sdk-web/test/service/{check,end,joined}.test.ts',
    reason: '100 s: pages through each end and move; join, and calls of browsers, are in the gate',
  },
  {
    files: 'web/test/service/{guests,slow-callers}.test.ts',
    reason: '66 s: the page of guests in Chromium; the lobby at the service is in the gate',
  },
  {
    files: 'test/service/{check-config,scale-orders}.test.ts',
    reason: '33 s: processes that start to say what is wrong in a file; each rule has unit tests in the gate',
  },
  {
    files: '{scheduler/test/service/scale-kubernetes,client/test/service/mpeg-ts-ffmpeg}.test.ts',
    reason: '22 s: a Kubernetes API that is asked, and ffmpeg as judge; both have unit tests in the gate',
  },
  {
    files: 'test/e2e/effects.test.ts',
    reason:
      '40 s: a model on a processor that also encodes and decodes; unit tests hold the cores and the life of tracks',
  },
];
