/**
 * Steps in which the embedded API server may answer otherwise than the recorded kube-apiserver 1.35.6, each with its
 * reason. Everything else must be equal, but for the tags below.
 */

/** Tags of the corpus that are expected to differ, with why this server does. */
export const allowedTags: Readonly<Record<string, string>> = {
  gc: 'the recording was made without controllers; this server collects garbage',
  history: 'how long old versions are kept is a matter of configuration',
  slow: 'waits for history to expire',
  'go-text': 'the text shows the insides of Go',
  'builtin-scope': 'kinds this server does not have',
  'server-bug': 'not to be imitated',
  quirk: 'not to be imitated',
  limits: 'message size of etcd',
  rbac: 'names of roles: there are two fixed ones here',
  'crd-async': 'definitions are established within the request that creates them',
  timing: 'when bookmarks come',
  'watch-cache': 'what a watch from version 0 may return',
  int64: 'integers beyond 2^53 lose precision in JSON.parse',
  'openapi-v2': 'not served: kubectl 1.27 and later do without',
  'discovery-v2beta1': 'not served',
  'legacy-watch': 'the /watch/ paths are not served',
  etag: 'hashes differ',
  'many-managers': 'which of two managers of the same second is older',
  ratcheting: 'a part of it',
};

export const differences: Readonly<Record<string, string>> = {
  'read/accept-protobuf': 'answers are never encoded in protobuf; the refusal itself comes in JSON',
  'openapi/v3-protobuf': 'documents are served in JSON only; kubectl asks for JSON',
};
