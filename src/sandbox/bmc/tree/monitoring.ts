/** What tells how a machine is: sensors, logs, consoles, and the certificate of the BMC's web server. */
import type { JsonObject } from '../json.js';
import type { ManagerBlueprint, Quirks } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';

const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** A sensor: what it shows while the machine runs, and while it is off. */
interface SensorFacts {
  readonly id: string;
  readonly type: string;
  readonly unit: string;
  readonly on: number;
  readonly off: number;
  readonly critical?: number;
}

export const sensors: readonly SensorFacts[] = [
  { id: 'InletTemp', type: 'Temperature', unit: 'Cel', on: 23, off: 22, critical: 47 },
  { id: 'CPU1Temp', type: 'Temperature', unit: 'Cel', on: 58, off: 24, critical: 95 },
  { id: 'Fan1', type: 'Rotational', unit: 'RPM', on: 8400, off: 0 },
  { id: 'Fan2', type: 'Rotational', unit: 'RPM', on: 8380, off: 0 },
  { id: 'TotalPower', type: 'Power', unit: 'W', on: 412, off: 18 },
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
  const of = (type: string, build: (fact: SensorFacts) => JsonObject): JsonObject[] =>
    sensors.filter((fact) => fact.type === type).map(build);
  const common = ({ id }: SensorFacts): JsonObject => ({ MemberId: id, Name: id, Status: enabledOk });
  const shown = (value: number) => (isText ? String(value) : value);
  tree.put(`${chassis}/Thermal`, 'Thermal.v1_6_0', {
    Temperatures: of('Temperature', (fact) => ({
      ...common(fact),
      ReadingCelsius: shown(fact.off),
      UpperThresholdCritical: fact.critical ?? null,
    })),
    Fans: of('Rotational', (fact) => ({ ...common(fact), Reading: shown(fact.off), ReadingUnits: 'RPM' })),
  });
  tree.put(`${chassis}/Power`, 'Power.v1_6_0', {
    PowerControl: of('Power', (fact) => ({ ...common(fact), PowerConsumedWatts: shown(fact.off) })),
    PowerSupplies: [{ MemberId: 'PSU2', Name: 'PSU2', Status: { State: 'Absent' } }],
  });
  tree.edit(chassis, (doc) => {
    doc.Thermal = link(`${chassis}/Thermal`);
    doc.Power = link(`${chassis}/Power`);
  });
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

/** Adds the certificate service and the certificate of the first manager. */
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
  const action = (name: string): JsonObject => ({ target: `${service}/Actions/CertificateService.${name}` });
  tree.put(service, 'CertificateService.v1_0_4', {
    Name: 'Certificate Service',
    Actions: {
      '#CertificateService.GenerateCSR': action('GenerateCSR'),
      '#CertificateService.ReplaceCertificate': action('ReplaceCertificate'),
    },
  });
  tree.edit(root, (doc) => {
    doc.CertificateService = link(service);
  });
}
