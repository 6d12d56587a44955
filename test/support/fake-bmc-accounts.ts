/** Accounts and subscriptions of the fake BMC. */
import { ConflictError, PermanentError } from '../../src/errors/classes.js';
import type { Accounts, SubscriptionInfo, Subscriptions } from '../../src/ports/bmc.js';
import type { Asked, FakeMachine } from './fake-bmc.js';

export function accountsOf(target: FakeMachine, asked: Asked): Accounts {
  return {
    accounts: async () => {
      asked('accounts');
      return target.accounts.map(({ password: _, ...told }) => told);
    },
    passwordRules: async () => {
      asked('passwordRules');
      return target.passwordRules;
    },
    createAccount: async ({ userName, password, roleId }) => {
      asked('createAccount', `createAccount ${userName} ${roleId}`);
      if (target.accounts.some((account) => account.userName === userName)) {
        throw new ConflictError('BMC_CONFLICT', `creating the account ${userName}`);
      }
      const told = { id: userName, userName, roleId, isEnabled: true };
      target.accounts.push({ ...told, password });
      return told;
    },
    setAccountPassword: async (id, password) => {
      asked('setAccountPassword', `setAccountPassword ${id}`);
      const account = target.accounts.find((known) => known.id === id);
      if (!account) throw new PermanentError('BMC_NOT_FOUND', `changing the password of the account ${id}`);
      account.password = password;
    },
    changeOwnPassword: async () => asked('changeOwnPassword'),
    admits: async (userName, password) => {
      asked('admits', `admits ${userName}`);
      const account = target.accounts.find((known) => known.userName === userName);
      return account !== undefined && account.password.reveal() === password.reveal();
    },
    setAccountRole: async (id, roleId) => {
      asked('setAccountRole', `setAccountRole ${id} ${roleId}`);
      target.accounts = target.accounts.map((account) => (account.id === id ? { ...account, roleId } : account));
    },
    deleteAccount: async (id) => {
      asked('deleteAccount', `deleteAccount ${id}`);
      target.accounts = target.accounts.filter((account) => account.id !== id);
    },
  };
}

export function subscriptionsOf(target: FakeMachine, asked: Asked): Subscriptions {
  return {
    subscriptions: async () => {
      asked('subscriptions');
      return target.subscriptions;
    },
    subscribe: async ({ destination, context, format }) => {
      asked('subscribe', `subscribe ${format} ${context}`);
      const isEqual = (known: SubscriptionInfo): boolean =>
        known.destination === destination && known.context === context && known.format === format;
      const known = target.subscriptions.find(isEqual);
      if (known) return known;
      const numbers = target.subscriptions.map((known) => Number(known.uri.split('/').at(-1)));
      const uri = `/redfish/v1/EventService/Subscriptions/${Math.max(0, ...numbers) + 1}`;
      const subscription = { uri, destination, context, format };
      target.subscriptions.push(subscription);
      return subscription;
    },
    unsubscribe: async (uri) => {
      asked('unsubscribe', `unsubscribe ${uri}`);
      target.subscriptions = target.subscriptions.filter((known) => known.uri !== uri);
    },
  };
}
