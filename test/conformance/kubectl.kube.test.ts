/**
 * kubectl itself, unmodified: each row is a command and what its output must contain. Name the binary with
 * METALCTL_KUBECTL (1.30 or later); without it the test is skipped.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { needsControllers } from './servers/choice.js';
import { startApi } from './start-api.js';
import { API_VERSION, installWidgets, widget } from './widget.js';

/** What `edit` runs on the file it opens. */
const EDITOR = `sed -i 's/  size: 7/  size: 8/'`;

const kubectl = process.env.METALCTL_KUBECTL ?? '';

interface Row {
  /** The words after `kubectl`; `{file}` stands for the manifest, `{changed}` for a changed one. */
  readonly command: string;
  readonly shows: RegExp;
  /** Exit code, 0 unless said. */
  readonly exit?: number;
  /** Waits for what a controller does. */
  readonly isCollected?: boolean;
  /** A command that does not end by itself: this one is run once something was printed, and must show in what follows. */
  readonly until?: string;
}

const rows: readonly Row[] = [
  { command: 'version', shows: /Server Version: v1\.\d+/ },
  { command: 'api-resources', shows: /widgets +wd +conformance\.metalctl\.dev\/v1 +true +Widget/ },
  { command: 'apply -f {file}', shows: /widget\.conformance\.metalctl\.dev\/one created/ },
  { command: 'apply -f {file}', shows: /unchanged/ },
  { command: 'diff -f {changed}', shows: /\+ {2}size: 5/, exit: 1 },
  { command: 'apply -f {changed}', shows: /configured/ },
  { command: 'apply --server-side -f {changed}', shows: /serverside-applied/ },
  { command: 'apply --server-side --field-manager=other -f {file}', shows: /conflict with "kubectl"/, exit: 1 },
  { command: 'apply --server-side --field-manager=other --force-conflicts -f {file}', shows: /serverside-applied/ },
  { command: 'get widgets', shows: /NAME +SIZE\s+one +4/ },
  { command: 'get wd one -o wide', shows: /one +4/ },
  { command: 'get wd one -o yaml', shows: /size: 4/ },
  { command: 'get wd one -o jsonpath={.spec.size}', shows: /^4$/ },
  { command: 'patch wd one --type=merge -p {"spec":{"size":6}}', shows: /patched/ },
  { command: 'patch wd one --type=json -p [{"op":"replace","path":"/spec/size","value":7}]', shows: /patched/ },
  {
    command:
      'patch wd one --subresource=status --type=merge -p {"status":{"phase":"Up","conditions":[{"type":"Ready","status":"True"}]}}',
    shows: /patched/,
  },
  { command: 'wait --for=jsonpath={.status.phase}=Up wd/one --timeout=5s', shows: /condition met/ },
  { command: 'wait --for=condition=Ready wd/one --timeout=5s', shows: /condition met/ },
  {
    command: 'get wd -w',
    until: 'patch wd one --type=merge -p {"spec":{"size":9}}',
    shows: /one +7\n(one +\d+\n)*one +9/,
  },
  {
    command: 'get wd one -w -o yaml --output-watch-events',
    until: 'patch wd one --type=merge -p {"spec":{"size":7}}',
    shows: /type: MODIFIED/,
  },
  { command: 'label wd one x=y', shows: /labeled/ },
  { command: 'annotate wd one n=m', shows: /annotated/ },
  { command: 'edit wd one', shows: /edited/ },
  { command: 'describe wd one', shows: /Size: +8/ },
  { command: 'explain widget.spec.size', shows: /FIELD: size <integer>/ },
  { command: 'create namespace ns', shows: /namespace\/ns created/ },
  { command: 'create secret generic s --from-literal=a=b -n ns', shows: /secret\/s created/ },
  { command: 'create configmap c --from-literal=a=b -n ns', shows: /configmap\/c created/ },
  { command: 'patch cm c -n ns -p {"data":{"b":"c"}}', shows: /patched/ },
  { command: 'get cm c -n ns -o jsonpath={.data}', shows: /\{"a":"b","b":"c"\}/ },
  { command: 'get secret,cm -n ns', shows: /secret\/s +Opaque +1/ },
  { command: 'auth can-i create widgets.conformance.metalctl.dev', shows: /yes/ },
  { command: 'auth whoami', shows: /admin/ },
  { command: 'create serviceaccount bot -n ns', shows: /serviceaccount\/bot created/ },
  { command: 'create token bot -n ns', shows: /^[\w-]+\.[\w-]+\.[\w-]+\s*$/ },
  { command: 'create clusterrole conformance-reader --verb=get,list --resource=configmaps', shows: /created/ },
  { command: 'create rolebinding r --clusterrole=conformance-reader --serviceaccount=ns:bot -n ns', shows: /created/ },
  { command: 'get rolebinding r -n ns -o wide', shows: /r +ClusterRole\/conformance-reader .*ns\/bot/ },
  { command: 'auth can-i list configmaps -n ns --as=system:serviceaccount:ns:bot', shows: /yes/ },
  { command: 'auth can-i list secrets -n ns --as=system:serviceaccount:ns:bot', shows: /no/, exit: 1 },
  { command: 'delete clusterrole conformance-reader', shows: /deleted/ },
  { command: 'delete wd one --cascade=foreground', shows: /deleted/, isCollected: true },
  { command: 'create -f {file}', shows: /created/ },
  { command: 'delete wd one --wait', shows: /deleted/ },
  { command: 'delete wd --all --cascade=background', shows: /deleted|No resources found/ },
  { command: 'delete ns ns', shows: /deleted/, isCollected: true },
  { command: 'get widgets', shows: /No resources found/ },
];

test('kubectl, command by command', {
  skip: existsSync(kubectl) ? false : 'METALCTL_KUBECTL names no kubectl',
}, async (context) => {
  const api = await startApi(context);
  await installWidgets(api);
  const folder = mkdtempSync(join(tmpdir(), 'metalctl-kubectl-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const manifest = (size: number) => ({ ...widget('one', { spec: { size } }), apiVersion: API_VERSION });
  const names = { '{file}': file('file.json', manifest(4)), '{changed}': file('changed.json', manifest(5)) };
  const environment = {
    ...process.env,
    HOME: folder,
    KUBECONFIG: file('config', await api.kubeconfig()),
    KUBE_EDITOR: EDITOR,
  };
  for (const { command, shows, exit = 0, isCollected, until } of rows) {
    if (isCollected && needsControllers()) {
      context.diagnostic(`skipped kubectl ${command}: ${needsControllers()}`);
      continue;
    }
    const wordsOf = (text: string) => text.split(' ').map((word) => names[word as keyof typeof names] ?? word);
    const { code, output } =
      until === undefined
        ? await run(wordsOf(command), environment)
        : await runUntil(wordsOf(command), wordsOf(until), shows, environment);
    context.diagnostic(`${code === exit && shows.test(output) ? 'works ' : 'FAILED'} kubectl ${command}`);
    assert.equal(code, exit, `kubectl ${command}\n${output}`);
    assert.match(output, shows, `kubectl ${command}`);
  }
});

function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile(kubectl, words, { env, timeout: 30_000 }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, output: stdout + stderr });
    });
  });
}

/** Runs a command that goes on for ever until what it printed, with what another command changed, shows the pattern. */
async function runUntil(words: readonly string[], change: readonly string[], shows: RegExp, env: NodeJS.ProcessEnv) {
  const child = spawn(kubectl, words, { env, timeout: 30_000 });
  let output = '';
  let changed: Promise<unknown> | undefined;
  await new Promise<void>((done) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      changed ??= run(change, env);
      if (shows.test(output)) child.kill();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', done);
  });
  await changed;
  return { code: 0, output };
}
