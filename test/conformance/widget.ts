/** A custom resource with a bit of everything, for the conformance suite. */
import assert from 'node:assert/strict';
import { testServer } from './servers/choice.js';
import type { Body, TestApi } from './start-api.js';

const GROUP = 'conformance.metalctl.dev';
export const API_VERSION = `${GROUP}/v1`;
export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const WIDGETS = `/apis/${API_VERSION}/namespaces/default/widgets`;

export const MERGE = { 'content-type': 'application/merge-patch+json' };
export const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
export const APPLY = { 'content-type': 'application/apply-patch+yaml' };
export const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };

const text = { type: 'string' };

const spec = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { ...text, minLength: 1, maxLength: 20, pattern: '^[a-z]+$' },
    size: { type: 'integer', minimum: 1, maximum: 10, default: 3 },
    mode: { ...text, enum: ['Auto', 'Manual'], default: 'Auto' },
    once: { ...text, 'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'once is immutable' }] },
    tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    steps: { type: 'array', items: text },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port'],
      items: { type: 'object', required: ['port'], properties: { port: { type: 'integer' }, label: text } },
    },
    settings: { type: 'object', properties: { color: { ...text, default: 'red' } } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    low: { type: 'integer' },
    high: { type: 'integer' },
  },
  'x-kubernetes-validations': [
    { rule: '!has(self.low) || !has(self.high) || self.low <= self.high', message: 'low must not exceed high' },
  ],
};

const status = {
  type: 'object',
  properties: {
    phase: text,
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: { type: 'object', required: ['type', 'status'], properties: { type: text, status: text } },
    },
  },
};

export const widgetCrd = (): Body => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        selectableFields: [{ jsonPath: '.spec.mode' }],
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: { openAPIV3Schema: { type: 'object', properties: { spec, status } } },
      },
    ],
  },
});

export const widget = (name: string, more: Body = {}): Body => ({
  apiVersion: API_VERSION,
  kind: 'Widget',
  ...more,
  metadata: { name, ...more.metadata },
  spec: { name: 'n', ...more.spec },
});

/** Install the definition; it is served when this returns. */
export async function installWidgets(api: TestApi): Promise<void> {
  const reply = await api.call('POST', CRDS, { body: widgetCrd() });
  assert.equal(reply.status, 201);
  if (testServer().kind !== 'embedded') await eventuallyServed(api, 200);
}

/**
 * A real server establishes a definition, and then serves it, some time after the answer; likewise it forgets it late,
 * and meanwhile answers for the one that was there before. Seen so often in a row, it is so.
 */
export async function eventuallyServed(api: TestApi, status: 200 | 404): Promise<void> {
  const paths = [WIDGETS, `/apis/${API_VERSION}`];
  for (let inRow = 0, tries = 0; inRow < 3; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    const replies = await Promise.all(paths.map((path) => api.call('GET', path)));
    inRow = replies.every((reply) => reply.status === status) ? inRow + 1 : 0;
    assert.ok(tries < 400, `widgets do not come to answer ${status}`);
  }
}

/** Create a widget that must be accepted. */
export async function createWidget(api: TestApi, name: string, more: Body = {}): Promise<Body> {
  const reply = await api.call('POST', WIDGETS, { body: widget(name, more) });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body;
}

export const causes = (reply: { readonly body: Body }): string[] =>
  (reply.body.details?.causes ?? []).map((cause: Body) => `${cause.field}: ${cause.message}`);
