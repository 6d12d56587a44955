/**
 * Finds and reads kubeconfigs as kubectl does, and makes one context of them. The only file that loads client-node,
 * and only when a cluster is needed: it costs 110 ms. What client-node lacks of kubectl's rules is added here: first
 * file wins when merging, missing files of a list are skipped, `tokenFile`, `as-groups`, relative exec commands.
 *
 * The context is chosen once. A file that changes later renews the credentials of that context and nothing else: a
 * running process never moves to another cluster because somebody switched contexts.
 */
import { dirname, resolve } from 'node:path';
import type { Cluster, Context, KubeConfig, User } from '@kubernetes/client-node';
import { isMetalError, UserError } from '../errors/classes.js';
import { neutralise } from '../lib/sanitize.js';
import { type Extras, readExtras } from './config/extras.js';
import { findFiles, invalid, type Places, readText } from './config/files.js';
import type { KubeContext } from './context.js';
import { type Identity, keepCredentials, type Source } from './credentials.js';

/** Which context to work in, as flags say it; all may be left to the kubeconfig. */
export interface ConfigChoice extends Places {
  readonly context?: string;
  readonly cluster?: string;
  readonly user?: string;
  /** Impersonation; replaces what the kubeconfig says. */
  readonly as?: string;
  readonly asGroups?: readonly string[];
  readonly monotonicMs?: () => number;
}

/**
 * Resolves the context that commands work in.
 * @throws UserError KUBECONFIG_MISSING · KUBECONFIG_INVALID · CONTEXT_NOT_FOUND (naming what there is)
 */
export async function loadConfig(choice: ConfigChoice = {}): Promise<KubeContext> {
  const files = await findFiles(choice);
  const first = await read(files, choice);
  const pinned: ConfigChoice = { ...choice, context: first.contextName };
  return keepCredentials({
    name: first.contextName,
    server: first.source.server,
    namespace: first.namespace,
    files,
    source: first.source,
    reload: async () => (await read(files, pinned)).source,
    ...(choice.monotonicMs === undefined ? {} : { monotonicMs: choice.monotonicMs }),
  });
}

interface Found {
  readonly contextName: string;
  readonly namespace: string;
  readonly source: Source;
}

async function read(files: readonly string[], choice: ConfigChoice): Promise<Found> {
  const { KubeConfig } = await import('./config/client-node.js');
  const config = new KubeConfig();
  const extras = new Map<string, Extras>();
  if (files.length === 0) config.loadFromCluster(choice.podRoot ?? '');
  for (const file of files) mergeInto(config, extras, await readOne(new KubeConfig(), file));
  return select(config, extras, choice, files);
}

interface OneFile {
  readonly config: KubeConfig;
  readonly extras: ReadonlyMap<string, Extras>;
}

async function readOne(config: KubeConfig, file: string): Promise<OneFile> {
  try {
    const text = await readText(file);
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(file));
    for (const user of config.users) makeExecAbsolute(user, dirname(file));
    return { config, extras: await readExtras(text, dirname(file)) };
  } catch (error) {
    if (isMetalError(error)) throw error;
    throw invalid(`the kubeconfig ${file} cannot be read`, reasonOf(error));
  }
}

/** kubectl finds an exec plugin given with a path beside the file that names it. */
function makeExecAbsolute(user: User, directory: string): void {
  const exec = user.exec as { command?: string } | null | undefined;
  if (exec?.command?.includes('/')) exec.command = resolve(directory, exec.command);
}

/** kubectl's rule: what is named first wins, also for the current context. */
function mergeInto(
  config: KubeConfig,
  extras: Map<string, Extras>,
  { config: more, extras: moreExtras }: OneFile,
): void {
  const absent = <T extends { name: string }>(have: readonly T[], given: readonly T[]): T[] =>
    given.filter(({ name }) => !have.some((one) => one.name === name));
  for (const { name } of absent<User>(config.users, more.users)) extras.set(name, moreExtras.get(name) ?? {});
  config.clusters = [...config.clusters, ...absent<Cluster>(config.clusters, more.clusters)];
  config.users = [...config.users, ...absent<User>(config.users, more.users)];
  config.contexts = [...config.contexts, ...absent<Context>(config.contexts, more.contexts)];
  config.currentContext = config.currentContext || more.currentContext;
}

function select(
  config: KubeConfig,
  extras: ReadonlyMap<string, Extras>,
  choice: ConfigChoice,
  files: readonly string[],
): Found {
  const context = chooseContext(config, choice.context, files);
  const cluster = named(config.clusters, choice.cluster ?? context.cluster, 'cluster', files);
  const userName = choice.user ?? context.user;
  const user = userName ? named<User>(config.users, userName, 'user', files) : undefined;
  // client-node answers for its current context; flags may have combined another pair.
  config.contexts = [{ ...context, cluster: cluster.name, user: userName ?? '' }];
  config.currentContext = context.name;
  return {
    contextName: context.name,
    namespace: context.namespace || 'default',
    source: toSource(config, cluster, user, identityOf(user, extras.get(userName ?? ''), choice)),
  };
}

function chooseContext(config: KubeConfig, wanted: string | undefined, files: readonly string[]): Context {
  const names = config.contexts.map(({ name }) => name);
  const name = wanted ?? config.currentContext;
  const found = config.contexts.find((context) => context.name === name);
  if (found !== undefined) return found;
  if (!name) {
    throw new UserError('KUBECONFIG_INVALID', 'the kubeconfig has no current context', {
      why: `${files.join(', ')}: current-context is empty; contexts: ${list(names)}`,
      hint: names.slice(0, 3).map((one) => `--context ${one}`),
    });
  }
  throw new UserError('CONTEXT_NOT_FOUND', `context "${name}" not found`, {
    why: `${files.join(', ') || 'the pod'} has: ${list(names)}`,
    hint: names.slice(0, 3).map((one) => `--context ${one}`),
    context: { contexts: names },
  });
}

function named<T extends { name: string }>(all: readonly T[], name: string, what: string, files: readonly string[]): T {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw invalid(
    `${what} "${name}" not found in the kubeconfig`,
    `${files.join(', ')} has: ${list(all.map((one) => one.name))}`,
  );
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.slice(0, 20).join(', '));

function identityOf(user: User | undefined, extras: Extras | undefined, choice: ConfigChoice): Identity {
  const isReplaced = choice.as !== undefined;
  const as = choice.as ?? user?.impersonateUser ?? undefined;
  const groups = isReplaced || choice.asGroups !== undefined ? choice.asGroups : extras?.asGroups;
  const uid = isReplaced ? undefined : extras?.asUid;
  const podToken = (user?.authProvider as { config?: { tokenFile?: string } } | null | undefined)?.config?.tokenFile;
  const tokenFile = extras?.tokenFile ?? podToken;
  return {
    ...(as ? { as } : {}),
    ...(groups === undefined ? {} : { asGroups: groups }),
    ...(uid === undefined ? {} : { asUid: uid }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
  };
}

/** What `credentials.ts` needs of client-node, as values and two functions. */
function toSource(config: KubeConfig, cluster: Cluster, user: User | undefined, identity: Identity): Source {
  const isPlugin = Boolean(user?.exec || (user?.authProvider && identity.tokenFile === undefined));
  return {
    server: cluster.server,
    isVerified: cluster.skipTLSVerify !== true,
    identity,
    pem: {
      ca: { data: cluster.caData, file: cluster.caFile },
      cert: { data: user?.certData, file: user?.certFile },
      key: { data: user?.keyData, file: user?.keyFile },
    },
    ...(cluster.tlsServerName ? { servername: cluster.tlsServerName } : {}),
    ...(user?.token ? { token: user.token } : {}),
    ...(user?.username ? { basic: { username: user.username, password: user.password ?? '' } } : {}),
    ...(isPlugin ? { plugin: () => askPlugin(config, user) } : {}),
    ...(cluster.proxyUrl ? { openProxy: () => openProxy(config) } : {}),
  };
}

/** Runs the exec plugin, or refreshes the OIDC token; client-node remembers the answer until it expires. */
async function askPlugin(config: KubeConfig, user: User | undefined) {
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const said = error instanceof Error ? neutralise(error.message.trim().split('\n')[0] ?? '').slice(0, 300) : '';
    const plugin = (user?.exec as { command?: string } | null | undefined)?.command ?? user?.authProvider?.name ?? '';
    throw new UserError('KUBECONFIG_INVALID', `user "${user?.name}" of the kubeconfig has no credentials`, {
      why: `the credential plugin ${plugin} failed${said === '' ? '' : `: ${said}`}`,
      hint: 'Log in again with the tool that made the kubeconfig.',
    });
  }
  const { authorization, Authorization } = (options.headers ?? {}) as Record<string, string>;
  const { cert, key } = options as { cert?: string | Buffer; key?: string | Buffer };
  return { authorization: Authorization ?? authorization, cert, key };
}

/** A dispatcher that goes through `proxy-url`. */
async function openProxy(config: KubeConfig) {
  let dispatcher: unknown;
  const capture = { setHeaderParam: () => undefined, setDispatcher: (given: unknown) => (dispatcher = given) };
  await config.applySecurityAuthentication(capture as never);
  return dispatcher as never;
}

/**
 * Why a file does not parse. Messages of the YAML parser quote the lines around the fault, and those lines may hold a
 * token: only its reason and the line number are passed on.
 */
function reasonOf(error: unknown): string {
  const { reason, mark, code, message } = error as {
    reason?: string;
    mark?: { line?: number };
    code?: string;
    message?: string;
  };
  if (reason !== undefined) return `line ${(mark?.line ?? 0) + 1}: ${neutralise(reason)}`;
  if (code === 'EACCES') return 'permission denied';
  if (message !== undefined && /^(clusters|users|contexts)\[\d+\]\S* is missing$/.test(message)) return message;
  return 'it is not a kubeconfig';
}
