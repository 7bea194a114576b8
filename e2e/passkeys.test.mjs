// aws-amplify v6 in Chromium with its virtual authenticator: a passkey is made,
// listed, signed in by and deleted, and a copy of one is found out.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import {
	AdminSetUserMFAPreferenceCommand,
	AdminUpdateUserAttributesCommand,
	GetUserAuthFactorsCommand,
	InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { byApp, bySMS, newPool } from './pool.mjs';
import { openBrowser } from './browser.mjs';

const { password } = lib;

let browser, window, page, cdp;
before(async () => (browser = await openBrowser()));
after(() => browser.close());
beforeEach(async () => {
	window = await browser.person();
	page = await window.newPage();
	cdp = await window.newCDPSession(page);
	await cdp.send('WebAuthn.enable');
});
afterEach(() => window.close());

// plugIn gives the page an authenticator, and returns its id.
async function plugIn(more = {}) {
	const options = {
		protocol: 'ctap2',
		transport: 'internal',
		hasResidentKey: true,
		hasUserVerification: true,
		isUserVerified: true,
		automaticPresenceSimulation: true,
		...more,
	};
	return (await cdp.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId;
}

// passkeyPool makes a pool of passkeys for pages of localhost, with ada, and opens
// an app of it.
async function passkeyPool(config = {}, mfa = {}) {
	const factors = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } };
	const pool = await newPool({ Policies: factors });
	const WebAuthnConfiguration = { RelyingPartyId: 'localhost', UserVerification: 'preferred', ...config };
	await pool.askFor('OFF', { WebAuthnConfiguration });
	await pool.add('ada');
	await page.goto(browser.app(pool, { authenticator: false }));
	await page.evaluate((secret) => auth.signIn({ username: 'ada', password: secret }), password);
	if (mfa.MfaConfiguration) await pool.askFor(mfa.MfaConfiguration, byApp);
	return pool;
}

const associate = () => page.evaluate(() => auth.associateWebAuthnCredential());
const list = () => page.evaluate(() => auth.listWebAuthnCredentials().then(({ credentials }) => credentials));

// signIn signs in as ada by USER_AUTH from nothing, and returns the first step.
const signIn = (preferredChallenge) =>
	page.evaluate(async (preferredChallenge) => {
		await auth.signOut();
		const options = { authFlowType: 'USER_AUTH', preferredChallenge };
		const { isSignedIn, nextStep } = await auth.signIn({ username: 'ada', options });
		return isSignedIn ? 'DONE' : nextStep;
	}, preferredChallenge);

// failure runs a function of Amplify in the page and returns the name and the
// message of its error.
const failure = (run) =>
	run().then(
		() => assert.fail('no error'),
		(err) => err.message,
	);

test('a passkey from its making to its end', async () => {
	const pool = await passkeyPool();
	await plugIn();
	assert.deepEqual(await list(), []);
	await associate();
	const [key, ...others] = await list();
	assert.deepEqual(others, []);
	const { credentialId, createdAt, ...rest } = key;
	assert.ok(credentialId && createdAt);
	assert.deepEqual(rest, {
		friendlyCredentialName: 'Passkey',
		relyingPartyId: 'localhost',
		authenticatorAttachment: 'platform',
		authenticatorTransports: ['internal'],
	});
	assert.match(await failure(associate), /PasskeyAlreadyExists/);

	assert.equal(await signIn('WEB_AUTHN'), 'DONE');
	assert.equal((await page.evaluate(() => auth.getCurrentUser())).username, 'ada');
	const AccessToken = await page.evaluate(() => auth.fetchAuthSession().then(({ tokens }) => tokens.accessToken.toString()));
	const { ConfiguredUserAuthFactors } = await pool.sdk.send(new GetUserAuthFactorsCommand({ AccessToken }));
	assert.deepEqual(ConfiguredUserAuthFactors, ['PASSWORD', 'WEB_AUTHN']);

	const step = await signIn();
	assert.equal(step.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
	assert.deepEqual(step.availableChallenges.toSorted(), ['PASSWORD', 'PASSWORD_SRP', 'WEB_AUTHN']);
	const chosen = await page.evaluate(() => auth.confirmSignIn({ challengeResponse: 'WEB_AUTHN' }));
	assert.equal(chosen.isSignedIn, true);

	await page.evaluate((credentialId) => auth.deleteWebAuthnCredential({ credentialId }), credentialId);
	assert.deepEqual(await list(), []);
	assert.match(
		await failure(() => page.evaluate((credentialId) => auth.deleteWebAuthnCredential({ credentialId }), credentialId)),
		/ResourceNotFoundException/,
	);
	const left = await signIn('WEB_AUTHN');
	assert.deepEqual(left.availableChallenges.toSorted(), ['PASSWORD', 'PASSWORD_SRP']);
});

test('pages of passkeys', async () => {
	await passkeyPool();
	for (let i = 0; i < 3; i++) {
		const authenticatorId = await plugIn();
		await associate();
		await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
	}
	const next = (nextToken) => page.evaluate((nextToken) => auth.listWebAuthnCredentials({ pageSize: 2, nextToken }), nextToken);
	const first = await next();
	assert.equal(first.credentials.length, 2);
	const second = await next(first.nextToken);
	assert.equal(second.credentials.length, 1);
	assert.equal(second.nextToken, undefined);
});

test('a copy of a passkey is found out by its counter', async () => {
	await passkeyPool();
	const authenticatorId = await plugIn();
	await associate();
	const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
	assert.equal(await signIn('WEB_AUTHN'), 'DONE');
	assert.equal(await signIn('WEB_AUTHN'), 'DONE');

	await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
	const copy = await plugIn();
	await cdp.send('WebAuthn.addCredential', { authenticatorId: copy, credential: credentials[0] });
	assert.match(await failure(() => signIn('WEB_AUTHN')), /Incorrect username or password\./);
});

test('a passkey is both factors once its user was verified, where the pool says so', async () => {
	await passkeyPool({ FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }, { MfaConfiguration: 'ON' });
	const authenticatorId = await plugIn();
	await associate();
	assert.equal(await signIn('WEB_AUTHN'), 'DONE');
	await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
	const unverified = await signIn('WEB_AUTHN').catch((err) => err.message); // Chromium may refuse by itself
	assert.notEqual(unverified, 'DONE');
});

test('who has passkeys be both factors is asked to be verified', async () => {
	const pool = await passkeyPool({ FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' });
	const UserAttributes = [{ Name: 'phone_number', Value: '+15555550100' }];
	await pool.send(AdminUpdateUserAttributesCommand, { Username: 'ada', UserAttributes });
	await plugIn();
	await associate();
	const asked = async () => {
		const AuthParameters = { USERNAME: 'ada', PREFERRED_CHALLENGE: 'WEB_AUTHN' };
		const { ChallengeParameters } = await pool.sdk.send(
			new InitiateAuthCommand({ ClientId: pool.ClientId, AuthFlow: 'USER_AUTH', AuthParameters }),
		);
		return JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS).userVerification;
	};
	const prefer = (more) =>
		pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'ada', WebAuthnMfaSettings: { Enabled: true }, ...more });
	assert.equal(await asked(), 'preferred');
	await assert.rejects(prefer(), { name: 'InvalidParameterException' }); // nothing else would be left
	await pool.askFor('ON', bySMS);
	await prefer({ SMSMfaSettings: { Enabled: true } });
	assert.equal(await asked(), 'required');
	assert.equal(await signIn('WEB_AUTHN'), 'DONE');
});

test('a passkey is one factor otherwise', async () => {
	await passkeyPool({}, { MfaConfiguration: 'ON' });
	await plugIn();
	await associate();
	assert.equal((await signIn('WEB_AUTHN')).signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
});

test('where verification is required, a key that cannot is refused', async () => {
	await passkeyPool({ UserVerification: 'required' });
	await plugIn({ transport: 'usb', hasUserVerification: false, isUserVerified: false });
	await failure(associate);
	assert.deepEqual(await list(), []);
});
