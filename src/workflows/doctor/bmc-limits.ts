/** Checks of what BMCs have little of, or do badly: sessions, firmware, virtual media. */
import { isMetalError } from '../../errors/classes.js';
import type { Bmc } from '../../ports/bmc.js';
import { readSessions } from '../bmc/sessions.js';
import type { Check, Finding, Patient } from './check.js';
import { badFirmware } from './known-bad.js';

/** How the checks of BMCs ask all of them, and tell what they heard. */
export interface Round {
  readonly ask: (
    question: (bmc: Bmc, name: string, patient: Patient) => Promise<string | undefined>,
    patient: Patient,
  ) => Promise<string[]>;
  readonly told: (lines: readonly string[], verdict: 'warning' | 'failure', good: string, fix: string) => Finding;
}

/** Sessions a BMC holds at once, where its maker tells (redfish.md 2.2). */
const mostSessions: readonly (readonly [manufacturer: RegExp, most: number])[] = [
  [/dell/i, 8],
  [/lenovo/i, 16],
];
/** The login has asked already. */
const freshMs = 60_000;
/** A pass and a person want one each. */
const wantedFree = 2;

export const limitChecks = ({ ask, told }: Round): readonly Check[] => [
  {
    id: 'D042',
    title: 'sessions',
    area: 'bmc',
    probe: async (patient) => {
      const lines = await ask(async (bmc, name) => {
        const { manufacturer = '' } = await bmc.manager(freshMs);
        const most = mostSessions.find(([maker]) => maker.test(manufacturer))?.[1];
        if (most === undefined) return undefined;
        const used = (await readSessions(bmc, patient.signal)).length;
        return most - used >= wantedFree ? undefined : `bmc/${name}: ${used} of ${most} sessions are taken`;
      }, patient);
      return told(
        lines,
        'warning',
        `at least ${wantedFree} are free wherever the maker tells how many there are`,
        'metalctl bmc sessions list BMC   shows whose they are; bmc sessions kill ends them',
      );
    },
  },
  {
    id: 'D043',
    title: 'firmware of BMCs',
    area: 'bmc',
    probe: async (patient) => {
      const lines = await ask(async (bmc, name) => {
        const bad = badFirmware(await bmc.manager(freshMs));
        return bad === undefined ? undefined : `bmc/${name}: ${bad}`;
      }, patient);
      return told(lines, 'failure', 'none is known to do harm', 'update the firmware of the BMC');
    },
  },
  {
    id: 'D046',
    title: 'virtual media',
    area: 'bmc',
    probe: async (patient) => {
      const lines = await ask(async (bmc, name) => {
        const why = await withoutMedia(bmc);
        return why === undefined ? undefined : `bmc/${name}: ${why}`;
      }, patient);
      return told(
        lines,
        'warning',
        'all offer a slot',
        'boot media needs a licence: Dell Enterprise or Datacenter, HPE iLO Advanced, Supermicro SFT-OOB-LIC',
      );
    },
  },
];

/** Why no image could be inserted, as far as looking tells. */
async function withoutMedia(bmc: Bmc): Promise<string | undefined> {
  try {
    for (const { uri, isBootable } of await bmc.systems())
      if (isBootable && (await bmc.mediaSlots(uri)).length === 0) return 'has no slot';
    return undefined;
  } catch (error) {
    if (!isMetalError(error)) throw error;
    if (error.code === 'BMC_UNSUPPORTED') return 'has no slot';
    if (error.code === 'LICENSE_REQUIRED') return error.why ?? error.message;
    throw error;
  }
}
