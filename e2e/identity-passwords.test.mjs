// amazon-cognito-identity-js v6: passwords that are forgotten and passwords
// that are changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthenticationDetails } from 'amazon-cognito-identity-js';
import { AdminDisableUserCommand, AdminSetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import { flows, newUser } from './identity.mjs';
import * as lib from './lib.mjs';
import { lockOut, newPool } from './pool.mjs';

const { password, otherPassword } = lib;

function signing(user, secret = password) {
	const details = new AuthenticationDetails({ Username: user.getUsername(), Password: secret });
	return new Promise((onSuccess, onFailure) => user.authenticateUser(details, { onSuccess, onFailure }));
}

const forgetting = (user) => new Promise((resolve, onFailure) => user.forgotPassword({ onSuccess: resolve, inputVerificationCode: resolve, onFailure }));
const confirming = (user, code, secret) => new Promise((onSuccess, onFailure) => user.confirmPassword(code, secret, { onSuccess, onFailure }));
const changing = (user, before, after) =>
	new Promise((resolve, reject) => user.changePassword(before, after, (err, result) => (err ? reject(err) : resolve(result))));

const proved = (email) => ({ email, email_verified: 'true' });

test('forgotPassword and confirmPassword, while locked out', async () => {
	const pool = await newPool();
	const email = lib.newEmail();
	await pool.add('ada', proved(email));
	const user = newUser('ada', pool);
	await lockOut(() => assert.rejects(signing(newUser('ada', pool, flows[1]), otherPassword), { name: 'NotAuthorizedException' }));
	await assert.rejects(signing(newUser('ada', pool)), { message: 'Password attempts exceeded' });

	const { CodeDeliveryDetails } = await forgetting(user);
	assert.deepEqual(CodeDeliveryDetails, { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' });
	const first = await lib.code(email);
	await forgetting(user);
	const code = await lib.code(email, 2);
	if (first !== code) await assert.rejects(confirming(user, first, otherPassword), lib.mismatch);
	assert.equal(await confirming(user, code, otherPassword), 'SUCCESS');
	await signing(newUser('ada', pool), otherPassword);
	await assert.rejects(signing(newUser('ada', pool), password), lib.wrongPassword);
});

test('changePassword', async () => {
	const pool = await newPool();
	await pool.add('ada');
	const user = newUser('ada', pool);
	await assert.rejects(changing(user, password, otherPassword), { message: 'User is not authenticated' });
	await signing(user);
	await assert.rejects(changing(user, otherPassword, password), lib.wrongPassword);
	assert.equal(await changing(user, password, otherPassword), 'SUCCESS');
	await signing(newUser('ada', pool), otherPassword);
});

test('a code ends when an administrator sets a password, and does nothing for who is disabled', async () => {
	const pool = await newPool();
	const email = lib.newEmail();
	await pool.add('ada', proved(email));
	const user = newUser('ada', pool);
	await forgetting(user);
	await pool.send(AdminSetUserPasswordCommand, { Username: 'ada', Password: otherPassword, Permanent: true });
	await assert.rejects(confirming(user, await lib.code(email), password), { name: 'ExpiredCodeException' });

	await forgetting(user);
	const code = await lib.code(email, 2);
	await pool.send(AdminDisableUserCommand, { Username: 'ada' });
	for (const act of [() => forgetting(user), () => confirming(user, code, password)]) {
		await assert.rejects(act(), { name: 'NotAuthorizedException', message: 'User is disabled.' });
	}
});
