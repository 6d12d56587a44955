import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
} from '@kubernetes/client-node';
import { type Body, startApi } from './start-api.js';
import { API_VERSION, createWidget, installWidgets, WIDGETS, widget } from './widget.js';

const [group = '', version = ''] = API_VERSION.split('/');
const place = { group, version, namespace: 'default', plural: 'widgets' };
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

test('an independent client works against the server: objects, custom objects, watch and informer', async (context) => {
  const api = await startApi(context);
  await installWidgets(api);
  const config = new KubeConfig();
  config.loadFromString(await api.kubeconfig());

  const core = config.makeApiClient(CoreV1Api);
  await core.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'c' }, data: { a: '1' } } });
  assert.deepEqual((await core.readNamespacedConfigMap({ namespace: 'default', name: 'c' })).data, { a: '1' });

  const objects = KubernetesObjectApi.makeApiClient(config);
  const made = (await objects.create({ ...widget('one'), metadata: { name: 'one', namespace: 'default' } })) as Body;
  assert.equal(made.spec.size, 3);
  const patched = (await objects.patch(
    { ...widget('one'), metadata: { name: 'one', namespace: 'default' }, spec: { size: 5 } } as KubernetesObject,
    undefined,
    undefined,
    'test',
    undefined,
    PatchStrategy.MergePatch,
  )) as Body;
  assert.deepEqual([patched.spec.size, patched.metadata.generation], [5, 2]);

  const custom = config.makeApiClient(CustomObjectsApi);
  await custom.patchNamespacedCustomObjectStatus({ ...place, name: 'one', body: { status: { phase: 'Up' } } }, merge);
  const read = (await custom.getNamespacedCustomObject({ ...place, name: 'one' })) as Body;
  assert.equal(read.status.phase, 'Up');
  await assert.rejects(custom.getNamespacedCustomObject({ ...place, name: 'absent' }), { code: 404 });

  const seen: string[] = [];
  const watching = await new Watch(config).watch(
    WIDGETS,
    { resourceVersion: read.metadata.resourceVersion },
    (type, object: Body) => seen.push(`${type} ${object.metadata.name}`),
    () => undefined,
  );

  const list = async () => (await custom.listNamespacedCustomObject(place)) as Body;
  const informer = makeInformer<KubernetesObject>(config, WIDGETS, list);
  const added: string[] = [];
  let wake: () => void = () => undefined;
  informer.on('add', (object) => {
    added.push(object.metadata?.name ?? '');
    wake();
  });
  await informer.start();
  await createWidget(api, 'two');
  while (!added.includes('two') || seen.length === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, 20);
    });
  }
  assert.deepEqual([added.sort(), seen], [['one', 'two'], ['ADDED two']]);
  await informer.stop();
  watching.abort();
});
