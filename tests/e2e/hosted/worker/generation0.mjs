// As the product servers are made.
import * as provider from 'workers-oauth-provider-0';

import { hosted } from './worker.mjs';

export { Session } from './session.mjs';
export default hosted(provider, { authorizePath: '/oauth/authorize', scopes: 'fixed' });
