/** The server of the benchmark, in a process of its own: prints where it listens, and ends when its input does. */
const imported = performance.now();
const { createAuthority } = await import('../src/sandbox/certificates.js');
const authority = await createAuthority();
const issued = await authority.issue({ hosts: ['127.0.0.1'] });
// Neither tsx nor the making of certificates is part of a start: the build has no tsx, a sandbox keeps its certificates.
const began = performance.now();
const { startApiServer } = await import('../src/sandbox/apiserver/index.js');
const [dataDir] = process.argv.slice(2);
const api = await startApiServer({
  tls: { ...issued, ca: authority.ca },
  ...(dataDir === undefined ? {} : { dataDir }),
});
const startMs = performance.now() - began;
console.log(JSON.stringify({ url: api.url, ca: authority.ca, token: api.adminToken, startMs, importedMs: imported }));
process.stdin.resume().on('end', () => void api.close());
