// In Chromium: the Authenticator of @aws-amplify/ui-react v6, as a person sees,
// fills and clicks it, each step with a picture in folder screenshots; and
// aws-amplify v6 in two tabs.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { AdminGetUserCommand, SignUpCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { byApp, byMail, newPool, ownSender, temporary } from './pool.mjs';
import { openBrowser, shoot } from './browser.mjs';
import { nextTOTP, totp } from './otp.mjs';

const { password, otherPassword } = lib;

let browser, window, page, picture;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
beforeEach(async () => {
	picture = 0;
	window = await browser.person();
	page = await window.newPage();
});
afterEach(async (t) => {
	if (t.error) await shoot(page, `failed ${t.name}`);
	await window.close();
});

// see waits for a text, and keeps a picture under the name of the test.
async function see(t, text) {
	await page.getByText(text).first().waitFor();
	await shoot(page, `${t.name} ${++picture}`);
}

// fill types into the fields of the form by the names they have there.
async function fill(fields) {
	for (const [name, value] of Object.entries(fields)) await page.locator(`input[name="${name}"]`).fill(value);
}

const click = (name) => page.getByRole('button', { name, exact: true }).click();

async function signIn(username, secret = password) {
	await fill({ username, password: secret });
	await click('Sign in');
}

async function signUp(fields) {
	await page.getByRole('tab', { name: 'Create Account' }).click();
	await fill(fields);
	await click('Create Account');
}

const firstPool = { UserPoolId: lib.poolId, ClientId: lib.clientId };
const byEmail = { loginWith: { email: true } };

test('somebody signs up, confirms and is signed in', async (t) => {
	await page.goto(browser.app(firstPool, byEmail));
	const username = lib.newEmail();
	await see(t, 'Forgot your password?');
	await signUp({ email: username, password, confirm_password: password });
	await see(t, 'We Emailed You');

	const right = await lib.code(username);
	await fill({ confirmation_code: lib.wrongCode(right) });
	await click('Confirm');
	await see(t, lib.mismatch.message);
	await fill({ confirmation_code: right });
	await click('Confirm');
	await see(t, `Hello ${username}`);

	await page.reload();
	await see(t, 'Hello');
	await click('Sign out');
	await see(t, 'Forgot your password?');

	await signIn(username, otherPassword);
	await see(t, lib.wrongPassword.message);
	await signIn(username);
	await see(t, `Hello ${username}`);
});

test('who has forgotten the password chooses a new one', async (t) => {
	const username = await lib.confirmedUser();
	await page.goto(browser.app(firstPool, byEmail));
	await click('Forgot your password?');
	await see(t, 'Reset Password');
	await fill({ username });
	await click('Send code');
	await see(t, 'Confirm Password');

	const both = { password: otherPassword, confirm_password: otherPassword };
	const right = await lib.code(username, 2);
	await fill({ confirmation_code: lib.wrongCode(right), ...both });
	await click('Submit');
	await see(t, lib.mismatch.message);
	await fill({ confirmation_code: right });
	await click('Submit');
	await see(t, 'Forgot your password?');

	await signIn(username, password);
	await see(t, lib.wrongPassword.message);
	await signIn(username, otherPassword);
	await see(t, `Hello ${username}`);
});

test('who never confirmed does so at the first sign-in', async (t) => {
	const username = lib.newEmail();
	await lib.sdk().send(new SignUpCommand({ ClientId: lib.clientId, Username: username, Password: password }));
	await page.goto(browser.app(firstPool, byEmail));
	await signIn(username);
	await see(t, 'We Emailed You');
	await fill({ confirmation_code: await lib.code(username, 2) });
	await click('Confirm');
	await see(t, 'Forgot your password?');
	await signIn(username);
	await see(t, `Hello ${username}`);
});

test('who was invited chooses a password, gives what is missing and verifies the address', async (t) => {
	const pool = await newPool({ Schema: [{ Name: 'nickname', Required: true, Mutable: true }] });
	const email = lib.newEmail();
	await pool.invite('ada', { email });
	await page.goto(browser.app(pool));
	await signIn('ada', temporary);
	await see(t, 'Change Password');
	await fill({ password, confirm_password: password, nickname: 'Countess' });
	await click('Change Password');
	await see(t, 'Account recovery requires verified contact information');

	await page.locator('label.amplify-radio').click();
	await click('Verify');
	await see(t, 'Code');
	await fill({ confirmation_code: await lib.code(email) });
	await click('Submit');
	await see(t, 'Hello ada');
	const { UserStatus, UserAttributes } = await pool.send(AdminGetUserCommand, { Username: 'ada' });
	const { sub, ...attributes } = Object.fromEntries(UserAttributes.map((a) => [a.Name, a.Value]));
	assert.deepEqual(attributes, { email, email_verified: 'true', nickname: 'Countess' });
	assert.equal(UserStatus, 'CONFIRMED');
});

test('an authenticator app is set up after the sign-up, and asked for at the next sign-in', async (t) => {
	const pool = await newPool({ UsernameAttributes: ['email'] });
	await pool.askFor('ON', byApp);
	await page.goto(browser.app(pool, byEmail));
	const username = lib.newEmail();
	await signUp({ email: username, password, confirm_password: password });
	await see(t, 'We Emailed You');
	await fill({ confirmation_code: await lib.code(username) });
	await click('Confirm');
	await see(t, 'Setup TOTP');
	await page.getByAltText('qr code').waitFor();
	const secret = await page.locator('[data-amplify-copy] > div').first().innerText();
	await fill({ confirmation_code: lib.wrongCode(await totp(secret)) });
	await click('Confirm');
	await see(t, 'Code mismatch');
	const code = await totp(secret);
	await fill({ confirmation_code: code });
	await click('Confirm');
	await see(t, `Hello ${username}`);
	await click('Sign out');

	await signIn(username);
	await see(t, 'Confirm TOTP Code');
	await fill({ confirmation_code: code }); // not one of now, which may be another by now
	await click('Confirm');
	await see(t, 'Your software token has already been used once.');
	await fill({ confirmation_code: await nextTOTP(secret) });
	await click('Confirm');
	await see(t, `Hello ${username}`);
});

test('somebody without a factor chooses mail, and gives an address for it', async (t) => {
	const pool = await newPool(ownSender);
	await pool.askFor('ON', byApp, byMail);
	await pool.add('ada');
	const email = lib.newEmail();
	await page.goto(browser.app(pool));
	await signIn('ada');
	await see(t, 'Multi-Factor Authentication Setup');
	await page.locator('label.amplify-radio').last().click();
	await click('Confirm');
	await see(t, 'Setup Email');
	await fill({ email });
	await click('Confirm');
	await see(t, 'Code');
	await fill({ confirmation_code: await lib.code(email) });
	await click('Confirm');
	await see(t, 'Hello ada');
});

test('two tabs share tokens, and refresh them at once', async () => {
	const RefreshTokenRotation = { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 };
	const ExplicitAuthFlows = ['ALLOW_USER_SRP_AUTH'];
	const pool = await newPool({}, { RefreshTokenRotation, ExplicitAuthFlows });
	await pool.add('ada');
	const url = browser.app(pool, { authenticator: false });
	const other = await window.newPage();
	for (const tab of [page, other]) await tab.goto(url);
	const tabs = (run, arg) => Promise.all([page.evaluate(run, arg), other.evaluate(run, arg)]);
	const refresh = () => auth.fetchAuthSession({ forceRefresh: true }).then((s) => s.tokens?.accessToken.toString());
	const stored = () => page.evaluate(() => localStorage[Object.keys(localStorage).find((key) => key.endsWith('.refreshToken'))]);

	await page.evaluate((secret) => auth.signIn({ username: 'ada', password: secret }), password);
	const first = await stored();
	const [one, two] = await tabs(refresh);
	assert.ok(one && two && one !== two);
	assert.notEqual(await stored(), first);
	await lib.advance('11s');
	for (const token of await tabs(refresh)) assert.ok(token);
	const names = await tabs(() => auth.fetchUserAttributes().then((a) => a.sub));
	assert.equal(names[0], names[1]);

	// The first token is long out of use: whoever brings it is signed out, and so is everybody else.
	await page.evaluate((token) => (localStorage[Object.keys(localStorage).find((key) => key.endsWith('.refreshToken'))] = token), first);
	await assert.rejects(page.evaluate(refresh), /RefreshTokenReuseException/);
	await assert.rejects(page.evaluate(() => auth.getCurrentUser()), /UserUnAuthenticatedException/);
});
