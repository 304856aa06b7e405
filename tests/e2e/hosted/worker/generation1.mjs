// As the Code Mode server is made.
import * as provider from '@cloudflare/workers-oauth-provider';

import { hosted } from './worker.mjs';

export { Session } from './session.mjs';
export default hosted(provider, { authorizePath: '/authorize', scopes: 'requested', documents: true });
