/** What tells how a machine is: sensors, logs, consoles, and the certificate of the BMC's web server. */
import type { JsonObject } from '../json.js';
import type { ManagerBlueprint, Quirks } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';
import { hasMember } from './schema-versions.js';

const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** A sensor: what it shows while the machine is half busy and while it is off, and how far it strays from that. */
export interface SensorFacts {
  readonly id: string;
  readonly type: string;
  readonly unit: string;
  readonly on: number;
  readonly off: number;
  /** How much more it shows at full load than at half. */
  readonly withLoad: number;
  /** What it wanders by itself while the machine is on, and while it is off. */
  readonly jitter: readonly [on: number, off: number];
  readonly critical?: number;
}

export const sensors: readonly SensorFacts[] = [
  { id: 'InletTemp', type: 'Temperature', unit: 'Cel', on: 23, off: 22, withLoad: 0, jitter: [2, 2], critical: 47 },
  { id: 'CPU1Temp', type: 'Temperature', unit: 'Cel', on: 58, off: 24, withLoad: 14, jitter: [2, 1], critical: 95 },
  { id: 'Fan1', type: 'Rotational', unit: 'RPM', on: 8400, off: 0, withLoad: 1600, jitter: [60, 0] },
  { id: 'Fan2', type: 'Rotational', unit: 'RPM', on: 8380, off: 0, withLoad: 1600, jitter: [60, 0] },
  { id: 'TotalPower', type: 'Power', unit: 'W', on: 412, off: 18, withLoad: 160, jitter: [12, 1] },
];

/** Adds sensors to the chassis of a system, in the form of the profile. */
export function putSensors(tree: TreeBuilder, { sensors: form }: Quirks, chassisId: string): void {
  const chassis = `${root}/Chassis/${chassisId}`;
  if (form === 'sensors') putNewSensors(tree, chassis);
  else putOldSensors(tree, chassis, form === 'textNumbers');
}

function putNewSensors(tree: TreeBuilder, chassis: string): void {
  const path = `${chassis}/Sensors`;
  const members = sensors.map(({ id, type, unit, off, critical }) =>
    tree.put(`${path}/${id}`, 'Sensor.v1_7_0', {
      Name: id,
      Reading: off,
      ReadingType: type,
      ReadingUnits: unit,
      Status: enabledOk,
      ...(critical === undefined ? {} : { Thresholds: { UpperCritical: { Reading: critical } } }),
    }),
  );
  tree.collection(path, 'Sensor', members, 'Sensor Collection');
  tree.edit(chassis, (doc) => {
    doc.Sensors = link(path);
  });
}

/** Old firmware writes some numbers as text. */
function putOldSensors(tree: TreeBuilder, chassis: string, isText: boolean): void {
  const of = (type: string, build: (fact: SensorFacts) => JsonObject) =>
    sensors.filter((fact) => fact.type === type).map((fact) => ({ Name: fact.id, Status: enabledOk, ...build(fact) }));
  const shown = (value: number) => (isText ? String(value) : value);
  putLists(tree, `${chassis}/Thermal`, 'Thermal.v1_6_0', {
    Temperatures: of('Temperature', ({ off, critical }) => ({
      ReadingCelsius: shown(off),
      UpperThresholdCritical: critical ?? null,
    })),
    Fans: of('Rotational', ({ off }) => ({ Reading: shown(off), ReadingUnits: 'RPM' })),
  });
  putLists(tree, `${chassis}/Power`, 'Power.v1_6_0', {
    PowerControl: of('Power', ({ off }) => ({ PowerConsumedWatts: shown(off) })),
    PowerSupplies: [{ Name: 'PSU2', Status: { State: 'Absent' } }],
  });
  tree.edit(chassis, (doc) => {
    doc.Thermal = link(`${chassis}/Thermal`);
    doc.Power = link(`${chassis}/Power`);
  });
}

/** Adds a document of lists, whose members are called by their place in it (DSP0266 section 9.6.4, RFC 6901). */
function putLists(tree: TreeBuilder, path: string, type: string, lists: Record<string, readonly JsonObject[]>): void {
  const placed = Object.entries(lists).map(([list, members]) => [
    list,
    members.map((member, i) => ({ '@odata.id': `${path}#/${list}/${i}`, MemberId: String(i), ...member })),
  ]);
  tree.put(path, type, Object.fromEntries(placed));
}

/** Adds the log of the profile, which grows with every event. */
export function putLog(tree: TreeBuilder, { log }: Quirks, system: string, manager: string): void {
  const owner = `${root}/${log.at === 'system' ? `Systems/${system}` : `Managers/${manager}`}`;
  const path = `${owner}/LogServices`;
  const service = `${path}/${log.id}`;
  tree.put(service, 'LogService.v1_3_0', {
    Name: `${log.id} Log`,
    ServiceEnabled: true,
    OverWritePolicy: 'WrapsWhenFull',
    Entries: link(`${service}/Entries`),
    Actions: { '#LogService.ClearLog': { target: `${service}/Actions/LogService.ClearLog` } },
    Status: enabledOk,
  });
  tree.collection(`${service}/Entries`, 'LogEntry', [], 'Log Entry Collection');
  tree.collection(path, 'LogService', [service], 'Log Service Collection');
  tree.edit(owner, (doc) => {
    doc.LogServices = link(path);
  });
}

/** Adds what the profile says of consoles. */
export function putConsoles(tree: TreeBuilder, { console }: Quirks, system: string, manager: string): void {
  if (console.host) {
    const { host } = console;
    tree.edit(`${root}/Systems/${system}`, (doc) => {
      doc.SerialConsole = { MaxConcurrentSessions: 1, SSH: { ServiceEnabled: true, ...host } };
    });
  }
  tree.edit(`${root}/Managers/${manager}`, (doc) => {
    const shared = { ServiceEnabled: true, MaxConcurrentSessions: 4 };
    doc.SerialConsole = { ...shared, ConnectTypesSupported: console.serial };
    doc.CommandShell = { ...shared, ConnectTypesSupported: ['SSH'] };
    doc.GraphicalConsole = { ...shared, ConnectTypesSupported: ['KVMIP'] };
  });
}

/** Adds the certificate of the first manager, and the certificate service where the root's schema has one. */
export function putCertificates(tree: TreeBuilder, manager: ManagerBlueprint): void {
  const protocols = `${root}/Managers/${manager.id}/NetworkProtocol`;
  const collection = `${protocols}/HTTPS/Certificates`;
  const one = tree.put(`${collection}/1`, 'Certificate.v1_7_0', {
    Name: 'HTTPS Certificate',
    CertificateType: 'PEM',
    Subject: { CommonName: '{{host}}' },
    Issuer: { CommonName: 'Emulated Factory' },
  });
  tree.collection(collection, 'Certificate', [one], 'Certificate Collection');
  tree.edit(protocols, (doc) => {
    const https = doc.HTTPS as JsonObject;
    doc.HTTPS = { ...https, Certificates: link(collection) };
  });
  const service = `${root}/CertificateService`;
  const top = tree.docs.get(root);
  if (!top || !hasMember(top, 'CertificateService')) return;
  top.CertificateService = link(service);
  const action = (name: string): JsonObject => ({ target: `${service}/Actions/CertificateService.${name}` });
  tree.put(service, 'CertificateService.v1_0_4', {
    Name: 'Certificate Service',
    Actions: {
      '#CertificateService.GenerateCSR': action('GenerateCSR'),
      '#CertificateService.ReplaceCertificate': action('ReplaceCertificate'),
    },
  });
}
