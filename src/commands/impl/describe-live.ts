/** `describe --redfish`: what the BMC says now, beside what the object says. Three questions, and no more, to each. */
import type { BMC } from '../../api/metal/v1alpha1/bmc.js';
import type { Server } from '../../api/metal/v1alpha1/server.js';
import { UserError } from '../../errors/classes.js';
import type { HealthInfo, ManagerInfo, SystemInfo } from '../../ports/bmc.js';
import type { Facts } from './describe-facts.js';
import { bmcPlace, systemAt } from './kit/bmc-places.js';
import type { AnyRun } from './kit/run.js';
import { type Target, targetText } from './kit/targets.js';

/** @throws UserError USAGE for a kind without a BMC · what the BMC port throws */
export async function liveFacts(run: AnyRun, target: Target): Promise<Facts> {
  const { kind, object } = target;
  if (kind.kind !== 'Server' && kind.kind !== 'BMC') {
    throw new UserError('USAGE', `${targetText(target)} has no BMC to be asked`, {
      hint: 'describe a server or a BMC',
    });
  }
  const place = await bmcPlace(run, `${kind.singular}/${object.metadata.name}`);
  const { bmc } = place;
  const system = await systemAt(place);
  const [manager, health] = [await bmc.manager(), await bmc.health(system.uri)];
  return kind.kind === 'Server'
    ? ofServer(object as Server, system, manager, health)
    : ofBmc(object as BMC, manager, health);
}

const ofServer = ({ status }: Server, system: SystemInfo, manager: ManagerInfo, health: HealthInfo): Facts => [
  [
    'Redfish',
    [
      beside('power', system.powerState, status?.powerState),
      beside('LED', system.indicatorLED, status?.indicatorLED),
      beside('BIOS', system.biosVersion, status?.biosVersion),
      beside('serial', system.serialNumber, status?.serialNumber),
      system.bootProgress === undefined ? '' : `boot ${system.bootProgress}`,
      healthLine(health),
      `BMC firmware ${manager.firmwareVersion ?? 'not told'}`,
    ],
  ],
];

const ofBmc = ({ status }: BMC, manager: ManagerInfo, health: HealthInfo): Facts => [
  [
    'Redfish',
    [
      beside('firmware', manager.firmwareVersion, status?.firmwareVersion),
      beside('power', manager.powerState, status?.powerState),
      manager.state === undefined ? '' : `state ${manager.state}`,
      healthLine(health),
    ],
  ],
];

/** `power On   (the object says Off)`; one that the BMC does not tell is left out. */
function beside(name: string, now: string | undefined, known: string | undefined): string {
  if (now === undefined || now === '') return '';
  return `${name} ${now}${now === known ? '' : `   (the object says ${known || 'nothing'})`}`;
}

function healthLine({ health, rollup, conditions }: HealthInfo): string {
  const word = rollup ?? health;
  return word === undefined ? '' : [`health ${word}`, ...conditions].join(': ');
}
