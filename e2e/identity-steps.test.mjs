// amazon-cognito-identity-js v6: the steps of a sign-in that is not over with
// the password, what the user knows of itself, and clients with a secret, which
// it cannot be.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AuthenticationDetails } from 'amazon-cognito-identity-js';
import {
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { flows, newUser } from './identity.mjs';
import * as lib from './lib.mjs';
import { lockOut, newPool, temporary } from './pool.mjs';

const { password } = lib;

// signing returns the session, or the attributes if a new password is due.
function signing(user, secret = password) {
	const details = new AuthenticationDetails({ Username: user.getUsername(), Password: secret });
	return new Promise((resolve, reject) => {
		user.authenticateUser(details, {
			onSuccess: resolve,
			onFailure: reject,
			newPasswordRequired: (attributes, required) => resolve({ attributes, required }),
		});
	});
}

function completing(user, secret, attributes) {
	return new Promise((onSuccess, onFailure) => {
		user.completeNewPasswordChallenge(secret, attributes, { onSuccess, onFailure });
	});
}

function calling(target, method, ...args) {
	return new Promise((resolve, reject) => {
		target[method]((err, result) => (err ? reject(err) : resolve(result)), ...args);
	});
}

const attributeMap = (list) => Object.fromEntries(list.map((a) => [a.Name, a.Value]));

describe('a new password', async () => {
	const pool = await newPool({
		Schema: [
			{ Name: 'name', Required: true, Mutable: true },
			{ Name: 'nickname', Required: true, Mutable: true },
			{ Name: 'team', AttributeDataType: 'String', Mutable: true },
		],
	});
	for (const flow of flows) {
		test(`comes with the attributes that are missing: ${flow}`, async () => {
			const name = `ada-${flow}`.toLowerCase();
			const email = lib.newEmail();
			await pool.invite(name, { email, email_verified: 'true', 'custom:team': 'red' });
			const user = newUser(name.toUpperCase(), pool, flow);
			const { attributes, required } = await signing(user, temporary);
			assert.deepEqual(attributes, { email, email_verified: 'true', 'custom:team': 'red' });
			assert.deepEqual(required, ['name', 'nickname']);

			const both = { name: 'Ada', nickname: 'Countess' };
			for (const [secret, given, message] of [
				[password, {}, 'Invalid attributes given, name is missing'],
				[password, { name: 'Ada' }, 'Invalid attributes given, nickname is missing'],
				['Tulip-4', both, lib.tooShort.message],
				[password, { ...both, email: lib.newEmail('eve') }, 'Cannot modify an already provided email'],
				[password, { ...both, email_verified: 'true' }, 'Cannot modify the non-mutable attribute email_verified'],
			]) {
				await assert.rejects(completing(user, secret, given), { message });
			}
			const session = await completing(user, password, both);
			assert.ok(session.isValid());
			assert.equal(session.getIdToken().payload.nickname, 'Countess');

			const { UserStatus, UserAttributes } = await pool.send(AdminGetUserCommand, { Username: name });
			assert.equal(UserStatus, 'CONFIRMED');
			assert.equal(attributeMap(UserAttributes).name, 'Ada');
			await assert.rejects(signing(newUser(name, pool, flow), temporary), lib.wrongPassword);
			assert.ok((await signing(newUser(name, pool, flow))).isValid());
		});

		test(`is chosen once: ${flow}`, async () => {
			const name = `eve-${flow}`.toLowerCase();
			await pool.invite(name, { name: 'Eve', nickname: 'E' });
			const [user, twin] = [newUser(name, pool, flow), newUser(name, pool, flow)];
			await signing(user, temporary);
			await signing(twin, temporary);
			const { Session } = user; // it is thrown away with the success
			await completing(user, password, {});
			Object.assign(user, { Session });
			await assert.rejects(completing(user, lib.otherPassword, {}), {
				name: 'NotAuthorizedException',
				message: 'Invalid session for the user, session can only be used once.',
			});
			await assert.rejects(completing(twin, lib.otherPassword, {}), { message: 'Invalid session for the user.' });
			assert.ok((await signing(newUser(name, pool, flow))).isValid());
		});
	}
});

describe('what a user knows of itself', async () => {
	const pool = await newPool({ UsernameAttributes: ['email'] });
	test('getUserData, from the server and from memory', async () => {
		const email = lib.newEmail();
		const name = await pool.add(email, { name: 'Ada' });
		const user = newUser(email, pool);
		await signing(user);
		const data = await calling(user, 'getUserData');
		assert.equal(data.Username, name);
		assert.deepEqual(attributeMap(data.UserAttributes), { sub: name, email, name: 'Ada' });

		await pool.send(AdminUpdateUserAttributesCommand, { Username: name, UserAttributes: [{ Name: 'name', Value: 'Countess' }] });
		assert.equal(attributeMap((await calling(user, 'getUserData')).UserAttributes).name, 'Ada');
		const fresh = await calling(user, 'getUserData', { bypassCache: true });
		assert.equal(attributeMap(fresh.UserAttributes).name, 'Countess');
		// It has refreshed the tokens on the way, since they tell attributes too.
		assert.equal(user.getSignInUserSession().getIdToken().payload.name, 'Countess');
	});
});

for (const flow of flows) {
	test(`who must reset the password hears so: ${flow}`, async () => {
		const pool = await newPool();
		await pool.add('ada', { email: lib.newEmail(), email_verified: 'true' });
		await pool.send(AdminResetUserPasswordCommand, { Username: 'ada' });
		for (const secret of [password, lib.otherPassword]) {
			await assert.rejects(signing(newUser('ada', pool, flow), secret), {
				name: 'PasswordResetRequiredException',
				message: 'Password reset required for the user',
			});
		}
	});

	// The library is for clients without a secret, and says what the server says.
	test(`a client with a secret is refused: ${flow}`, async () => {
		const pool = await newPool({}, { GenerateSecret: true });
		await pool.add('ada');
		await assert.rejects(signing(newUser('ada', pool, flow)), {
			name: 'NotAuthorizedException',
			message: `Client ${pool.ClientId} is configured with secret but SECRET_HASH was not received`,
		});
	});

	test(`who has failed too often is locked out: ${flow}`, async () => {
		const pool = await newPool();
		await pool.add('ada');
		// The flows count together; SRP takes this library half a second.
		let tries = 0;
		const next = () => newUser('ada', pool, tries++ % 4 === 0 ? flow : flows[1]);
		const pass = await lockOut(() => assert.rejects(signing(next(), lib.otherPassword), lib.wrongPassword));
		await assert.rejects(signing(newUser('ada', pool, flow)), {
			name: 'NotAuthorizedException',
			message: 'Password attempts exceeded',
		});
		await pass();
		assert.ok((await signing(newUser('ada', pool, flow))).isValid());
	});
}
