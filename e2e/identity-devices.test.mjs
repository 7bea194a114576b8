// amazon-cognito-identity-js v6: remembered devices.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	AdminForgetDeviceCommand,
	AdminGetDeviceCommand,
	AdminSetUserMFAPreferenceCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { device, enter, flows, newUser, sending } from './identity.mjs';
import * as lib from './lib.mjs';
import { bySMS, newPool } from './pool.mjs';

// rememberingPool has people whose second factor is a text message.
async function rememberingPool(DeviceOnlyRememberedOnUserPrompt) {
	const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt };
	const pool = await newPool({ DeviceConfiguration });
	await pool.askFor('OPTIONAL', bySMS);
	let phones = 0;
	async function person(Username) {
		const phone_number = `+1555030${String(++phones + 1000 * DeviceOnlyRememberedOnUserPrompt).padStart(4, '0')}`;
		await pool.add(Username, { phone_number, phone_number_verified: 'true' });
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username, SMSMfaSettings: { Enabled: true } });
		return { phone_number, messages: 0 };
	}
	return { ...pool, person };
}

// signIn says whether a code was asked for, and whether to remember the device.
async function signIn(user, person) {
	const [callback, ...rest] = await enter(user);
	if (callback === 'onSuccess') return { asked: false, session: rest[0] };
	assert.equal(callback, 'mfaRequired');
	const session = await sending(user, await lib.code(person.phone_number, ++person.messages));
	return { asked: true, session };
}

const deviceClaim = (session) => session.getAccessToken().payload.device_key;
const gone = { code: 'ResourceNotFoundException', message: 'Device does not exist.' };

describe('a device that is always remembered', async () => {
	const pool = await rememberingPool(false);
	for (const flow of flows) {
		test(`stands in for the second factor: ${flow}`, async () => {
			const name = `ada-${flow}`.toLowerCase();
			const ada = await pool.person(name);
			const user = newUser(name, pool, flow);
			const first = await signIn(user, ada);
			assert.equal(first.asked, true);
			const key = user.deviceKey;
			assert.equal(deviceClaim(first.session), key);
			const { Device } = await device(user, 'getDevice');
			assert.equal(Device.DeviceKey, key);
			const { DeviceAttributes } = Device;
			assert.equal(DeviceAttributes.find((a) => a.Name === 'device_status').Value, 'valid');
			assert.ok(DeviceAttributes.find((a) => a.Name === 'device_name').Value);
			user.signOut();

			// Another object knows the device from storage.
			const again = newUser(name, pool, flow);
			const second = await signIn(again, ada);
			assert.equal(second.asked, false);
			assert.equal(deviceClaim(second.session), key);
			assert.equal((await lib.inbox(ada.phone_number)).length, 1);
			// A refresh brings the device along.
			const refreshed = await new Promise((resolve, reject) =>
				again.refreshSession(second.session.getRefreshToken(), (err, session) => (err ? reject(err) : resolve(session))),
			);
			assert.equal(deviceClaim(refreshed), key);

			assert.equal(await device(again, 'forgetDevice'), 'SUCCESS');
			await assert.rejects(device(again, 'forgetSpecificDevice', key), gone);
			again.signOut();
			assert.equal((await signIn(newUser(name, pool, flow), ada)).asked, true);
		});
	}

	// SRP takes this library half a second, so most of what follows does without.
	test('is not remembered any more, and then again', async () => {
		const bob = await pool.person('bob');
		const user = newUser('bob', pool, flows[1]);
		await signIn(user, bob);
		const DeviceKey = user.deviceKey;
		const status = async () => {
			const { Device } = await pool.send(AdminGetDeviceCommand, { Username: 'bob', DeviceKey });
			return Device.DeviceAttributes.find((a) => a.Name === 'dev:device_remembered_status').Value;
		};
		assert.equal(await status(), 'remembered');
		assert.equal(await device(user, 'setDeviceStatusNotRemembered'), 'SUCCESS');
		assert.equal(await status(), 'not_remembered');
		user.signOut();
		assert.equal((await signIn(user, bob)).asked, true);
		assert.equal(await device(user, 'setDeviceStatusRemembered'), 'SUCCESS');
		assert.equal(await status(), 'remembered');
		user.signOut();
		assert.equal((await signIn(user, bob)).asked, false);
	});

	test('was forgotten by an administrator, and another takes its place', async () => {
		const eve = await pool.person('eve');
		const user = newUser('eve', pool);
		await signIn(user, eve);
		const key = user.deviceKey;
		user.signOut();
		await pool.send(AdminForgetDeviceCommand, { Username: 'eve', DeviceKey: key });
		assert.equal((await signIn(user, eve)).asked, true);
		assert.notEqual(user.deviceKey, key);
		const { Devices } = await device(user, 'listDevices', 60, null);
		assert.deepEqual(Devices.map((d) => d.DeviceKey), [user.deviceKey]);
	});

	test('is listed with the others, page by page', async () => {
		const lin = await pool.person('lin');
		const keys = [];
		let user;
		for (let i = 0; i < 3; i++) {
			user = newUser('lin', pool, flows[1]);
			user.clearCachedDeviceKeyAndPassword();
			await signIn(user, lin);
			keys.push(user.deviceKey);
		}
		const seen = [];
		let token = null;
		do {
			const page = await device(user, 'listDevices', 2, token);
			assert.ok(page.Devices.length <= 2);
			seen.push(...page.Devices.map((d) => d.DeviceKey));
			token = page.PaginationToken;
		} while (token);
		assert.deepEqual(seen.sort(), keys.sort());
	});
});

test('a device that is remembered on demand', async () => {
	const pool = await rememberingPool(true);
	const ada = await pool.person('ada');
	const user = newUser('ada', pool, flows[1]);
	assert.equal((await signIn(user, ada)).asked, true);
	user.signOut();
	assert.equal((await signIn(user, ada)).asked, true);
	await device(user, 'setDeviceStatusRemembered');
	user.signOut();
	assert.equal((await signIn(user, ada)).asked, false);
});
