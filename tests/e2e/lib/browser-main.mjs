// What a client's xdg-open starts. Where FLAREDECK_E2E_TABS names a directory the address is only put there,
// and the test is the person who goes to it, when it wants.
import fs from 'node:fs';
import path from 'node:path';

import { browse } from './browser.mjs';

const tabs = process.env.FLAREDECK_E2E_TABS;
if (tabs) fs.writeFileSync(path.join(tabs, `${Date.now()}-${process.pid}`), process.argv[2]);
else await browse(process.argv[2]);
