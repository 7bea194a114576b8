// A person with a passkey for passkeypage_test.go: Chromium with its virtual
// authenticator. Each line of stdin is "go URL" or "no URL": the page is opened,
// and its button pressed; what it says afterwards is a line of stdout.
import { execFileSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const executablePath = execFileSync(fileURLToPath(new URL('../scripts/chromium-bin', import.meta.url)), { encoding: 'utf8' }).trim();
const chrome = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
const page = await chrome.newPage();
page.setDefaultTimeout(20_000);
const cdp = await page.context().newCDPSession(page);
await cdp.send('WebAuthn.enable');
const options = {
	protocol: 'ctap2',
	transport: 'internal',
	hasResidentKey: true,
	hasUserVerification: true,
	isUserVerified: true,
	automaticPresenceSimulation: true,
};
await cdp.send('WebAuthn.addVirtualAuthenticator', { options });

// press opens a page and presses a button of it.
async function press(button, url) {
	const wrong = [];
	page.on('pageerror', (err) => wrong.push(`${err}`));
	page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
	await page.goto(url);
	await page.click(`#${button}`);
	await page.waitForFunction(() => document.getElementById('say').textContent.includes('closed'));
	page.removeAllListeners();
	return wrong.filter((text) => !text.includes('favicon')).join('; ') || 'done';
}

for await (const line of createInterface({ input: process.stdin })) {
	const [button, url] = line.split(' ');
	process.stdout.write(`${await press(button, url).catch((err) => `${err}`.replaceAll('\n', ' '))}\n`);
}
await chrome.close();
