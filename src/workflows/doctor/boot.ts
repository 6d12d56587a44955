/** Checks of what machines ask for while they boot, as far as it can be seen from here. */
import { Deployment } from '../../api/workloads.js';
import { type Check, ok, type Patient, skipped, some } from './check.js';

/** Set by `install` on what it makes. */
const ours = 'app.kubernetes.io/name=metalctl';

export const bootChecks: readonly Check[] = [
  {
    id: 'D051',
    title: 'boot URLs',
    area: 'network',
    probe: async (patient) => {
      const urls = await registryUrls(patient);
      if (urls.length === 0) return skipped('no daemon in the cluster says where machines report to');
      const silent: string[] = [];
      for (const url of urls) {
        const why = await silence(patient, url);
        if (why !== undefined) silent.push(`${url}: ${why}`);
      }
      if (silent.length === 0) return ok(`${some(urls)} can be reached from here`);
      return {
        verdict: 'failure',
        evidence: `cannot be reached from here: ${some(silent)}`,
        fix: 'a machine that boots reports there: publish the daemon under that address, or change --registry-url',
      };
    },
  },
];

interface Container {
  readonly args?: readonly string[];
}

async function registryUrls({ cluster, managerNamespace: namespace, signal }: Patient): Promise<string[]> {
  const { items } = await cluster.list(Deployment, { namespace, labelSelector: ours, signal });
  const urls = items.flatMap(({ spec }) =>
    ((spec.template.spec.containers ?? []) as readonly Container[]).flatMap(({ args = [] }) => {
      const at = args.indexOf('--registry-url');
      const joined = args.find((arg) => arg.startsWith('--registry-url='))?.slice('--registry-url='.length);
      return (at === -1 ? joined : args[at + 1]) ?? [];
    }),
  );
  return [...new Set(urls)];
}

async function silence({ reach }: Patient, text: string): Promise<string | undefined> {
  if (!URL.canParse(text)) return 'it is no URL';
  const { hostname, port, protocol } = new URL(text);
  const usual = protocol === 'https:' ? 443 : 80;
  return reach(hostname.replace(/^\[|\]$/g, ''), port === '' ? usual : Number(port));
}
