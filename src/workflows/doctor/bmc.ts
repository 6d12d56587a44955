/** Checks of BMCs: who answers at their address, whether they let us in, and what will run out. */
import { BMC, Endpoint } from '../../api/metal/v1alpha1/index.js';
import { isMetalError, type MetalError } from '../../errors/classes.js';
import type { Bmc, BmcAccess } from '../../ports/bmc.js';
import { limitChecks } from './bmc-limits.js';
import { type Check, type Finding, notPermitted, ok, type Patient, some } from './check.js';

const atOnce = 16;
const timeoutMs = 10_000;

/** Asks many, so many at a time. */
async function each<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) answers[at] = await ask(items[at] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return answers;
}

/** Every BMC's address answers as a Redfish service, with a certificate that is trusted or pinned. Nobody logs in. */
export const networkChecks: readonly Check[] = [
  {
    id: 'D050',
    title: 'BMC addresses',
    area: 'network',
    probe: async (patient) => {
      const { cluster, signal } = patient;
      const [{ items: bmcs }, { items: endpoints }] = await Promise.all([
        cluster.list(BMC, { signal }),
        cluster.list(Endpoint, { signal }),
      ]);
      const ips = new Map(endpoints.map(({ metadata, spec }) => [metadata.name, spec?.ip]));
      const identification = await patient.identification();
      const answers = await each(bmcs, async (bmc) => {
        const ip = bmc.spec?.access?.ip || ips.get(bmc.spec?.endpointRef?.name ?? '');
        if (!ip) return `bmc/${bmc.metadata.name}: no address`;
        const { scheme = 'https', port } = bmc.spec?.protocol ?? { port: 443 };
        const url = `${scheme}://${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
        try {
          await identification.identify(url, { timeoutMs, signal });
          return undefined;
        } catch (error) {
          if (!isMetalError(error)) throw error;
          return `bmc/${bmc.metadata.name}: ${error.message}`;
        }
      });
      const silent = answers.filter((answer) => answer !== undefined);
      if (silent.length === 0) return ok(`${bmcs.length} of ${bmcs.length} answer as Redfish services`);
      return {
        verdict: 'failure',
        evidence: `${bmcs.length - silent.length} of ${bmcs.length} answer; ${some(silent)}`,
        fix: 'check the network between here and the BMCs',
        targets: silent.map((line) => line.split(':')[0] ?? ''),
      };
    },
  },
];

/** One BMC, opened with the credentials of its objects. */
export interface BmcPatient {
  readonly name: string;
  readonly access: () => Promise<BmcAccess>;
  readonly open: (access: BmcAccess) => Bmc;
}

const isForbidden = ({ code }: MetalError): boolean => code === 'API_FORBIDDEN';

const days = 86_400_000;
const warnDays = 30;

/**
 * The checks of chosen BMCs. A BMC whose password was refused is not asked again: one failed login is enough.
 * One BMC after another would be slow, so each check asks all of them at once.
 */
export function bmcChecks(patients: readonly BmcPatient[]): readonly Check[] {
  const broken = new Map<string, MetalError>();
  const opened = new Map<string, Bmc>();
  const login = async ({ name, access, open }: BmcPatient): Promise<string | undefined> => {
    try {
      const bmc = open(await access());
      opened.set(name, bmc);
      await bmc.manager();
      return undefined;
    } catch (error) {
      if (!isMetalError(error)) throw error;
      broken.set(name, error);
      opened.delete(name);
      return `bmc/${name}: ${error.code}${error.why === undefined ? '' : ` (${error.why})`}`;
    }
  };
  const ask = async (
    question: (bmc: Bmc, name: string, patient: Patient) => Promise<string | undefined>,
    patient: Patient,
  ) => {
    const lines = await each([...opened], async ([name, bmc]) => {
      try {
        return await question(bmc, name, patient);
      } catch (error) {
        if (!isMetalError(error)) throw error;
        return error.code === 'BMC_UNSUPPORTED' || error.code === 'BMC_NOT_FOUND'
          ? undefined
          : `bmc/${name}: ${error.message}`;
      }
    });
    return lines.filter((line) => line !== undefined);
  };
  const told = (lines: readonly string[], verdict: 'warning' | 'failure', good: string, fix: string): Finding =>
    lines.length === 0
      ? opened.size === 0
        ? { verdict: 'skipped', evidence: 'no BMC let us in' }
        : ok(good)
      : { verdict, evidence: some(lines), fix, targets: lines.map((line) => line.split(':')[0] ?? '') };
  const limits = limitChecks({ ask, told });
  return [
    {
      id: 'D040',
      title: 'login',
      area: 'bmc',
      probe: async () => {
        const refused = (await each(patients, login)).filter((line) => line !== undefined);
        if (refused.length === 0) return ok(`${patients.length} of ${patients.length} BMCs let us in`);
        const [first] = broken.values();
        // Nobody was asked for whoever may not read the credentials.
        if (first !== undefined && opened.size === 0 && [...broken.values()].every(isForbidden))
          return notPermitted(first);
        return {
          verdict: 'failure',
          evidence: `${patients.length - refused.length} of ${patients.length} let us in; ${some(refused)}`,
          fix: first?.hints[0] ?? 'check the BMCSecret it names',
          targets: refused.map((line) => line.split(':')[0] ?? ''),
        };
      },
    },
    {
      id: 'D041',
      title: 'roles of accounts',
      area: 'bmc',
      probe: async (patient) => {
        const users = new Map(
          await each(
            patients.filter(({ name }) => opened.has(name)),
            async ({ name, access }) => [name, (await access()).username] as const,
          ),
        );
        const lines = await ask(async (bmc, name) => {
          const own = (await bmc.accounts()).find(({ userName }) => userName === users.get(name));
          return own?.roleId === undefined || own.roleId === 'Administrator' ? undefined : `bmc/${name}: ${own.roleId}`;
        }, patient);
        return told(
          lines,
          'warning',
          'all are administrators, or tell no role',
          'power and boot need an Administrator',
        );
      },
    },
    ...limits.slice(0, 2),
    {
      id: 'D044',
      title: 'certificates',
      area: 'bmc',
      probe: async (patient) => {
        const nowMs = patient.clock.now().getTime();
        const lines = await ask(async (bmc, name) => {
          const ends = (await bmc.certificates())
            .map(({ validNotAfter }) => Date.parse(validNotAfter ?? ''))
            .filter((at) => !Number.isNaN(at));
          const left = Math.floor((Math.min(...ends) - nowMs) / days);
          return ends.length === 0 || left >= warnDays
            ? undefined
            : `bmc/${name}: ${left < 0 ? 'ended' : `ends in ${left} days`}`;
        }, patient);
        return told(
          lines,
          'warning',
          `none that is told ends within ${warnDays} days`,
          'renew the certificate at the BMC',
        );
      },
    },
    {
      id: 'D045',
      title: 'event services',
      area: 'bmc',
      probe: async (patient) => {
        const lines = await ask(async (bmc, name) => {
          try {
            await bmc.subscriptions();
            return undefined;
          } catch (error) {
            if (!isMetalError(error) || error.code !== 'BMC_UNSUPPORTED') throw error;
            return `bmc/${name}: none, or disabled`;
          }
        }, patient);
        return told(
          lines,
          'warning',
          'all take subscriptions',
          'without events changes are seen at the next periodic check',
        );
      },
    },
    ...limits.slice(2),
  ];
}
