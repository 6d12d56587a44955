/** Metric reports that are those of the minute, and their definition, which can be switched off. */
import { reportPath } from '../tree/telemetry.js';
import type { Behaviour } from './behaviour.js';
import { isBoolean } from './patching.js';

export const metricReport: Behaviour = {
  // Reports of a captured tree stay as they were captured: nobody knows what they measured.
  compute(bmc, path, doc) {
    if (path === reportPath) Object.assign(doc, bmc.telemetry.report);
  },
};

export const metricReportDefinition: Behaviour = {
  privilege: 'ConfigureManager',
  writable: { MetricReportDefinitionEnabled: isBoolean },
};
