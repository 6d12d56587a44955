/** The behaviours by resource type. */
import { account, accountCollection } from './account.js';
import type { Behaviour } from './behaviour.js';
import { certificateService } from './certificate-service.js';
import { computerSystem } from './computer-system.js';
import { drive, volume, volumeCollection } from './disks.js';
import { resetStorage, systemErase } from './erasure.js';
import { eventDestination, eventDestinationCollection, eventService } from './event-service.js';
import { chassis, manager, networkProtocol } from './manager.js';
import { logEntries, logService, oldSensors, sensor } from './monitoring.js';
import { isBoolean } from './patching.js';
import { session, sessionCollection } from './session.js';
import { attributeResource } from './settings.js';
import { metricReport, metricReportDefinition } from './telemetry.js';
import { growing, task, taskMonitor, updateService } from './update-service.js';
import { virtualMedia } from './virtual-media.js';

const behaviours: Readonly<Record<string, Behaviour>> = {
  ComputerSystem: computerSystem,
  Manager: manager,
  Chassis: chassis,
  ManagerNetworkProtocol: networkProtocol,
  SessionCollection: sessionCollection,
  Session: session,
  ManagerAccountCollection: accountCollection,
  ManagerAccount: account,
  Bios: attributeResource,
  Sensor: sensor,
  Thermal: oldSensors,
  Power: oldSensors,
  MetricReport: metricReport,
  MetricReportDefinition: metricReportDefinition,
  LogService: logService,
  LogEntryCollection: logEntries,
  Drive: drive,
  Volume: volume,
  VolumeCollection: volumeCollection,
  CertificateService: certificateService,
  VirtualMedia: virtualMedia,
  SecureBoot: { writable: { SecureBootEnable: isBoolean } },
  Storage: { actions: { 'Storage.ResetToDefaults': resetStorage } },
  DellLCService: { actions: { 'DellLCService.SystemErase': systemErase } },
  UpdateService: updateService,
  SoftwareInventoryCollection: growing,
  TaskCollection: growing,
  Task: task,
  TaskMonitor: taskMonitor,
  DellAttributes: attributeResource,
  EventService: eventService,
  EventDestinationCollection: eventDestinationCollection,
  EventDestination: eventDestination,
};

/** What a resource type does; undefined for those that are only read. */
export const behaviourOf = (type: string): Behaviour | undefined => behaviours[type];
