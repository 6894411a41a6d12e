// Fastify apps that are kept for later tests of the process. Most of the time of `testApi` went into routes: an app has
// some eight hundred, and each start adds the same ones again. Here the calls to an app are recorded; if a kept app
// that is free had the same calls, its functions are exchanged for the new ones, and no route is added.
import { createServer } from 'node:http';
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify';

type Work = (...args: unknown[]) => unknown;
type MakeApp = (options: object) => FastifyInstance;

/** A call to an app: its name, and its arguments. `child`: the calls of a plugin of ours. */
interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly child: readonly Call[] | undefined;
}

interface KeptApp {
  readonly app: FastifyInstance;
  readonly calls: readonly Call[];
  /** Functions of the present test, in the order of the calls. */
  readonly present: Work[];
  /** Routes of which the hooks `onRoute` were informed. */
  readonly routes: readonly RouteOptions[];
}

/** Apps without a test, at most one for each that a test of the process had open at the same time. */
const free: KeptApp[] = [];

/** Plugins of libraries have this mark of `fastify-plugin`; they hold nothing of a test. */
const ofLibrary = (plugin: unknown): boolean => typeof plugin === 'function' && Symbol.for('skip-override') in plugin;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));

/** Returns whether two values differ in functions alone. */
function isAlike(a: unknown, b: unknown): boolean {
  if (a === b || (typeof a === 'function' && typeof b === 'function')) return true;
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => name in b && isAlike(a[name], b[name]));
}

function areAlike(some: readonly Call[] = [], others: readonly Call[] = []): boolean {
  return some.length === others.length && some.every((call, index) => isAlikeCall(call, others[index]));
}

function isAlikeCall({ name, args, child }: Call, other: Call | undefined): boolean {
  if (other === undefined || name !== other.name || (child === undefined) !== (other.child === undefined)) return false;
  if (ofLibrary(args[0])) return args[0] === other.args[0]; // their options are constants, which they complete
  return isAlike(args, other.args) && areAlike(child, other.child);
}

/** Calls `found` with each function of the calls that belongs to a test, and replaces it by the result. */
function mapped(calls: readonly Call[], found: (work: Work) => Work): Call[] {
  const ofValue = (value: unknown): unknown => (typeof value === 'function' ? found(value as Work) : value);
  const ofArgument = (value: unknown): unknown =>
    isObject(value) && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, ofValue(one)]))
      : ofValue(value);
  return calls.map(({ name, args, child }) => ({
    name,
    args: name === 'register' ? args : args.map(ofArgument),
    child: child && mapped(child, found),
  }));
}

async function apply(app: FastifyInstance, calls: readonly Call[]): Promise<void> {
  for (const { name, args, child } of calls) {
    const plugin = async (own: FastifyInstance): Promise<void> => await apply(own, child ?? []);
    const given = child === undefined ? [...args] : [plugin, ...args.slice(1)];
    const { [name]: call } = app as unknown as Record<string, Work>;
    const called = call?.apply(app, given);
    if (name === 'register') await called;
  }
}

async function newKeptApp(options: Call, calls: readonly Call[]): Promise<KeptApp> {
  const present: Work[] = [];
  const exchangeable = (work: Work): Work => {
    const index = present.push(work) - 1;
    const exchanged = function (this: unknown, ...args: unknown[]): unknown {
      return present[index]?.apply(this, args);
    };
    return Object.defineProperty(exchanged, 'length', { value: work.length }); // Fastify looks at it
  };
  const [made, ...others] = mapped([options, ...calls], exchangeable);
  const app = Fastify(made?.args[0] as object) as FastifyInstance;
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  await apply(app, others);
  await app.ready();
  return { app, calls: [options, ...calls], present, routes };
}

async function keptAppFor(options: Call, calls: readonly Call[]): Promise<KeptApp> {
  const index = free.findIndex((kept) => areAlike(kept.calls, [options, ...calls]));
  const [kept] = index < 0 ? [] : free.splice(index, 1);
  if (kept === undefined) return await newKeptApp(options, calls);
  let next = 0;
  mapped([options, ...calls], (work) => {
    kept.present[next] = work;
    next += 1;
    return work;
  });
  for (const onRoute of hooks(calls, 'onRoute')) for (const route of kept.routes) onRoute(route);
  return kept;
}

const hooks = (calls: readonly Call[], name: string): Work[] =>
  calls.flatMap((call) => (call.name === 'addHook' && call.args[0] === name ? [call.args[1] as Work] : []));

/** Returns an app that only records calls, into `calls`. */
function recorder(calls: Call[], o: Readonly<Record<string, unknown>> = {}): FastifyInstance {
  const record =
    (name: string): Work =>
    (...args) => {
      const [plugin] = args;
      if (name !== 'register' || ofLibrary(plugin)) {
        calls.push({ name, args, child: undefined });
        return recording;
      }
      const child: Call[] = [];
      calls.push({ name, args, child });
      return (plugin as Work)(recorder(child), args[1] ?? {});
    };
  const recording: FastifyInstance = new Proxy({} as FastifyInstance, {
    get: (_target, name) => {
      if (typeof name === 'symbol' || name === 'then') return undefined;
      return name in o ? o[name] : record(name);
    },
  });
  return recording;
}

/** Makes an app as `Fastify` does. Its routes, hooks and plugins must be there when it is ready. */
export const keptApp: MakeApp = (options) => {
  const calls: Call[] = [];
  const ofOptions: Call = { name: 'fastify', args: [options], child: undefined };
  const server = createServer();
  let kept: KeptApp | undefined;
  /** The app that listens: it is used by one test alone, since Fastify cannot listen again. */
  let listening: FastifyInstance | undefined;
  const present = (): FastifyInstance => {
    const app = listening ?? kept?.app;
    if (app === undefined) throw new Error('the app is not ready, or closed');
    return app;
  };
  const close = async (): Promise<void> => {
    const closing = kept;
    kept = undefined;
    await listening?.close();
    if (closing === undefined) return;
    if (listening === undefined) for (const preClose of hooks(calls, 'preClose')) await preClose();
    free.push(closing);
  };
  return recorder(calls, {
    ready: async () => {
      kept ??= await keptAppFor(ofOptions, calls);
    },
    listen: async (o: { host: string; port: number }) => {
      listening ??= (await newKeptApp(ofOptions, calls)).app;
      return await listening.listen(o);
    },
    close,
    get server() {
      return listening?.server ?? server;
    },
    inject: (request: object) => present().inject(request),
    swagger: () => present().swagger(),
    printRoutes: () => present().printRoutes(),
  });
};
