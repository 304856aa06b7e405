import { browse } from './browser.mjs';

await browse(process.argv[2]);
