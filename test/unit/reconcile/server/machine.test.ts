/** Life of a Server, row by row: each edge of the table, and each way of staying, with everything that is asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../../src/api/kind.js';
import type { Server } from '../../../../src/api/metal/v1alpha1/index.js';
import { TransientError } from '../../../../src/errors/classes.js';
import type { Bmc, BmcAccess, PowerState, SystemInfo } from '../../../../src/ports/bmc.js';
import type { Settings } from '../../../../src/reconcile/reads.js';
import { summaryOf } from '../../../../src/reconcile/runtime/settle.js';
import { serverMachine, serverRegistration } from '../../../../src/reconcile/server/machine.js';
import { aBmc, aBoot, aClaim, aDiscoveryBoot, aSecret, aServer, before, uuid } from '../../../support/build.js';
import { asked, decideIn } from '../../../support/decide.js';
import { fakeBmcs } from '../../../support/fake-bmc.js';
import { fakeProbes } from '../../../support/fake-probes.js';

const minute = 60_000;
const noIntent = 'patchSelf {"metadata":{"annotations":{"metalctl.dev/power-intent":null}}}';
const booted = (mark: string) =>
  `patchSelf {"metadata":{"annotations":{"metalctl.dev/power-intent":null,"metalctl.dev/booted-with":"${mark}"}}}`;
const clearBoot = 'patchSelf {"spec":{"bootConfigurationRef":null}}';
const forgetTenant =
  'patchSelf {"metadata":{"annotations":{"metalctl.dev/power-intent":null,"metalctl.dev/booted-with":null,"metalctl.dev/claim-uid":null}},"spec":{"serverClaimRef":null,"bootConfigurationRef":null}}';
const keepTenant =
  'patchSelf {"metadata":{"annotations":{"metalctl.dev/power-intent":null,"metalctl.dev/booted-with":null}}}';
const discoveryRef =
  'patchSelf {"spec":{"bootConfigurationRef":{"namespace":"metalctl-system","name":"rack1-system-0-discovery"}}}';

const toldClaim = {
  ...aClaim(),
  metadata: {
    ...aClaim().metadata,
    annotations: {
      'metalctl.dev/waiting': 'ServerLost: server rack1-system-0 was deleted; its machine was left as it runs',
    },
  },
};

interface Row {
  name: string;
  server: Server;
  power?: PowerState | undefined;
  objects?: KubeObject[];
  reported?: boolean;
  registry?: string | null;
  /** Another machine answers. */
  stranger?: boolean;
  /** What the system tells beside the usual. */
  system?: Partial<SystemInfo>;
  settings?: Partial<Settings>;
  next?: string;
  because: string;
  asks?: string[];
  settled?: boolean;
}

const inDiscovery = () => aServer().in('Discovery').bootingWith('rack1-system-0-discovery', 'metalctl-system');
const discovering = () => inDiscovery().discovering(minute);
const probed = () => inDiscovery().discovering(minute, 'True');
const reserved = () => aServer().in('Reserved').claimedBy().bootingWith('db-07');
const ready = [aDiscoveryBoot('Ready')];
const bound = [aClaim(), aBoot('Ready')];
const mark = 'boot-uid/3';
const annotating = (marks: Record<string, unknown>) =>
  `patchSelf ${JSON.stringify({ metadata: { annotations: marks } })}`;
const consumed = annotating({ 'metal.ironcore.dev/operation': null });
const endReset = annotating({ 'metalctl.dev/reset-intent': null });
const restarting = (operation: string, agoMs: number, more: Record<string, unknown> = {}) =>
  JSON.stringify({ operation, at: before(agoMs), by: 'another', power: 'On', ...more });
const failure = (reason: string, tries: number, agoMs: number, why = 'why') => ({
  'metalctl.dev/failure': JSON.stringify({ reason, why, tries, at: before(agoMs) }),
});
const failed = (reason: string, tries: number, agoMs: number) =>
  aServer()
    .in('Error')
    .annotated('metalctl.dev/failure', failure(reason, tries, agoMs)['metalctl.dev/failure']);
const stranger =
  'another machine answers for server/rack1-system-0: system UUID is 99999999-0000-0000-0000-000000000000, expected 4c4c4544-0058-4b10-8032-b8c04f4d3134';
const noReport = 'No report from the probe in time';
/** As upstream makes it: of the server's own name, without token. */
const upstreamsDiscovery = {
  ...aDiscoveryBoot('Ready', ''),
  metadata: {
    name: 'rack1-system-0',
    namespace: 'default',
    uid: 'upstreams',
    annotations: { 'metal.ironcore.dev/type': 'Internal' },
  },
};
const twin = () => aServer().named('rack9-system-0').in('Available').build();
const bootOrder = [
  { name: 'disk', priority: 2, device: 'Boot0002' },
  { name: 'net', priority: 1, device: 'Boot0001' },
];
const orderAsked = (shown: string[] | null) => JSON.stringify({ asked: ['Boot0001', 'Boot0002'], shown });
const light = (asked: string, shown: string | null) => JSON.stringify({ asked, shown });

const rows: Row[] = [
  // Entering
  { name: 'a new server starts in Initial', server: aServer().build(), next: 'Initial', because: 'Entered' },
  {
    name: 'a claimed server that lost its status starts in Reserved, not in discovery',
    server: aServer().claimedBy().build(),
    next: 'Reserved',
    because: 'AlreadyClaimed',
  },
  {
    name: 'a state of another version is left alone',
    server: aServer().in('Tainted').build(),
    because: 'StateNotHandled',
    settled: true,
  },
  // Interrupts
  {
    name: 'an ignored server is left alone',
    server: aServer().in('Available').annotated('metal.ironcore.dev/operation', 'ignore').build(),
    power: 'On',
    because: 'Ignored',
    settled: true,
  },
  {
    name: 'the finalizer comes before any work',
    server: aServer().withoutFinalizer().build(),
    because: 'AddingFinalizer',
    asks: ['patchSelf {"metadata":{"finalizers":["metal.ironcore.dev/server"]}}'],
  },
  {
    name: 'a deleted server takes its discovery boot configuration along',
    server: discovering().deleted().build(),
    objects: ready,
    because: 'CleaningUp',
    asks: ['delete ServerBootConfiguration rack1-system-0-discovery', 'forgetProbe'],
  },
  {
    name: 'the claim of a deleted server is told, and the machine left as it runs',
    server: reserved().deleted().build(),
    objects: bound,
    because: 'TellingClaim',
    asks: ['announce DeletedWhileReserved', 'patch ServerClaim db-07'],
  },
  {
    name: 'a server is not deleted from under its maintenance',
    server: aServer().in('Maintenance').inMaintenance().deleted().build(),
    because: 'DeletionPostponed',
  },
  {
    name: 'unless somebody says so',
    server: aServer().in('Maintenance').inMaintenance().asking('allow-in-progress-delete').deleted().build(),
    because: 'Deleted',
    asks: ['patchSelf {"metadata":{"finalizers":[]}}'],
    settled: true,
  },
  {
    name: 'a deleted server leaves a claim its boot configuration',
    server: reserved().deleted().build(),
    objects: [toldClaim, aBoot('Ready')],
    because: 'Deleted',
    asks: ['patchSelf {"metadata":{"finalizers":[]}}'],
    settled: true,
  },
  // Initial
  {
    name: 'Initial waits for a person while the machine runs',
    server: aServer().in('Initial').build(),
    power: 'On',
    because: 'WaitingForFirstPowerOff',
    settled: true,
  },
  {
    name: 'Initial never takes unknown power for off',
    server: aServer().in('Initial').build(),
    power: undefined,
    because: 'WaitingForFirstPowerOff',
    settled: true,
  },
  {
    name: 'Initial switches a running machine off when it may',
    server: aServer().in('Initial').build(),
    power: 'On',
    settings: { enforceFirstBoot: true },
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'Initial says that no registry is served',
    server: aServer().in('Initial').build(),
    registry: null,
    because: 'NoRegistry',
  },
  {
    name: 'Initial prepares the boot configuration first',
    server: aServer().in('Initial').build(),
    because: 'PreparingBoot',
    asks: ['apply ServerBootConfiguration rack1-system-0-discovery'],
  },
  {
    name: 'Initial → Discovery once the boot configuration exists, with Secret and token',
    server: aServer().in('Initial').withInventory().build(),
    objects: [aDiscoveryBoot('Pending')],
    next: 'Discovery',
    because: 'BootPrepared',
    asks: [
      'apply Secret rack1-system-0-discovery-ssh',
      'apply Secret rack1-system-0-discovery',
      'patch ServerBootConfiguration rack1-system-0-discovery',
      discoveryRef,
    ],
  },
  // Discovery
  {
    name: 'Discovery → Initial when its boot configuration vanished',
    server: discovering().build(),
    next: 'Initial',
    because: 'BootConfigurationGone',
    asks: ['forgetProbe', clearBoot, 'announce BootConfigurationGone'],
  },
  {
    name: 'Discovery switches off what runs when its boot configuration vanished: Initial would wait for a person',
    server: discovering().build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'Discovery → Initial when no token was recorded, and that boot configuration goes',
    server: discovering().build(),
    objects: [aDiscoveryBoot('Ready', '')],
    next: 'Initial',
    because: 'DiscoveryTokenMissing',
    asks: [
      'forgetProbe',
      'delete ServerBootConfiguration rack1-system-0-discovery',
      clearBoot,
      'announce DiscoveryTokenMissing',
    ],
  },
  {
    name: 'a discovery of upstream’s that is under way ends first: off, so that no two boot configurations name a machine',
    server: aServer().in('Discovery').bootingWith('rack1-system-0', 'default').build(),
    objects: [upstreamsDiscovery],
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'a discovery of upstream’s that is under way begins again, and its boot configuration goes',
    server: aServer().in('Discovery').bootingWith('rack1-system-0', 'default').build(),
    objects: [upstreamsDiscovery],
    next: 'Initial',
    because: 'DiscoveryTokenMissing',
    asks: ['forgetProbe', 'delete ServerBootConfiguration rack1-system-0', clearBoot, 'announce DiscoveryTokenMissing'],
  },
  {
    name: 'Initial takes the place of a discovery that upstream had prepared',
    server: aServer().in('Initial').withInventory().bootingWith('rack1-system-0', 'default').build(),
    objects: [upstreamsDiscovery, aDiscoveryBoot('Pending')],
    next: 'Discovery',
    because: 'BootPrepared',
    asks: [
      'apply Secret rack1-system-0-discovery-ssh',
      'apply Secret rack1-system-0-discovery',
      'patch ServerBootConfiguration rack1-system-0-discovery',
      'delete ServerBootConfiguration rack1-system-0',
      discoveryRef,
    ],
  },
  {
    name: 'a server that does not say where its machine is learns it, once',
    server: aServer().in('Available').with({ systemURI: undefined }).build(),
    because: 'Located',
    asks: ['patchSelf {"spec":{"systemURI":"/redfish/v1/Systems/1"}}'],
  },
  {
    name: 'a server that was bound by upstream keeps its tenant, though an older binding of ours is noted',
    server: reserved().annotated('metalctl.dev/claim-uid', 'older').bootedWith(mark).build(),
    power: 'On',
    objects: [aClaim({ serverRef: { name: 'rack1-system-0' } }), aBoot('Ready')],
    because: 'PoweredOn',
    settled: true,
  },
  {
    name: 'Discovery says that no registry is served',
    server: discovering().build(),
    objects: ready,
    registry: null,
    because: 'NoRegistry',
  },
  {
    name: 'Discovery → Initial when the registry moved',
    server: discovering().build(),
    objects: ready,
    registry: 'http://127.0.0.1:1',
    next: 'Initial',
    because: 'RegistryMoved',
    asks: [
      'forgetProbe',
      'delete ServerBootConfiguration rack1-system-0-discovery',
      clearBoot,
      'announce RegistryMoved',
    ],
  },
  {
    name: 'Discovery waits for the boot operator before any power-on',
    server: discovering().build(),
    objects: [aDiscoveryBoot('Pending')],
    because: 'WaitingForBootConfiguration',
    asks: ['expectProbe'],
  },
  {
    name: 'Discovery names a failed boot configuration',
    server: discovering().build(),
    objects: [aDiscoveryBoot('Error')],
    because: 'BootConfigurationFailed',
    asks: ['expectProbe'],
  },
  {
    name: 'Discovery overrides the boot source, then powers on',
    server: discovering().build(),
    objects: ready,
    because: 'PoweringOn',
    asks: ['expectProbe', 'bootOnce Pxe', 'setPower On graceful'],
  },
  {
    name: 'Discovery does not power on twice within the confirm time',
    server: discovering().intending('On', 5_000).build(),
    objects: ready,
    because: 'PoweringOn',
    asks: ['expectProbe'],
  },
  {
    name: 'Discovery asks again when a power-on showed no effect',
    server: discovering().intending('On', 16_000).build(),
    objects: ready,
    because: 'PoweringOn',
    asks: ['expectProbe', 'bootOnce Pxe', 'setPower On graceful'],
  },
  {
    name: 'Discovery waits for the report while the machine is on, and ends the intent',
    server: discovering().intending('On', 5_000).build(),
    objects: ready,
    power: 'On',
    because: 'WaitingForProbe',
    asks: ['expectProbe', noIntent],
  },
  {
    name: 'Discovery does not act on contradictory power',
    server: discovering().build(),
    objects: ready,
    power: 'Paused',
    because: 'PowerStateUnknown',
    asks: ['expectProbe'],
  },
  {
    name: 'Discovery records a report before it acts on it',
    server: discovering().build(),
    objects: ready,
    power: 'On',
    reported: true,
    because: 'Probed',
    asks: ['apply ConfigMap rack1-system-0-inventory'],
  },
  {
    name: 'Discovery switches the probed machine off',
    server: probed().build(),
    objects: ready,
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['forgetProbe', 'setPower Off graceful'],
  },
  {
    name: 'Discovery → Available when the probed machine is off',
    server: probed().build(),
    objects: ready,
    next: 'Available',
    because: 'DiscoveryCompleted',
    asks: ['forgetProbe', 'delete ServerBootConfiguration rack1-system-0-discovery', clearBoot],
  },
  {
    name: 'Discovery switches off before it begins again after the timeout',
    server: inDiscovery()
      .discovering(31 * minute)
      .build(),
    objects: ready,
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'Discovery → Initial after the timeout',
    server: inDiscovery()
      .discovering(31 * minute)
      .build(),
    objects: ready,
    next: 'Initial',
    because: 'DiscoveryTimedOut',
    asks: [
      annotating(failure('DiscoveryTimedOut', 1, 0, noReport)),
      'forgetProbe',
      'delete ServerBootConfiguration rack1-system-0-discovery',
      clearBoot,
      'announce DiscoveryTimedOut',
    ],
  },
  // Available
  {
    name: 'Available rests while the machine is off',
    server: aServer().in('Available').build(),
    because: 'Available',
    settled: true,
  },
  {
    name: 'Available switches off what somebody switched on',
    server: aServer().in('Available').build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'Available forgets a boot configuration that is gone, instead of failing for ever',
    server: aServer().in('Available').bootingWith('gone').build(),
    because: 'CleaningUp',
    asks: [clearBoot],
  },
  {
    name: 'Available removes the reference to a former claim, but not its object',
    server: aServer().in('Available').bootingWith('db-07').build(),
    objects: [aBoot('Ready')],
    because: 'CleaningUp',
    asks: [clearBoot],
  },
  {
    name: 'Available → Reserved when a claim holds it',
    server: aServer().in('Available').claimedBy().build(),
    next: 'Reserved',
    because: 'Claimed',
  },
  // Reserved
  {
    name: 'Reserved waits for a boot configuration',
    server: aServer().in('Reserved').claimedBy().build(),
    objects: [aClaim()],
    because: 'WaitingForBootConfiguration',
  },
  {
    name: 'Reserved does not boot with the boot configuration of somebody else',
    server: reserved().build(),
    objects: [aClaim(), aBoot('Ready', 'other-uid')],
    because: 'WaitingForBootConfiguration',
  },
  {
    name: 'Reserved waits until the boot configuration is Ready',
    server: reserved().build(),
    objects: [aClaim(), aBoot('Pending')],
    because: 'WaitingForBootConfiguration',
  },
  {
    name: 'Reserved names a failed boot configuration, once',
    server: reserved().build(),
    objects: [aClaim(), aBoot('Error')],
    because: 'BootConfigurationFailed',
    asks: ['announce BootConfigurationFailed'],
  },
  {
    name: 'Reserved does not repeat what is said already',
    server: reserved().reasoned('Ready', 'BootConfigurationFailed').build(),
    objects: [aClaim(), aBoot('Error')],
    because: 'BootConfigurationFailed',
  },
  {
    name: 'Reserved boots from the network the first time',
    server: reserved().build(),
    objects: bound,
    because: 'PoweringOn',
    asks: ['bootOnce Pxe', 'setPower On graceful'],
  },
  {
    name: 'Reserved does not re-install a host that crashed',
    server: reserved().bootedWith(mark).build(),
    objects: bound,
    because: 'PoweringOn',
    asks: ['setPower On graceful'],
  },
  {
    name: 'Reserved boots from the network again after the boot configuration changed',
    server: reserved().bootedWith('boot-uid/2').build(),
    objects: bound,
    because: 'PoweringOn',
    asks: ['bootOnce Pxe', 'setPower On graceful'],
  },
  {
    name: 'Reserved remembers what was booted when the machine is on',
    server: reserved().intending('On', 5_000, mark).build(),
    objects: bound,
    power: 'On',
    because: 'PoweredOn',
    asks: [booted(mark)],
    settled: true,
  },
  {
    name: 'Reserved rests while power is as the claim wants it',
    server: reserved().bootedWith(mark).build(),
    objects: bound,
    power: 'On',
    because: 'PoweredOn',
    settled: true,
  },
  {
    name: 'Reserved switches off for a claim that wants it off, without a network boot',
    server: reserved().build(),
    objects: [aClaim({ power: 'Off' }), aBoot('Ready')],
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'Reserved leaves power alone when the claim does not say',
    server: reserved().build(),
    objects: [aClaim({ power: '' }), aBoot('Ready')],
    power: 'On',
    because: 'PowerLeftAlone',
    settled: true,
  },
  // Release
  {
    name: 'Reserved is not released while the machine is on',
    server: reserved().build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: [clearBoot, 'setPower Off graceful'],
  },
  {
    name: 'Reserved is not released while power is unknown',
    server: reserved().build(),
    power: undefined,
    because: 'PowerStateUnknown',
    asks: [clearBoot],
  },
  {
    name: 'Reserved does not send a second shutdown within the grace',
    server: reserved().intending('Off', minute).condition('WaitingForPowerOff', 'True', minute).build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: [clearBoot],
  },
  {
    name: 'Reserved gives a shutdown that may have gone out its whole grace, although we were killed',
    server: reserved().intending('Off', 20_000).build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: [clearBoot],
  },
  {
    name: 'Reserved sends the shutdown again when it never showed and nobody knows that it went out',
    server: reserved()
      .intending('Off', 6 * minute)
      .build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: [clearBoot, 'setPower Off graceful'],
  },
  {
    name: 'Reserved forces off instead, when it may',
    server: reserved()
      .intending('Off', 6 * minute)
      .build(),
    power: 'On',
    settings: { enforcePowerOff: true },
    because: 'WaitingForPowerOff',
    asks: [clearBoot, 'setPower Off force'],
  },
  {
    name: 'Reserved sends a forced power-off again when nobody knows that it went out',
    server: reserved().intending('ForceOff', 20_000).build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: [clearBoot, 'setPower Off force'],
  },
  {
    name: 'Reserved says so when a shutdown is not honoured',
    server: reserved()
      .intending('Off', 6 * minute)
      .condition('WaitingForPowerOff', 'True', 6 * minute)
      .build(),
    power: 'On',
    because: 'PowerOffNotHonoured',
    asks: [clearBoot, 'announce PowerOffNotHonoured'],
  },
  {
    name: 'Reserved forces off once after the grace, when it may',
    server: reserved()
      .intending('Off', 6 * minute)
      .condition('WaitingForPowerOff', 'True', 6 * minute)
      .build(),
    power: 'On',
    settings: { enforcePowerOff: true },
    because: 'WaitingForPowerOff',
    asks: [clearBoot, 'setPower Off force'],
  },
  {
    name: 'Reserved does not force off twice',
    server: reserved()
      .intending('ForceOff', 6 * minute)
      .condition('WaitingForPowerOff', 'True', 6 * minute)
      .build(),
    power: 'On',
    settings: { enforcePowerOff: true },
    because: 'PowerOffNotHonoured',
    asks: [clearBoot, 'announce PowerOffNotHonoured'],
  },
  {
    name: 'Reserved → Available when the claim is gone and the machine is off',
    server: reserved().build(),
    next: 'Available',
    because: 'Recycled',
    asks: [forgetTenant],
  },
  {
    name: 'Reserved → Available also when the reference was removed by hand, off first',
    server: aServer().in('Reserved').build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'a new claim of the same name does not inherit the machine',
    server: reserved().build(),
    objects: [{ ...aClaim(), metadata: { ...aClaim().metadata, uid: 'new-uid' } }, aBoot('Ready')],
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: [clearBoot, 'setPower Off graceful'],
  },
  {
    name: 'Reserved → Released when the server is to be retained',
    server: reserved().retained().build(),
    next: 'Released',
    because: 'ClaimGone',
    asks: [clearBoot, keepTenant],
  },
  // Released
  {
    name: 'Released rests until the claim reference is removed',
    server: aServer().in('Released').claimedBy().retained().build(),
    because: 'Retained',
    settled: true,
  },
  {
    name: 'Released stays off',
    server: aServer().in('Released').claimedBy().retained().build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'Released forgets the claim before it is offered',
    server: aServer().in('Released').claimedBy().unclaimed().build(),
    because: 'ForgettingClaim',
    asks: [forgetTenant],
  },
  {
    name: 'Released → Available once nothing names the claim',
    server: aServer().in('Released').build(),
    next: 'Available',
    because: 'ReleaseFinished',
  },
  // Parking
  {
    name: 'a request to park switches the machine off first',
    server: aServer().in('Available').annotated('metal.ironcore.dev/operation', 'park').build(),
    power: 'On',
    because: 'WaitingForPowerOff',
    asks: ['setPower Off graceful'],
  },
  {
    name: 'a request to park a claimed machine ends in the marker, once it is off',
    server: reserved().annotated('metal.ironcore.dev/operation', 'park').build(),
    objects: bound,
    because: 'Parking',
    asks: [
      'patchSelf {"metadata":{"annotations":{"metal.ironcore.dev/parked":"true","metal.ironcore.dev/operation":null}}}',
      'announce Parked',
    ],
  },
  {
    name: 'a request to park waits for the end of a discovery',
    server: discovering().annotated('metal.ironcore.dev/operation', 'park').build(),
    objects: [aDiscoveryBoot('Pending')],
    because: 'ParkDeferred',
    asks: ['announce ParkDeferred'],
  },
  {
    name: 'a deferred request is said once, and the discovery goes on',
    server: discovering().annotated('metal.ironcore.dev/operation', 'park').reasoned('Parking', 'ParkDeferred').build(),
    objects: [aDiscoveryBoot('Pending')],
    because: 'WaitingForBootConfiguration',
    asks: ['expectProbe'],
  },
  {
    name: 'a deferred request that was taken back is forgotten',
    server: discovering().reasoned('Parking', 'ParkDeferred').build(),
    because: 'ParkWithdrawn',
  },
  {
    name: 'the marker alone parks a server, whatever its status says',
    server: aServer().in('Available').annotated('metal.ironcore.dev/parked', 'true').build(),
    power: 'On',
    next: 'Parked',
    because: 'Parked',
  },
  {
    name: 'a parked machine is looked at and left alone, even when somebody switched it on',
    server: aServer().in('Parked').annotated('metal.ironcore.dev/parked', 'true').build(),
    power: 'On',
    because: 'Parked',
    settled: true,
  },
  {
    name: 'an operation on a parked server is dropped, and said',
    server: aServer()
      .in('Parked')
      .annotated('metal.ironcore.dev/parked', 'true')
      .annotated('metal.ironcore.dev/operation', 'force-off-server')
      .build(),
    because: 'Parked',
    asks: [
      'patchSelf {"metadata":{"annotations":{"metal.ironcore.dev/parked":"true","metal.ironcore.dev/operation":null}}}',
      'announce ParkedOperationDropped',
    ],
    settled: true,
  },
  {
    name: 'an operation no server knows is refused while parked, too',
    server: aServer().in('Parked').annotated('metal.ironcore.dev/parked', 'true').asking('make-coffee').build(),
    because: 'UnsupportedOperation',
    asks: [consumed, 'announce UnsupportedOperation'],
  },
  {
    name: "another feature's operation stays while parked",
    server: aServer().in('Parked').annotated('metal.ironcore.dev/parked', 'true').asking('rotate-credentials').build(),
    because: 'Parked',
    settled: true,
  },
  {
    name: 'unpark removes the marker and the request together',
    server: aServer()
      .in('Parked')
      .annotated('metal.ironcore.dev/parked', 'true')
      .annotated('metal.ironcore.dev/operation', 'unpark')
      .build(),
    because: 'Unparking',
    asks: [
      'patchSelf {"metadata":{"annotations":{"metal.ironcore.dev/parked":null,"metal.ironcore.dev/operation":null}}}',
      'announce Unparking',
    ],
  },
  {
    name: 'unpark of a server that is not parked is consumed',
    server: aServer().in('Available').annotated('metal.ironcore.dev/operation', 'unpark').build(),
    because: 'NotParked',
    asks: [
      'patchSelf {"metadata":{"annotations":{"metal.ironcore.dev/parked":null,"metal.ironcore.dev/operation":null}}}',
    ],
  },
  {
    name: 'Parked → Available when the marker is gone',
    server: aServer().in('Parked').build(),
    next: 'Available',
    because: 'Resumed',
    asks: ['announce Resumed'],
  },
  {
    name: 'Parked → Reserved when a claim holds the server',
    server: aServer().in('Parked').claimedBy().build(),
    next: 'Reserved',
    because: 'Resumed',
    asks: ['announce Resumed'],
  },
  // Maintenance, as v0.7.0 has it
  ...(['Discovery', 'Available', 'Released'] as const).map((state) => ({
    name: `${state} → Maintenance when a ServerMaintenance holds the server`,
    server: aServer().in(state).inMaintenance().build(),
    next: 'Maintenance',
    because: 'MaintenanceBegins',
  })),
  {
    name: 'Reserved → Maintenance, the claim stays',
    server: reserved().inMaintenance().build(),
    objects: bound,
    power: 'On',
    next: 'Maintenance',
    because: 'MaintenanceBegins',
  },
  {
    name: 'a new server is looked at before its maintenance',
    server: aServer().in('Initial').inMaintenance().build(),
    because: 'PreparingBoot',
    asks: ['apply ServerBootConfiguration rack1-system-0-discovery'],
  },
  {
    name: 'Maintenance rests while it holds the server, whatever its power',
    server: aServer().in('Maintenance').inMaintenance().build(),
    power: 'On',
    because: 'InMaintenance',
    settled: true,
  },
  {
    name: 'Maintenance follows the power of the spec',
    server: aServer().in('Maintenance').inMaintenance().with({ power: 'On' }).build(),
    because: 'PoweringOn',
    asks: ['setPower On graceful'],
  },
  {
    name: 'Maintenance ends its power intent',
    server: aServer().in('Maintenance').inMaintenance().with({ power: 'On' }).intending('On', 5_000).build(),
    power: 'On',
    because: 'InMaintenance',
    asks: [noIntent],
    settled: true,
  },
  {
    name: 'Maintenance → Initial when nothing holds it any more',
    server: aServer().in('Maintenance').build(),
    next: 'Initial',
    because: 'MaintenanceOver',
  },
  {
    name: 'Maintenance → Reserved where a claim holds the server: its machine is not discovered again',
    server: aServer().in('Maintenance').claimedBy().build(),
    next: 'Reserved',
    because: 'MaintenanceOver',
  },
  // Error
  ...(['Initial', 'Discovery', 'Available'] as const).map((state) => ({
    name: `${state} → Error when another machine answers`,
    server: (state === 'Discovery' ? discovering() : aServer().in(state)).build(),
    objects: ready,
    stranger: true,
    power: 'On' as const,
    next: 'Error',
    because: 'IdentityChanged',
    asks: [annotating(failure('IdentityChanged', 1, 0, stranger)), 'announce IdentityChanged'],
  })),
  {
    name: 'a claimed server stays Reserved when another machine answers, and says so',
    server: reserved().build(),
    objects: bound,
    stranger: true,
    because: 'IDENTITY_CHANGED',
  },
  {
    name: 'Discovery → Error after the third timeout in a row',
    server: inDiscovery()
      .discovering(31 * minute)
      .annotated('metalctl.dev/failure', failure('DiscoveryTimedOut', 2, 31 * minute)['metalctl.dev/failure'])
      .build(),
    objects: ready,
    next: 'Error',
    because: 'DiscoveryTimedOut',
    asks: [
      'forgetProbe',
      'delete ServerBootConfiguration rack1-system-0-discovery',
      clearBoot,
      annotating(failure('DiscoveryTimedOut', 3, 0, 'No report from the probe in time, 3 times in a row')),
      'announce DiscoveryTimedOut',
    ],
  },
  {
    name: 'a discovery that succeeds forgets those that failed',
    server: probed()
      .annotated('metalctl.dev/failure', failure('DiscoveryTimedOut', 2, minute)['metalctl.dev/failure'])
      .build(),
    objects: ready,
    next: 'Available',
    because: 'DiscoveryCompleted',
    asks: [
      'forgetProbe',
      'delete ServerBootConfiguration rack1-system-0-discovery',
      clearBoot,
      annotating({ 'metalctl.dev/failure': null }),
    ],
  },
  {
    name: 'Error pauses, and asks nothing of the machine',
    server: failed('DiscoveryTimedOut', 3, 59 * minute).build(),
    because: 'DiscoveryTimedOut',
    settled: true,
  },
  {
    name: 'Error → Initial when the pause is over',
    server: failed('DiscoveryTimedOut', 3, 61 * minute).build(),
    next: 'Initial',
    because: 'TriedAgain',
  },
  {
    name: 'Error → Initial at once when asked to retry',
    server: failed('DiscoveryTimedOut', 3, minute).asking('retry').build(),
    next: 'Initial',
    because: 'RetryRequested',
    asks: [consumed],
  },
  {
    name: 'Error → Reserved where a claim holds the server',
    server: aServer().in('Error').claimedBy().build(),
    next: 'Reserved',
    because: 'TriedAgain',
  },
  {
    name: 'Error stays while the wrong machine answers, and pauses longer',
    server: failed('IdentityChanged', 1, 16 * minute).build(),
    stranger: true,
    because: 'IdentityChanged',
    asks: [annotating(failure('IdentityChanged', 2, 0, stranger))],
    settled: true,
  },
  // Operations
  ...['graceful-restart-server', 'hard-restart-server', 'power-cycle-server'].map((operation) => ({
    name: `${operation} is sent once, and ends with its answer`,
    server: reserved().asking(operation).build(),
    objects: bound,
    power: 'On' as const,
    because: 'Operating',
    asks: ['reset', endReset],
  })),
  ...['graceful-restart-server', 'hard-restart-server', 'power-cycle-server'].map((operation) => ({
    name: `${operation} of a machine that is off is refused, not sent: nothing may switch it on`,
    server: aServer().in('Available').asking(operation).build(),
    because: 'OperationRefused',
    asks: [consumed, 'announce OperationRefused'],
  })),
  {
    name: 'force-off is a forced power-off with its intent',
    server: reserved().asking('force-off-server').build(),
    objects: bound,
    power: 'On',
    because: 'Operating',
    asks: ['setPower Off force'],
  },
  {
    name: 'force-off of a machine that is off was heard already',
    server: aServer().in('Available').asking('force-off-server').build(),
    because: 'OperationCompleted',
    asks: [consumed],
  },
  {
    name: 'force-on of a claimed machine is sent',
    server: reserved().asking('force-on-server').build(),
    objects: bound,
    because: 'Operating',
    asks: ['setPower On force'],
  },
  ...['Initial', 'Available', 'Released'].map((state) => ({
    name: `force-on of a machine nobody holds is refused (${state})`,
    server: aServer().in(state).asking('force-on-server').build(),
    because: 'OperationRefused',
    asks: [consumed, 'announce OperationRefused'],
  })),
  ...['graceful-restart-bmc', 'force-ssh-reset-bmc', 'make-coffee'].map((operation) => ({
    name: `${operation} is refused by name and touches no host`,
    server: reserved().asking(operation).build(),
    power: 'On' as const,
    because: 'UnsupportedOperation',
    asks: [consumed, 'announce UnsupportedOperation'],
  })),
  ...['retry', 'retry-propagated', 'rotate-credentials', 'allow-in-progress-delete', 'allow-in-progress-update'].map(
    (operation) => ({
      name: `${operation} is read elsewhere: the state's own work goes on`,
      server: aServer().in('Available').withInventory().asking(operation).build(),
      because: 'Available',
      settled: true,
    }),
  ),
  {
    name: 'a restart on record waits for evidence, and nothing else is done meanwhile',
    server: reserved().annotated('metalctl.dev/reset-intent', restarting('power-cycle-server', 5_000)).build(),
    power: 'On',
    because: 'ResolvingOperation',
  },
  {
    name: 'a restart that shows in the power was carried out',
    server: reserved().annotated('metalctl.dev/reset-intent', restarting('power-cycle-server', 5_000)).build(),
    power: 'PoweringOn',
    because: 'OperationCompleted',
    asks: [endReset],
  },
  {
    name: 'a restart that shows in the boot progress was carried out',
    server: reserved()
      .annotated('metalctl.dev/reset-intent', restarting('graceful-restart-server', 5_000, { progress: 'OSRunning' }))
      .build(),
    power: 'On',
    system: { bootProgress: 'MemoryInitializationStarted' },
    because: 'OperationCompleted',
    asks: [endReset],
  },
  ...['graceful-restart-server', 'hard-restart-server', 'power-cycle-server'].map((operation) => ({
    name: `${operation} that may have been heard is not sent again, and that is said`,
    server: reserved().annotated('metalctl.dev/reset-intent', restarting(operation, 16_000)).build(),
    power: 'On' as const,
    because: 'OperationOutcomeUnknown',
    asks: [endReset, 'announce OperationOutcomeUnknown'],
  })),
  {
    name: 'a restart the machine does not know is noted, and over',
    server: reserved()
      .annotated('metalctl.dev/reset-intent', restarting('power-cycle-server', 1_000, { isRefused: true }))
      .build(),
    power: 'On',
    because: 'ResetTypeUnsupported',
    asks: [endReset],
  },
  {
    name: 'a request made while a restart is open waits for its end',
    server: reserved()
      .asking('power-cycle-server')
      .annotated('metalctl.dev/reset-intent', restarting('power-cycle-server', 5_000))
      .build(),
    power: 'On',
    because: 'ResolvingOperation',
  },
  // Light and boot order
  {
    name: 'a light that is not as wanted is asked for',
    server: aServer().in('Available').withInventory().with({ indicatorLED: 'Blinking' }).build(),
    system: { indicatorLED: 'Off' },
    because: 'Available',
    asks: ['setIndicator Blinking'],
    settled: true,
  },
  {
    name: 'a light is asked for on a claimed server, too',
    server: reserved().bootedWith(mark).with({ indicatorLED: 'Lit' }).build(),
    objects: bound,
    power: 'On',
    system: { indicatorLED: 'Off' },
    because: 'PoweredOn',
    asks: ['setIndicator Lit'],
    settled: true,
  },
  {
    name: 'a light that is as wanted is not asked for',
    server: aServer().in('Available').withInventory().with({ indicatorLED: 'Lit' }).build(),
    system: { indicatorLED: 'Lit' },
    because: 'Available',
    settled: true,
  },
  {
    name: 'a BMC that shows blinking as lit is asked once',
    server: aServer()
      .in('Available')
      .withInventory()
      .with({ indicatorLED: 'Blinking' })
      .annotated('metalctl.dev/indicator-asked', light('Blinking', 'Off'))
      .build(),
    system: { indicatorLED: 'Lit' },
    because: 'Available',
    settled: true,
  },
  {
    name: 'a BMC that tells no light is asked once',
    server: aServer()
      .in('Available')
      .withInventory()
      .with({ indicatorLED: 'Lit' })
      .annotated('metalctl.dev/indicator-asked', light('Lit', null))
      .build(),
    because: 'Available',
    settled: true,
  },
  {
    name: 'a light that is shown is remembered no longer',
    server: aServer()
      .in('Available')
      .withInventory()
      .with({ indicatorLED: 'Lit' })
      .annotated('metalctl.dev/indicator-asked', light('Lit', 'Off'))
      .build(),
    system: { indicatorLED: 'Lit' },
    because: 'Available',
    asks: [annotating({ 'metalctl.dev/indicator-asked': null })],
    settled: true,
  },
  {
    name: 'Unknown is a report and no wish',
    server: aServer().in('Available').withInventory().with({ indicatorLED: 'Unknown' }).build(),
    system: { indicatorLED: 'Lit' },
    because: 'Available',
    settled: true,
  },
  {
    name: 'a boot order that differs is asked for by priority',
    server: aServer().in('Available').withInventory().with({ bootOrder }).build(),
    system: { bootOrder: ['Boot0002', 'Boot0001'] },
    because: 'Available',
    asks: ['setBootOrder Boot0001,Boot0002'],
    settled: true,
  },
  {
    name: 'a boot order as wanted is not asked for',
    server: aServer().in('Available').withInventory().with({ bootOrder }).build(),
    system: { bootOrder: ['Boot0001', 'Boot0002'] },
    because: 'Available',
    settled: true,
  },
  {
    name: 'a BMC that shows the new order late is asked once',
    server: aServer()
      .in('Available')
      .withInventory()
      .with({ bootOrder })
      .annotated('metalctl.dev/boot-order-asked', orderAsked(['Boot0002', 'Boot0001']))
      .build(),
    system: { bootOrder: ['Boot0002', 'Boot0001'] },
    because: 'Available',
    settled: true,
  },
  {
    name: 'a BMC that tells no boot order is asked once',
    server: aServer()
      .in('Available')
      .withInventory()
      .with({ bootOrder })
      .annotated('metalctl.dev/boot-order-asked', orderAsked(null))
      .build(),
    because: 'Available',
    settled: true,
  },
  {
    name: 'a boot order that somebody changed since is asked for again',
    server: aServer()
      .in('Available')
      .withInventory()
      .with({ bootOrder })
      .annotated('metalctl.dev/boot-order-asked', orderAsked(['Boot0002', 'Boot0001']))
      .build(),
    system: { bootOrder: ['Boot0003'] },
    because: 'Available',
    asks: ['setBootOrder Boot0001,Boot0002'],
    settled: true,
  },
  {
    name: 'no boot order is touched while a network boot is pending: the machine is about to be switched on',
    server: reserved().with({ bootOrder }).build(),
    objects: bound,
    system: { bootOrder: ['Boot0002'] },
    because: 'PoweringOn',
    asks: ['bootOnce Pxe', 'setPower On graceful'],
  },
  // Two objects, one machine
  {
    name: 'a machine that two servers stand for is not acted upon',
    server: aServer().in('Available').build(),
    objects: [twin()],
    power: 'On',
    because: 'DUPLICATE_IDENTITY',
  },
  // Every phase
  {
    name: 'a server without address for its BMC says so',
    server: aServer().in('Available').withoutBmc().build(),
    because: 'SPEC_INVALID',
  },
];

async function outcome(row: Row) {
  const bmcs = fakeBmcs();
  const machine = bmcs.add('rack1', {
    uuid: row.stranger ? '99999999-0000-0000-0000-000000000000' : uuid,
    power: 'power' in row ? row.power : 'Off',
  });
  machine.systems = machine.systems.map((system) => ({ ...system, ...row.system }));
  const probes = fakeProbes();
  if (row.registry !== undefined) probes.url = row.registry ?? undefined;
  if (row.reported) {
    probes.expect(uuid, 'hash', new Date('2027-01-01'));
    probes.arrive(uuid);
  }
  const objects = [aBmc(), aSecret(), ...(row.objects ?? [])];
  return decideIn(serverRegistration, row.server, {
    objects,
    bmcs,
    probes,
    ...(row.settings && { settings: row.settings }),
  });
}

for (const row of rows) {
  test(row.name, async () => {
    if (row.because === row.because.toUpperCase()) {
      await assert.rejects(outcome(row), { code: row.because });
      return;
    }
    const decision = await outcome(row);
    const expected = { next: row.next, because: row.because, asks: row.asks ?? [], settled: row.settled ?? false };
    const found = {
      next: decision.next,
      because: decision.because,
      asks: asked(decision),
      settled: decision.isSettled,
    };
    assert.deepEqual(found, expected);
  });
}

test('every edge of the table has a row', () => {
  const walked = new Set(rows.map((row) => `${row.server.status?.state} → ${row.next}`));
  for (const [state, { to }] of Object.entries(serverMachine.table)) {
    for (const next of to) assert.ok(walked.has(`${state} → ${next}`), `no row for ${state} → ${next}`);
  }
});

for (const state of ['Initial', 'Discovery', 'Available', 'Reserved', 'Released', 'Maintenance', 'Error']) {
  test(`another machine behind the address is looked at and never acted upon (${state})`, async () => {
    const bmcs = fakeBmcs();
    bmcs.add('rack1', { uuid: '99999999-0000-0000-0000-000000000000', power: 'On' });
    const server = aServer().in(state).asking('power-cycle-server').with({ indicatorLED: 'Lit', bootOrder });
    const given = { objects: [aBmc(), aSecret()], bmcs };
    const effects = await decideIn(serverRegistration, server.build(), given).then(asked, () => []);
    assert.deepEqual(
      effects.filter((effect) => !/^(patchSelf|announce)/.test(effect)),
      [],
    );
    assert.ok(bmcs.machine('rack1').calls.every((call) => call === 'system'));
  });
}

test('a server waits while its BMC object is not Enabled', async () => {
  const given = { objects: [aBmc('Pending'), aSecret()] };
  await assert.rejects(decideIn(serverRegistration, aServer().in('Available').build(), given), {
    code: 'BMC_UNAVAILABLE',
  });
});

test('the timeout of a discovery counts from its own start', () => {
  assert.equal(inDiscovery().discovering(minute).build().status?.conditions?.[0]?.lastTransitionTime, before(minute));
});

for (const code of ['BMC_ERROR', 'BMC_TIMEOUT'] as const) {
  test(`a BMC that cannot tell its storage is discovered all the same, and the missing part is named (${code})`, async () => {
    const bmcs = fakeBmcs();
    const machine = bmcs.add('rack1', { uuid });
    machine.failNext('storages', new TransientError(code, 'reading storage'));
    const given = { objects: [aBmc(), aSecret()], bmcs };
    const decision = await decideIn(serverRegistration, aServer().in('Initial').build(), given);
    assert.equal(decision.because, 'PreparingBoot');
    assert.deepEqual(Object.keys(decision.status).includes('storages'), false);
    assert.deepEqual(
      decision.conditions.map(({ type, status, message }) => [type, status, message]),
      [['InventoryComplete', 'False', 'The BMC does not tell: storage (reading storage)']],
    );
  });
}

test('a BMC that went away while its inventory was read is a failure of the visit', async () => {
  const bmcs = fakeBmcs();
  bmcs.add('rack1', { uuid }).failNext('storages', new TransientError('BMC_UNREACHABLE', 'gone'));
  const given = { objects: [aBmc(), aSecret()], bmcs };
  await assert.rejects(decideIn(serverRegistration, aServer().in('Initial').build(), given), {
    code: 'BMC_UNREACHABLE',
  });
});

const incomplete = (tries: number, agoMs: number) =>
  aServer()
    .in('Available')
    .withInventory()
    .condition('InventoryComplete', 'False', minute)
    .annotated('metalctl.dev/inventory-attempts', JSON.stringify({ tries, at: before(agoMs) }));

test('parts that could not be read are asked for again when the machine is free, and the attempts forgotten', async () => {
  const bmcs = fakeBmcs();
  bmcs.add('rack1', { uuid });
  const given = { objects: [aBmc(), aSecret()], bmcs };
  const decision = await decideIn(serverRegistration, incomplete(1, 2 * minute).build(), given);
  assert.deepEqual(Object.keys(decision.status).includes('storages'), true);
  assert.ok(decision.conditions.some(({ type, status }) => type === 'InventoryComplete' && status === 'True'));
  assert.deepEqual(asked(decision), [annotating({ 'metalctl.dev/inventory-attempts': null })]);
});

test('attempts to read what is missing are spaced further and further', async () => {
  const bmcs = fakeBmcs();
  const machine = bmcs.add('rack1', { uuid });
  const given = { objects: [aBmc(), aSecret()], bmcs };
  const early = await decideIn(serverRegistration, incomplete(3, 7 * minute).build(), given);
  assert.deepEqual(machine.calls, ['system']);
  assert.equal(early.recheckMs, minute);
  machine.failNext('storages', new TransientError('BMC_ERROR', 'reading storage'));
  const due = await decideIn(serverRegistration, incomplete(3, 8 * minute).build(), given);
  const tries = JSON.stringify({ tries: 4, at: before(0) });
  assert.deepEqual(asked(due), [annotating({ 'metalctl.dev/inventory-attempts': tries })]);
});

/** A BMC that was asked for its own sake just now: it answers with `remembered` where that is allowed, else with `now`. */
function sparing(remembered: PowerState, now: PowerState) {
  const bmcs = fakeBmcs();
  const machine = bmcs.add('rack1', { uuid, power: now });
  const open = (access: BmcAccess): Bmc => {
    const bmc = bmcs.open(access);
    return {
      ...bmc,
      system: async (uri, ageMs, spareMs = 0) => {
        const system = await bmc.system(uri, ageMs);
        return spareMs > 0 ? { ...system, powerState: remembered, isSpared: true } : system;
      },
    };
  };
  return { machine, given: { objects: [aBmc(), aSecret(), ...bound], bmcs: { ...bmcs, open } } };
}

test('what is remembered of a machine confirms that nothing is to be done', async () => {
  for (const server of [aServer().in('Available').withInventory().powered('Off'), reserved().powered('Off')]) {
    const { machine, given } = sparing('Off', 'On');
    const claim = { ...aClaim({ power: 'Off' }) };
    const objects = [aBmc(), aSecret(), claim, aBoot('Ready')];
    const decision = await decideIn(serverRegistration, server.build(), { ...given, objects });
    assert.deepEqual([machine.calls, asked(decision)], [['system'], []], decision.because);
  }
});

test('whatever else is decided is decided on a read of its own', async () => {
  const { machine, given } = sparing('On', 'Off');
  const free = aServer().in('Available').withInventory().powered('Off').build();
  const decision = await decideIn(serverRegistration, free, given);
  assert.deepEqual([machine.calls, decision.because, asked(decision)], [['system', 'system'], 'Available', []]);
});

test('a failed server is not ready, though nothing is left to do', async () => {
  const bmcs = fakeBmcs();
  bmcs.add('rack1', { uuid });
  const given = { objects: [aBmc(), aSecret()], bmcs };
  const decision = await decideIn(serverRegistration, failed('DiscoveryTimedOut', 3, minute).build(), given);
  assert.deepEqual([decision.isSettled, decision.needsPerson, decision.recheckMs], [true, true, 59 * minute]);
  assert.deepEqual(summaryOf('Ready', decision).status, 'False');
  assert.match(decision.message, /kubectl annotate server rack1-system-0 metal.ironcore.dev\/operation=retry/);
});

// A soak found a machine switched on, from its disk, for a claim that was on its way out: the cache was behind.
const going = { ...aClaim(), metadata: { ...aClaim().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
const behind: readonly [string, Record<string, KubeObject | undefined>][] = [
  ['its claim is being deleted', { ServerClaim: going }],
  ['its claim is gone', { ServerClaim: undefined }],
  [
    'its claim is another of its name',
    { ServerClaim: { ...aClaim(), metadata: { ...aClaim().metadata, uid: 'new' } } },
  ],
  ['its boot configuration is gone', { ServerBootConfiguration: undefined }],
  ['its boot configuration is not Ready any more', { ServerBootConfiguration: aBoot('Pending') }],
];
for (const [words, live] of [...behind, ['nothing has changed', {}] as const]) {
  test(`a machine is switched on only by what is so now: ${words}`, async () => {
    const bmcs = fakeBmcs();
    bmcs.add('rack1', { uuid, power: 'Off' });
    const objects = [aBmc(), aSecret(), aClaim(), aBoot('Ready')];
    const decision = await decideIn(serverRegistration, reserved().build(), { objects, bmcs, live });
    const isSwitchedOn = asked(decision).some((each) => each.startsWith('setPower On'));
    assert.equal(isSwitchedOn, words === 'nothing has changed');
    if (!isSwitchedOn) assert.equal(decision.because, 'ClaimGoing');
  });
}
