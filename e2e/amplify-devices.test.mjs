// aws-amplify v6: remembered devices, which Amplify confirms by itself and
// brings along from then on.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { confirmSignIn, fetchAuthSession, fetchDevices, forgetDevice, rememberDevice, signIn, signOut } from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import {
	AdminForgetDeviceCommand,
	AdminListDevicesCommand,
	AdminSetUserMFAPreferenceCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { challenges, step, use, wayName, ways } from './amplify.mjs';
import * as lib from './lib.mjs';
import { totp } from './otp.mjs';
import { byApp, byMail, newPool, ownSender, temporary } from './pool.mjs';

const { password } = lib;

// Amplify confirms a device under the name that the browser has for itself; Node
// has one since release 21.
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };

// storage is what one browser keeps, in sight.
const storage = {
	items: new Map(),
	setItem: async (key, value) => void storage.items.set(key, value),
	getItem: async (key) => storage.items.get(key) ?? null,
	removeItem: async (key) => void storage.items.delete(key),
	clear: async () => storage.items.clear(),
};

// browse makes Amplify sign in at a client from that browser.
function browse(pool) {
	use(pool);
	cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);
}

const keysOf = (kind) => [...storage.items].filter(([key]) => key.endsWith(`.${kind}`)).map(([, value]) => value);
const deviceClaim = async () => (await fetchAuthSession()).tokens.accessToken.payload.device_key;

afterEach(async () => {
	await signOut();
	await storage.clear();
});

// rememberingPool has people whose second factor is mail, and remembers devices,
// on demand or always.
async function rememberingPool(DeviceOnlyRememberedOnUserPrompt) {
	const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt };
	const pool = await newPool({ ...ownSender, DeviceConfiguration });
	await pool.askFor('OPTIONAL', byMail);
	async function person(Username) {
		const email = lib.newEmail();
		await pool.add(Username, { email, email_verified: 'true' });
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username, EmailMfaSettings: { Enabled: true } });
		return { username: Username, email, mails: 0 };
	}
	return { ...pool, person };
}

// quick is for tests to which the first factor is all the same: SRP costs Node
// a third of a second.
const quick = { authFlowType: 'USER_PASSWORD_AUTH' };

// enter signs somebody in, and returns what was asked for on the way.
async function enter(person, options = quick) {
	return challenges(async () => {
		let result = await signIn({ username: person.username, password, options });
		if (step(result) === 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE') {
			result = await confirmSignIn({ challengeResponse: await lib.code(person.email, ++person.mails) });
		}
		assert.equal(step(result), 'DONE');
	});
}

// first are the challenges of a way in front of the second factor.
const first = (options) => (wayName(options).includes('SRP') ? ['PASSWORD_VERIFIER'] : []);
const device = ['DEVICE_SRP_AUTH', 'DEVICE_PASSWORD_VERIFIER'];

// The ways in which Amplify brings a device along.
const bringing = ways.filter(({ preferredChallenge }) => preferredChallenge !== 'PASSWORD');

describe('a device that is always remembered', async () => {
	const pool = await rememberingPool(false);
	for (const [i, options] of bringing.entries()) {
		test(`stands in for the second factor: ${wayName(options)}`, async () => {
			browse(pool);
			const ada = await pool.person(`ada-${i}`);
			assert.deepEqual(await enter(ada, options), [...first(options), 'EMAIL_OTP']);
			const [key] = keysOf('deviceKey');
			assert.match(key, /^us-east-1_[0-9a-f-]{36}$/);
			assert.equal(await deviceClaim(), key);
			const devices = await fetchDevices();
			assert.deepEqual(devices.map(({ id }) => id), [key]);
			assert.ok(devices[0].createDate <= devices[0].lastAuthenticatedDate);
			assert.ok((await fetchAuthSession({ forceRefresh: true })).tokens);
			await signOut();

			assert.deepEqual(await enter(ada, options), [...first(options), ...device]);
			assert.equal(await deviceClaim(), key);
			assert.ok((await fetchAuthSession({ forceRefresh: true })).tokens);
			assert.equal(await deviceClaim(), key);
			assert.equal((await lib.inbox(ada.email)).length, 1);
		});
	}

	for (const [i, options] of bringing.slice(0, 2).entries()) {
		test(`is forgotten by an administrator, and another takes its place: ${wayName(options)}`, async () => {
			browse(pool);
			const bob = await pool.person(`bob-${i}`);
			await enter(bob, options);
			await signOut();
			const [key] = keysOf('deviceKey');
			await pool.send(AdminForgetDeviceCommand, { Username: bob.username, DeviceKey: key });
			const asked = await enter(bob, options);
			assert.equal(asked.at(-1), 'EMAIL_OTP');
			const [other] = keysOf('deviceKey');
			assert.notEqual(other, key);
			const { Devices } = await pool.send(AdminListDevicesCommand, { Username: bob.username });
			assert.deepEqual(Devices.map((d) => d.DeviceKey), [other]);
		});
	}

	test('belongs to one person', async () => {
		browse(pool);
		const eve = await pool.person('eve');
		await enter(eve);
		await signOut();
		const [key] = keysOf('deviceKey');
		const joe = await pool.person('joe');
		for (const [name, value] of storage.items) storage.items.set(name.replace('.eve.', '.joe.'), value);
		assert.deepEqual((await enter(joe)).at(-1), 'EMAIL_OTP');
		assert.notEqual(await deviceClaim(), key);
	});

	test('with the wrong password for the device, is no use', async () => {
		browse(pool);
		const lin = await pool.person('lin');
		await enter(lin);
		await signOut();
		for (const [name] of storage.items) if (name.endsWith('.randomPasswordKey')) storage.items.set(name, 'c29tZXRoaW5nIGVsc2U=');
		await assert.rejects(signIn({ username: 'lin', password, options: quick }), { name: 'NotAuthorizedException' });
	});

	test('leaves, and is asked again when it comes back', async () => {
		browse(pool);
		const kim = await pool.person('kim');
		await enter(kim);
		await forgetDevice();
		assert.deepEqual(await fetchDevices(), []);
		assert.deepEqual(keysOf('deviceKey'), []);
		await assert.rejects(forgetDevice(), { name: 'DeviceMetadataNotFoundException' });
		await signOut();
		assert.deepEqual(await enter(kim), ['EMAIL_OTP']);

		// From one device another can be sent away.
		const [old] = keysOf('deviceKey');
		await signOut();
		await storage.clear();
		await enter(kim);
		const [present] = keysOf('deviceKey');
		assert.deepEqual((await fetchDevices()).map(({ id }) => id).sort(), [old, present].sort());
		await forgetDevice({ device: { id: old } });
		assert.deepEqual((await fetchDevices()).map(({ id }) => id), [present]);
		assert.deepEqual(keysOf('deviceKey'), [present]);
	});
});

test('a device that is remembered on demand', async () => {
	const pool = await rememberingPool(true);
	browse(pool);
	const ada = await pool.person('ada');
	assert.deepEqual(await enter(ada), ['EMAIL_OTP']);
	const [key] = keysOf('deviceKey');
	await signOut();

	assert.ok((await enter(ada)).includes('EMAIL_OTP'));
	await rememberDevice();
	assert.deepEqual(keysOf('deviceKey'), [key]);
	await signOut();

	assert.deepEqual(await enter(ada), device);
	assert.equal(await deviceClaim(), key);
});

test('a device is new after a new password and the set-up of an app, too', async () => {
	const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
	const pool = await newPool({ DeviceConfiguration });
	await pool.askFor('ON', byApp);
	browse(pool);
	await pool.invite('ada');
	assert.equal(step(await signIn({ username: 'ada', password: temporary, options: quick })), 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
	const setup = await confirmSignIn({ challengeResponse: password });
	assert.equal(step(setup), 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
	const code = await totp(setup.nextStep.totpSetupDetails.sharedSecret);
	assert.equal(step(await confirmSignIn({ challengeResponse: code })), 'DONE');
	const [key] = keysOf('deviceKey');
	assert.equal(await deviceClaim(), key);
	await signOut();
	assert.deepEqual(await enter({ username: 'ada' }), device);
	assert.equal(await deviceClaim(), key);
});

test('a device is remembered, and a second factor asked for all the same', async () => {
	const pool = await newPool({ ...ownSender, DeviceConfiguration: { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false } });
	await pool.askFor('OPTIONAL', byMail);
	browse(pool);
	const ada = { username: 'ada', email: lib.newEmail(), mails: 0 };
	await pool.add('ada', { email: ada.email, email_verified: 'true' });
	await pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'ada', EmailMfaSettings: { Enabled: true } });
	await enter(ada);
	const [key] = keysOf('deviceKey');
	await signOut();
	assert.ok((await enter(ada)).includes('EMAIL_OTP'));
	assert.equal(await deviceClaim(), key);
	assert.deepEqual((await fetchDevices()).map(({ id }) => id), [key]);
});

test('a pool that knows no devices', async () => {
	const pool = await newPool();
	await pool.add('ada');
	browse(pool);
	await signIn({ username: 'ada', password, options: quick });
	assert.equal(await deviceClaim(), undefined);
	assert.deepEqual(keysOf('deviceKey'), []);
	await assert.rejects(rememberDevice(), { name: 'DeviceMetadataNotFoundException' });
});
