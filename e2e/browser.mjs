// Chromium, and the app in folder app, which it gets from an origin that is not
// the server's, as a team's app is.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import * as lib from './lib.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const flags = [
	'--no-sandbox', // tests run as root, too
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

// patience is how long a page may take to show what is waited for, in ms. Two
// databases are tested at once, on a machine that may be small.
const patience = 20_000;

// openBrowser starts Chromium with a new profile, and a server for the app.
// What it returns is to be closed.
export async function openBrowser() {
	const executablePath = execFileSync(here('../scripts/chromium-bin'), { encoding: 'utf8' }).trim();
	const [files, chrome] = await Promise.all([bundle(), chromium.launch({ executablePath, args: flags })]);
	const apps = []; // settings, by the number in the path
	const web = createServer(({ url }, res) => {
		const settings = apps[url.slice(1)];
		const [type, body] = settings ? ['text/html', page(settings)] : (files[url] ?? ['text/plain', '']);
		res.writeHead(body ? 200 : 404, { 'Content-Type': type }).end(body);
	});
	await new Promise((resolve) => web.listen(0, '127.0.0.1', resolve));

	// app returns the address of an app whose people are those of a client.
	// Without authenticator it has no form, only the functions of Amplify.
	function app({ UserPoolId, ClientId }, { authenticator = true, ...more } = {}) {
		const { userPoolEndpoint } = lib.outputs.Auth.Cognito;
		const Cognito = { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint, ...more };
		apps.push({ authenticator, amplify: { Auth: { Cognito } } });
		return `http://localhost:${web.address().port}/${apps.length - 1}`;
	}

	// person returns a window of somebody who has not been here before.
	async function person() {
		const context = await chrome.newContext({ viewport: { width: 520, height: 640 } });
		context.setDefaultTimeout(patience);
		return context;
	}

	async function close() {
		await chrome.close();
		web.closeAllConnections();
		await new Promise((resolve) => web.close(resolve));
	}
	return { app, person, close };
}

// bundle returns the files of the app with their types, by path.
async function bundle() {
	const { outputFiles } = await build({
		entryPoints: [here('app/app.jsx')],
		bundle: true,
		write: false,
		outdir: '/',
		jsx: 'automatic',
		define: { 'process.env.NODE_ENV': '"production"' },
		logLevel: 'error',
	});
	const type = (path) => (path.endsWith('.css') ? 'text/css' : 'text/javascript');
	return Object.fromEntries(outputFiles.map(({ path, text }) => [path, [type(path), text]]));
}

function page(settings) {
	return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>An app</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/app.css"></head>
<body><div id="root"></div>
<script type="application/json" id="settings">${JSON.stringify(settings)}</script>
<script src="/app.js"></script></body>
</html>`;
}

// shoot keeps a picture of a page for people to look at.
export async function shoot(page, name) {
	const folder = process.env.CENOTE_SCREENSHOTS;
	if (!folder) return;
	mkdirSync(folder, { recursive: true });
	const file = `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`;
	await page.screenshot({ path: `${folder}/${file}`, animations: 'disabled' });
}
