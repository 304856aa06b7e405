// One worker, one isolate: what control() has set.
import { freshState } from '../lib/tools.mjs';

export const state = {
  ...freshState(),
  kind: 'stateless', // or 'session'
  user: 'ada', // who is signed in at the consent page
  accessTokenTTL: 0, // seconds, at least 60; 0: the provider's own
  needs: {}, // by tool: the scope without which it is refused with 403
  apiTokens: {}, // by bearer that this provider did not issue: the user it belongs to
  sessions: [], // ids of the session objects that are alive
};
