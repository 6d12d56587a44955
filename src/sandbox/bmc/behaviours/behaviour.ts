/** What a resource type does beyond being read. Behaviours attach to types, never to URIs or vendors. */
import type { Answer, BmcRequest, Principal } from '../http/answer.js';
import type { JsonObject } from '../json.js';
import type { VirtualBmc } from '../virtual-bmc.js';
import type { WriteRules } from './patching.js';

export interface Write {
  readonly bmc: VirtualBmc;
  readonly path: string;
  /** The resource written to: the collection of a create, the owner of an action. */
  readonly doc: JsonObject;
  readonly body: JsonObject;
  readonly request: BmcRequest;
  readonly principal: Principal | undefined;
}

export interface Behaviour {
  /** Writes what moves into a fresh copy of the document. */
  compute?(bmc: VirtualBmc, path: string, doc: JsonObject): void;
  /** A member of a collection that exists only when asked for; undefined when there is none. */
  member?(bmc: VirtualBmc, path: string): JsonObject | undefined;
  /** Properties a plain PATCH may set. */
  readonly writable?: WriteRules;
  /** GET that is more than showing the document; undefined: it is not. */
  answer?(bmc: VirtualBmc, path: string): Answer | undefined;
  /** PATCH that is more than setting properties. */
  patch?(write: Write): Answer;
  /** POST to the collection. */
  create?(write: Write): Answer;
  remove?(write: Write): Answer;
  /** Actions by name: `ComputerSystem.Reset`. */
  readonly actions?: Readonly<Record<string, (write: Write) => Answer>>;
  /** Privilege for writing; ConfigureComponents if not said. */
  readonly privilege?: string;
}
