import type { SharedToken } from '../../lambda/crm/http/adapter-deps.ts';
import { CrmError } from '../../lambda/crm/port/errors.ts';
import type { AskCrm } from './adapter.ts';
import type { Crm } from './crm.ts';

/** Calls of a CRM that wants an access token: as the HTTP client makes them, once more after a 401. */
export function askWithToken(crm: Crm, token: SharedToken, begin: () => AskCrm): AskCrm {
  const make = () => begin()({ what: 'give a token', effect: () => crm.giveToken() });
  return async (request) => {
    const ask = begin();
    for (const mayRenew of [true, false]) {
      const used = await token.get(make);
      const effect = () => (crm.takesToken(used) ? { result: request.effect() } : undefined);
      const answer = await ask({ ...request, effect });
      if (answer !== undefined) return answer.result;
      if (mayRenew) await token.discard(used);
    }
    throw new CrmError('This token is not valid.', { kind: 'credentials' }, { status: 401 });
  };
}
