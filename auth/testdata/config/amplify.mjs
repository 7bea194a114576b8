// Writes beside each configuration file what aws-amplify makes of it, for
// config_read_test.go. Run it after a change of the files or of Amplify:
//
//	(cd e2e && npm ci) && node auth/testdata/config/amplify.mjs
import { createRequire } from 'node:module';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';

const here = new URL('.', import.meta.url);
const require = createRequire(new URL('../../../e2e/package.json', here));
const { parseAmplifyConfig } = require('@aws-amplify/core/internals/utils');

async function load(name) {
	const text = readFileSync(new URL(name, here), 'utf8');
	if (extname(name) === '.json') return JSON.parse(text);
	return (await import('data:text/javascript,' + encodeURIComponent(text))).default;
}

for (const name of readdirSync(here)) {
	if (!/\.(js|json)$/.test(name) || /\.(amplify|want)\.json$/.test(name)) continue;
	const { Auth } = parseAmplifyConfig(await load(name));
	const out = basename(name, extname(name)) + '.amplify.json';
	writeFileSync(new URL(out, here), JSON.stringify({ Auth }, null, 2) + '\n');
}
