/** The shipped alerts: upstream's names, expressions over series that are really told, and a way out for whoever is woken. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Server } from '../../../src/api/metal/v1alpha1/index.js';
import { Monitor } from '../../../src/commands/impl/reconcile-monitor.js';
import { Runner, reconcilers } from '../../../src/reconcile/index.js';
import * as serving from '../../../src/serve/index.js';
import { metricsText } from '../../../src/serve/monitor/text.js';
import { aServer } from '../../support/build.js';
import { world } from '../../support/world.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}
const { groups } = parse(readFileSync('config/prometheus/alerts.yaml', 'utf8')) as {
  groups: { name: string; rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** What a daemon with one server tells, visit and all. */
function told(): string {
  const w = world();
  const monitor = new Monitor(serving, w.clock);
  const runner = new Runner(w.ports, { registrations: reconcilers, settings: w.settings });
  monitor.started(runner, () => true);
  monitor.leading();
  const server = aServer().in('Available').powered('Off').build();
  const kind = reconcilers.find(({ name }) => name === 'server')?.kind;
  assert.ok(kind);
  runner.store.put(kind, server as Server);
  monitor.stopping();
  return metricsText(monitor.families());
}

test('every alert of upstream is there under its name', () => {
  const names = rules.map(({ alert }) => alert);
  for (const name of [
    'NoAvailableServers',
    'ServersInErrorState',
    'ServersPoweringOnTooLong',
    'ServersPoweringOffTooLong',
    'HighReconciliationErrorRate',
    'LowAvailableServerCapacity',
    'ServerMetricsMissing',
    'ServerReconciliationFailureSpike',
  ])
    assert.ok(names.includes(name), name);
  assert.equal(groups[0]?.name, 'metal_operator_servers');
});

test('expressions ask for metrics and label values that are told', () => {
  const text = told();
  for (const { alert, expr } of rules) {
    const selectors = [...expr.matchAll(/\b(metal\w*)(\{([^}]*)\})?/g)];
    assert.ok(selectors.length > 0, alert);
    for (const [, name = '', , labels = ''] of selectors) {
      assert.ok(text.includes(`# TYPE ${name} `), `${alert}: ${name} is not told`);
      const [, label, value] = /^(\w+)="(\w+)"$/.exec(labels) ?? [];
      if (label !== undefined)
        assert.match(text, new RegExp(`${name}\\{[^}]*${label}="${value}"[^}]*\\} `), `${alert}: ${labels}`);
    }
  }
});

test('no expression counts series: each server has one per state, present or not', () => {
  for (const { alert, expr } of rules) assert.doesNotMatch(expr, /\bcount\(/, alert);
});

test('whoever is woken is told what is wrong and what to run', () => {
  for (const { alert, labels, annotations } of rules) {
    assert.match(labels.severity, /^(warning|critical)$/, alert);
    assert.ok(annotations.summary.endsWith('.') && annotations.action.length > 10, alert);
  }
});
