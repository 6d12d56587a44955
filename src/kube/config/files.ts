/** Where kubeconfigs are, by kubectl's order of search, and their bounded reading. */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { UserError } from '../../errors/classes.js';

/** Where to look. */
export interface Places {
  /** `--kubeconfig`; else the list in `KUBECONFIG`, `~/.kube/config`, the service account of a pod. */
  readonly kubeconfig?: string;
  /** What the process was started with; tests give their own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  /** Prepended to the service account paths in tests. */
  readonly podRoot?: string;
}

const maxFileBytes = 4 * 1024 * 1024;
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The files to read, in order; none at all means the service account of the pod this process runs in.
 * @throws UserError KUBECONFIG_MISSING
 */
export async function findFiles(choice: Places): Promise<readonly string[]> {
  const env = choice.env ?? process.env;
  if (choice.kubeconfig !== undefined) return existing([choice.kubeconfig], `--kubeconfig ${choice.kubeconfig}`);
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return existing(listed, `KUBECONFIG names ${listed.join(', ')}`);
  const standard = join(choice.home ?? homedir(), '.kube', 'config');
  if (await exists(standard)) return [standard];
  const isPod = env.KUBERNETES_SERVICE_HOST !== undefined && (await exists(`${choice.podRoot ?? ''}${tokenPath}`));
  if (isPod) return [];
  throw new UserError('KUBECONFIG_MISSING', 'no kubeconfig was found', {
    why: `neither --kubeconfig nor KUBECONFIG is set, and ${standard} does not exist`,
  });
}

async function existing(files: readonly string[], named: string): Promise<readonly string[]> {
  const checks = await Promise.all(files.map(exists));
  const there = files.filter((_, at) => checks[at]);
  if (there.length > 0) return there.map((file) => resolve(file));
  throw new UserError('KUBECONFIG_MISSING', 'no kubeconfig was found', {
    why: `${named}, and ${files.length === 1 ? 'it does' : 'none of them does'} not exist`,
  });
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** The text of one file. @throws UserError KUBECONFIG_INVALID when it is no file, too large, or anybody may change it */
export async function readText(file: string): Promise<string> {
  const { size, isReadable, isAnybodys } = await stat(file).then((found) => ({
    size: found.size,
    isReadable: found.isFile() || found.isFIFO(),
    isAnybodys: found.isFile() && process.platform !== 'win32' && (found.mode & 0o002) !== 0,
  }));
  // Who can write it chooses the cluster, and the programs that fetch credentials.
  if (isAnybodys) {
    const why = 'everybody on this host may write to it';
    throw new UserError('KUBECONFIG_INVALID', `the kubeconfig ${file} is not used`, { why, hint: `chmod o-w ${file}` });
  }
  if (!isReadable) throw invalid(`the kubeconfig ${file} cannot be read`, 'it is not a file');
  if (size > maxFileBytes)
    throw invalid(`the kubeconfig ${file} cannot be read`, `it is larger than ${maxFileBytes} bytes`);
  return readFile(file, 'utf8');
}

/** A kubeconfig that is there and cannot be used. */
export const invalid = (message: string, why: string): UserError =>
  new UserError('KUBECONFIG_INVALID', message, { why });
