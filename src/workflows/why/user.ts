/** Why an account is not as its BMCUser says: the gates of the kind, and then what is still under way. */
import type { BMCUser } from '../../api/metal/v1alpha1/index.js';
import { factsOf, userGates, userProgress } from '../../reconcile/bmcuser/gates.js';
import type { Store } from '../../reconcile/runtime/store.js';
import { type Answer, answer } from './answer.js';

export function whyUser(user: BMCUser, store: Store): Answer {
  const facts = factsOf(user, store);
  const lines = [...userGates.explain(facts), ...userProgress.explain(facts)];
  return answer(`bmcuser/${user.metadata.name}`, lines, (isBlocked) =>
    isBlocked ? 'is not as it should be' : 'is as it should be',
  );
}
