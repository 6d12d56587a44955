/**
 * Credentials of one context, kept fresh: token files and kubeconfigs are read again when their modification time
 * changes (looked at every 10 s at most: service account tokens rotate hourly), plugins are asked when their answer
 * expired, and everything is read anew after a 401.
 */
import { readFile, stat } from 'node:fs/promises';
import { UserError } from '../errors/classes.js';
import type { Dispatcher } from '../http/undici.js';
import type { Access, CredentialHeaders, KubeContext, TlsMaterial } from './context.js';

/** Base64 in the kubeconfig, or a file; the data win, as with kubectl. */
interface Pem {
  readonly data?: string | null | undefined;
  readonly file?: string | null | undefined;
}

/** Whom requests are made as. */
export interface Identity {
  readonly as?: string;
  readonly asGroups?: readonly string[];
  readonly asUid?: string;
  /** Wins over a token in the kubeconfig. */
  readonly tokenFile?: string;
}

interface PluginAnswer {
  readonly authorization: string | undefined;
  readonly cert: string | Buffer | undefined;
  readonly key: string | Buffer | undefined;
}

/** One reading of the kubeconfig, for one context. */
export interface Source {
  readonly server: string;
  readonly isVerified: boolean;
  readonly servername?: string;
  readonly identity: Identity;
  readonly pem: { readonly ca: Pem; readonly cert: Pem; readonly key: Pem };
  readonly token?: string;
  readonly basic?: { readonly username: string; readonly password: string };
  /** Exec plugin or OIDC. */
  readonly plugin?: () => Promise<PluginAnswer>;
  readonly openProxy?: () => Promise<Dispatcher>;
}

export interface KeepOptions {
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
  /** Files whose change renews the source. */
  readonly files: readonly string[];
  readonly source: Source;
  readonly reload: () => Promise<Source>;
  readonly monotonicMs?: () => number;
}

const checkEveryMs = 10_000;

/** A context whose credentials follow their files. */
export async function keepCredentials(options: KeepOptions): Promise<KubeContext> {
  const monotonicMs = options.monotonicMs ?? (() => performance.now());
  let current = await open(options.source);
  let watched = watchedFiles(options, current.source);
  let stamps = await stampsOf(watched);
  let checkedMs = monotonicMs();
  let running: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    const source = await options.reload();
    const next = await open(source);
    // The same object as long as nothing changed: connections are kept by it.
    current = { ...next, access: isSameAccess(current.access, next.access) ? current.access : next.access };
    watched = watchedFiles(options, source);
    stamps = await stampsOf(watched);
  };
  const alone = (work: () => Promise<void>): Promise<void> => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
  const follow = async (): Promise<void> => {
    if (monotonicMs() - checkedMs < checkEveryMs) return;
    checkedMs = monotonicMs();
    if ((await stampsOf(watched)) === stamps) return;
    // A file caught half-written: what we have is still good, and the next look comes in ten seconds.
    await renew().catch(() => undefined);
  };
  const ask = shareRunning(() => current.source.plugin?.());

  return {
    name: options.name,
    server: options.server,
    namespace: options.namespace,
    warnings: warningsOf(options.source),
    headers: async () => {
      await alone(follow);
      const answer = await ask();
      return headersOf(current, answer?.authorization);
    },
    access: async () => {
      const answer = await ask();
      if (answer?.cert !== undefined && answer.cert !== current.access.tls.cert) {
        current = { ...current, access: withCertificate(current.access, answer) };
      }
      return current.access;
    },
    refresh: () => alone(renew),
  };
}

interface Opened {
  readonly source: Source;
  readonly access: Access;
  readonly token: string | undefined;
}

async function open(source: Source): Promise<Opened> {
  const { ca, cert, key } = source.pem;
  const tls: TlsMaterial = {
    isVerified: source.isVerified,
    ...entry('ca', await readPem(ca, 'certificate-authority')),
    ...entry('cert', await readPem(cert, 'client-certificate')),
    ...entry('key', await readPem(key, 'client-key')),
    ...entry('servername', source.servername),
  };
  const { tokenFile } = source.identity;
  const token = tokenFile === undefined ? source.token : (await readNamed(tokenFile, 'tokenFile')).toString().trim();
  return { source, token, access: { tls, ...entry('dispatcher', await source.openProxy?.()) } };
}

const readPem = async ({ data, file }: Pem, name: string): Promise<Buffer | undefined> => {
  if (data) return Buffer.from(data, 'base64');
  return file ? readNamed(file, name) : undefined;
};

const readNamed = (file: string, name: string): Promise<Buffer> =>
  readFile(file).catch(() => {
    throw new UserError('KUBECONFIG_INVALID', 'the kubeconfig cannot be used', {
      why: `${name}: ${file} cannot be read`,
    });
  });

function headersOf({ source, token }: Opened, fromPlugin: string | undefined): CredentialHeaders {
  const { as, asGroups, asUid } = source.identity;
  const bearer = token === undefined ? undefined : `Bearer ${token}`;
  return {
    ...entry('authorization', bearer ?? fromPlugin ?? basicOf(source)),
    ...entry('impersonate-user', as),
    ...entry('impersonate-group', asGroups?.length ? asGroups : undefined),
    ...entry('impersonate-uid', asUid),
  };
}

function basicOf({ basic }: Source): string | undefined {
  if (basic === undefined) return undefined;
  return `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
}

function warningsOf({ server, isVerified }: Source): readonly string[] {
  if (server.startsWith('http:')) return [`requests to ${server} are not encrypted`];
  return isVerified ? [] : [`the certificate of ${server} is not verified (insecure-skip-tls-verify)`];
}

const watchedFiles = ({ files }: KeepOptions, { identity, pem }: Source): readonly string[] =>
  [...files, identity.tokenFile, ...[pem.ca, pem.cert, pem.key].map(({ data, file }) => (data ? null : file))].filter(
    (file) => typeof file === 'string' && file !== '',
  ) as string[];

/** Modification times as one text; an absent file is a change too. */
async function stampsOf(files: readonly string[]): Promise<string> {
  const times = files.map((file) =>
    stat(file, { bigint: true }).then(
      ({ mtimeNs, size, ino }) => `${mtimeNs}.${size}.${ino}`,
      () => 'absent',
    ),
  );
  return (await Promise.all(times)).join(' ');
}

function isSameAccess(a: Access, b: Access): boolean {
  if (a.dispatcher !== undefined || b.dispatcher !== undefined) return false;
  return JSON.stringify(a.tls) === JSON.stringify(b.tls);
}

const withCertificate = (access: Access, { cert, key }: PluginAnswer): Access => ({
  ...access,
  tls: { ...access.tls, ...entry('cert', cert), ...entry('key', key) },
});

/** Callers at the same time share one call: a plugin is a process, and eight requests must not start eight. */
function shareRunning<T>(work: () => Promise<T> | undefined): () => Promise<T | undefined> {
  let running: Promise<T> | undefined;
  return async () => {
    running ??= work()?.finally(() => {
      running = undefined;
    });
    return running;
  };
}

const entry = <K extends string, V>(name: K, value: V | undefined): { [N in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { [N in K]?: V };
