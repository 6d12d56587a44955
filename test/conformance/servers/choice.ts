/**
 * Which API server the suite talks to: the embedded one, or a real one. `npm run test:kube` chooses, starts what must
 * be started, and tells the test files through one variable.
 */
import { join } from 'node:path';

/** Programs of a control plane, as setup-envtest lays them down. */
export interface Assets {
  readonly etcd: string;
  readonly apiserver: string;
}

export type Choice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'assets'; readonly assets: Assets }
  | { readonly kind: 'kubeconfig'; readonly path: string };

/** What the test files are told about the server. */
export interface TestServer {
  readonly kind: Choice['kind'];
  /** `kube-apiserver v1.35.6 at https://127.0.0.1:6443`. */
  readonly name: string;
  /** Of a server that all files share; the embedded one is started by each test for itself. */
  readonly kubeconfig?: string;
  /** Whether garbage is collected and namespaces are emptied: kube-controller-manager does that, not kube-apiserver. */
  readonly gc: boolean;
}

export const embedded: TestServer = { kind: 'embedded', name: 'the embedded API server', gc: true };

/** A kubeconfig names a cluster; envtest's variables name programs; else the embedded server answers. */
export function chooseServer(env: NodeJS.ProcessEnv): Choice {
  if (env.METALCTL_TEST_KUBECONFIG) return { kind: 'kubeconfig', path: env.METALCTL_TEST_KUBECONFIG };
  const folder = env.KUBEBUILDER_ASSETS ?? '';
  const etcd = env.TEST_ASSET_ETCD ?? (folder && join(folder, 'etcd'));
  const apiserver = env.TEST_ASSET_KUBE_APISERVER ?? (folder && join(folder, 'kube-apiserver'));
  return etcd && apiserver ? { kind: 'assets', assets: { etcd, apiserver } } : { kind: 'embedded' };
}

/** kubectl for the command table; '' when none is named. */
export function chooseKubectl(env: NodeJS.ProcessEnv, cached = ''): string {
  const beside = env.KUBEBUILDER_ASSETS ? join(env.KUBEBUILDER_ASSETS, 'kubectl') : '';
  return [env.METALCTL_KUBECTL, env.TEST_ASSET_KUBECTL, beside, cached].find((path) => path) ?? '';
}

const VARIABLE = 'METALCTL_TEST_SERVER';

/** Tell the test files of this run, which are processes of their own. */
export const announce = (env: NodeJS.ProcessEnv, server: TestServer): void => {
  env[VARIABLE] = JSON.stringify(server);
};

/** The server of this run. */
export const testServer = (env: NodeJS.ProcessEnv = process.env): TestServer =>
  env[VARIABLE] === undefined ? embedded : (JSON.parse(env[VARIABLE]) as TestServer);

/** For `skip` of a test about something that only the embedded server has; false where that one answers. */
export const embeddedOnly = (what: string): string | false =>
  testServer().kind === 'embedded' ? false : `only the embedded server has ${what}`;

/** For `skip` of a test that waits for controllers to clean up. */
export const needsControllers = (): string | false =>
  testServer().gc ? false : 'kube-apiserver runs alone: no controller collects garbage or empties namespaces';
