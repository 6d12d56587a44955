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
};

export const differences: Readonly<Record<string, string>> = {
  'validate/integer-64-bit': 'JSON.parse keeps integers exactly up to 2^53 only',
  'openapi/v2': 'not served: kubectl 1.27 and later do without',
  'openapi/v2-protobuf': 'not served: kubectl 1.27 and later do without',
  'read/accept-protobuf': 'answers are never encoded in protobuf; the refusal itself comes in JSON',
  'openapi/v3-protobuf': 'documents are served in JSON only; kubectl asks for JSON',
};
