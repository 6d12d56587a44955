/** TelemetryService: one report of all sensors, made again every minute (DSP2051). */
import type { JsonObject } from '../json.js';
import type { Quirks, SystemBlueprint } from '../profile.js';
import { link, root, type TreeBuilder } from './builder.js';
import { type SensorFacts, sensors } from './monitoring.js';
import { hasMember } from './schema-versions.js';

const service = `${root}/TelemetryService`;
export const reportDefinitionPath = `${service}/MetricReportDefinitions/Environment`;
export const reportPath = `${service}/MetricReports/Environment`;
/** Hardware time from one report to the next. */
export const reportEveryMs = 60_000;

const enabledOk = { State: 'Enabled', Health: 'OK' } as const;

/** Adds the service where the root's schema has one. */
export function putTelemetry(tree: TreeBuilder, quirks: Quirks, systems: readonly SystemBlueprint[]): void {
  const top = tree.docs.get(root);
  if (!top || !hasMember(top, 'TelemetryService')) return;
  top.TelemetryService = link(service);
  const members = (name: string, of: string, path: string): JsonObject =>
    link(tree.collection(`${service}/${name}`, of, [path]));
  tree.put(service, 'TelemetryService.v1_3_1', {
    Name: 'Telemetry Service',
    ServiceEnabled: true,
    Status: enabledOk,
    MinCollectionInterval: 'PT10S',
    MetricReportDefinitions: members('MetricReportDefinitions', 'MetricReportDefinition', reportDefinitionPath),
    MetricReports: members('MetricReports', 'MetricReport', reportPath),
  });
  const metrics = metricsOf(quirks, systems);
  putDefinition(
    tree,
    metrics.map(({ property }) => property),
  );
  tree.put(reportPath, 'MetricReport.v1_4_2', {
    Name: 'Environment',
    MetricReportDefinition: link(reportDefinitionPath),
    ReportSequence: '0',
    Timestamp: null,
    MetricValues: [],
  });
}

function putDefinition(tree: TreeBuilder, properties: readonly string[]): void {
  tree.put(reportDefinitionPath, 'MetricReportDefinition.v1_4_2', {
    Name: 'Environment',
    MetricReportDefinitionType: 'Periodic',
    MetricReportDefinitionEnabled: true,
    Schedule: { RecurrenceInterval: 'PT60S' },
    ReportActions: ['RedfishEvent', 'LogToMetricReportsCollection'],
    ReportUpdates: 'Overwrite',
    Status: enabledOk,
    MetricReport: link(reportPath),
    Metrics: [{ MetricProperties: properties }],
  });
}

/** A sensor of a chassis, and the property that shows its reading. */
export interface Metric {
  readonly id: string;
  readonly property: string;
}

/** What the report is about: every sensor of every machine. */
export const metricsOf = ({ sensors: form }: Quirks, systems: readonly SystemBlueprint[]): readonly Metric[] =>
  systems
    .filter(({ isBootable }) => isBootable)
    .flatMap(({ chassisId }) => sensors.map((fact) => metric(form, `${root}/Chassis/${chassisId}`, fact)));

const metric = (form: Quirks['sensors'], chassis: string, fact: SensorFacts): Metric => ({
  id: fact.id,
  property: `${chassis}/${form === 'sensors' ? `Sensors/${fact.id}#/Reading` : oldPlace(fact)}`,
});

/** Where a reading stands in the lists of old firmware; see `putSensors`. */
function oldPlace({ id, type }: SensorFacts): string {
  const at = sensors.filter((other) => other.type === type).findIndex((other) => other.id === id);
  if (type === 'Temperature') return `Thermal#/Temperatures/${at}/ReadingCelsius`;
  return type === 'Power' ? `Power#/PowerControl/${at}/PowerConsumedWatts` : `Thermal#/Fans/${at}/Reading`;
}
