/** The abilities a captured service root claims, so that clients that trust it are served as by the original. */
import { type JsonObject, objectAt, stringAt } from '../json.js';
import type { ExpandAbility, Quirks } from '../profile.js';
import { standardQuirks } from '../profiles/define.js';
import { root } from '../tree/builder.js';
import { normalPath } from '../tree/template.js';

/** Query parameters, tags and sessions of a captured service. */
export function abilitiesOf(service: JsonObject): Partial<Quirks> {
  const features = objectAt(service, 'ProtocolFeaturesSupported');
  const sessions = objectAt(objectAt(service, 'Links'), 'Sessions');
  return {
    isCaseInsensitive: true,
    expand: expandAbilityOf(objectAt(features, 'ExpandQuery')),
    select: features.SelectQuery === true,
    only: features.OnlyMemberQuery === true,
    filter: features.FilterQuery === true,
    topSkip: false,
    unsupportedQuery: 'ignore',
    etag: { form: 'strong', isInBody: false, ifMatch: 'optional' },
    sessions: {
      ...standardQuirks.sessions,
      path: normalPath(stringAt(sessions, '@odata.id') ?? `${root}/SessionService/Sessions`),
    },
  };
}

function expandAbilityOf(query: JsonObject): ExpandAbility | undefined {
  if (Object.keys(query).length === 0) return undefined;
  return {
    all: query.ExpandAll === true,
    links: query.Links === true,
    noLinks: query.NoLinks === true,
    levels: query.Levels === true,
    maxLevels: typeof query.MaxLevels === 'number' ? query.MaxLevels : 1,
  };
}
