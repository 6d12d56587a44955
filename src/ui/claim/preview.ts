/** What would be created, and what becomes of it while it is. */
import { glyph, line } from '../shared/layout.js';
import { spreadText } from './spread.js';
import { type ClaimState, chosenServers, claimNames, focused, shutText, type Work, waitText } from './state.js';

/** The whole plan; of many claims as many as there is room for. */
export function previewOf(state: ClaimState, room: number): string[] {
  const head = [...whatOf(state), ...settingsOf(state)];
  const tail = ['', 'Enter or y creates it, any other key goes back.'];
  const pairs = state.isMany ? pairsOf(state, room - head.length - tail.length) : [];
  return [...head, ...pairs, ...tail].map((text) => line(text, state.look.columns));
}

function whatOf(state: ClaimState): string[] {
  const { claim, wanted, isMany, isAtomic, ignition } = state;
  const [first = claim] = claimNames(state);
  const last = wanted > 1 ? ` to -${wanted - 1}` : '';
  const secrets = ignition === '' || ignition.startsWith('secret/') ? [] : [`Secret ${first}-ignition`];
  if (!isMany) {
    return [
      `Will create: ServerClaim ${claim} (serverRef pinned)`,
      ...secrets.map((secret) => `             ${secret}`),
      `Server:      ${chosenServers(state)[0] ?? ''}`,
    ];
  }
  return [
    `Will create: ${wanted} ServerClaim${wanted === 1 ? '' : 's'} ${first}${last}, each pinned by its serverRef`,
    ...secrets.map((secret) => `             ${secret}${wanted > 1 ? ', and one for each other claim' : ''}`),
    ...(isAtomic ? ['All or none: those that were made are withdrawn when one fails'] : []),
  ];
}

function settingsOf(state: ClaimState): string[] {
  const { image, ignition, power, tolerations } = state;
  return [
    `Image:       ${image}`,
    ...(ignition === '' ? [] : [`Ignition:    ${ignition}`]),
    ...(tolerations.length === 0 ? [] : [`Tolerates:   ${tolerations.join(', ')}`]),
    power === 'On' ? 'Power:       ON, boots from the network once' : 'Power:       stays off',
    ...(state.spread === '' ? [] : [`Spread:      over ${state.spread}s: ${placesOf(state)}`]),
    `Then:        ${waitText(state)}`,
  ];
}

const placesOf = (state: ClaimState): string => {
  const chosen = new Set(chosenServers(state));
  return spreadText(
    state.rows.filter(({ name }) => chosen.has(name)),
    state.spread,
  );
};

/** The plan in one line, for screens that have room for it under the list; or why there is none for this server. */
export function planLine(state: ClaimState): string {
  const row = focused(state);
  if (row === undefined) return '';
  if (state.wanted === 1 && !row.isFree) return `Cannot be claimed now: ${shutText(row)}`;
  const { claim, wanted, isMany, ignition, power, wait } = state;
  const [first = claim] = claimNames(state);
  const isFile = ignition !== '' && !ignition.startsWith('secret/');
  const claims = isMany
    ? `${wanted} ServerClaims ${first}${wanted > 1 ? ` to -${wanted - 1}` : ''}`
    : `ServerClaim ${claim}`;
  const secret = isFile ? `, Secret ${first}-ignition${wanted > 1 ? ' and so on' : ''} (${ignition})` : '';
  const named = !isFile && ignition !== '' ? `, ignition ${ignition}` : '';
  const powered = power === 'On' ? 'Powers ON. Boot: network once.' : 'Stays off.';
  return `Will create: ${claims} (serverRef pinned)${secret}${named}. ${powered}${wait === undefined ? '' : ` Wait ${wait}.`}`;
}

/** `db/web-0  server`, a line each. */
function pairsOf(state: ClaimState, room: number): string[] {
  const names = claimNames(state);
  const lines = chosenServers(state).map((server, at) => ` ${names[at]}  ${server}`);
  if (lines.length <= room) return lines;
  const shown = Math.max(0, room - 1);
  return [...lines.slice(0, shown), ` and ${lines.length - shown} more`];
}

/** Each claim with what it has so far. */
export function claimingOf(state: ClaimState): string[] {
  const { look, isMany, claim, works } = state;
  const [first] = works;
  const done = glyph('done', look.ascii);
  const lines = isMany
    ? manyOf(state)
    : [
        `${glyph('busy', look.ascii)} claiming ${first?.server ?? ''} for ${claim}`,
        ...(first?.told ?? []).map((text) => `${done} ${text}`),
      ];
  return lines.map((text) => line(text, look.columns));
}

function manyOf(state: ClaimState): string[] {
  const names = claimNames(state);
  return state.works.map((work, at) => {
    const mark = glyph(work.failed === undefined ? 'busy' : 'bad', state.look.ascii);
    return `${mark} ${names[at]}  ${work.server}  ${toldOf(work)}`;
  });
}

const toldOf = ({ told, failed }: Work): string => failed ?? (told.length === 0 ? 'begins' : told.join(' · '));
