// aws-amplify v6: passwords that are forgotten and passwords that are changed.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Amplify } from 'aws-amplify';
import { confirmResetPassword, fetchAuthSession, resetPassword, signIn, signOut, updatePassword } from 'aws-amplify/auth';
import { AdminResetUserPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';
import { use } from './amplify.mjs';
import * as lib from './lib.mjs';
import { newPool, temporary } from './pool.mjs';

const { password, otherPassword } = lib;

const proved = (email) => ({ email, email_verified: 'true' });
const sms = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } };
const recovery = (...names) => ({
	AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, i) => ({ Name, Priority: i + 1 })) },
});
const tooMany = { name: 'LimitExceededException', message: 'Attempt limit exceeded, please try after some time.' };
const noCode = { name: 'ExpiredCodeException', message: 'Invalid code provided, please request a code again.' };

afterEach(() => signOut());

describe('at the first pool', () => {
	test('a forgotten password is replaced by the code, and signs in', async () => {
		Amplify.configure(lib.outputs);
		const username = await lib.confirmedUser();
		const { isPasswordReset, nextStep } = await resetPassword({ username });
		assert.equal(isPasswordReset, false);
		assert.deepEqual(nextStep, {
			resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE',
			codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@e***', attributeName: 'email' },
		});
		await signIn({ username, password }); // until the code is back, the old one serves
		await signOut();

		const confirmationCode = await lib.code(username, 2);
		await assert.rejects(
			confirmResetPassword({ username, confirmationCode: lib.wrongCode(confirmationCode), newPassword: otherPassword }),
			lib.mismatch,
		);
		await assert.rejects(confirmResetPassword({ username, confirmationCode, newPassword: 'Tulip-4' }), lib.tooShort);
		await confirmResetPassword({ username, confirmationCode, newPassword: otherPassword });
		await assert.rejects(confirmResetPassword({ username, confirmationCode, newPassword: password }), noCode);
		await assert.rejects(signIn({ username, password }), lib.wrongPassword);
		assert.equal((await signIn({ username, password: otherPassword })).isSignedIn, true);
	});

	test('somebody unknown gets a code that never comes', async () => {
		Amplify.configure(lib.outputs);
		const username = lib.newEmail('nobody');
		const hides = (await lib.unknownUser()).name !== 'UserNotFoundException';
		const missing = { name: 'UserNotFoundException', message: 'Username/client id combination not found.' };
		if (!hides) return assert.rejects(resetPassword({ username }), missing);
		const { nextStep } = await resetPassword({ username });
		assert.deepEqual(nextStep.codeDeliveryDetails, { deliveryMedium: 'EMAIL', destination: 'n***@e***', attributeName: 'email' });
		assert.deepEqual(await lib.inbox(username), []);
		await assert.rejects(confirmResetPassword({ username, confirmationCode: '123456', newPassword: otherPassword }), lib.mismatch);
	});

	test('updatePassword: the session stays, the old password goes', async () => {
		Amplify.configure(lib.outputs);
		const username = await lib.confirmedUser();
		await signIn({ username, password });
		await assert.rejects(updatePassword({ oldPassword: otherPassword, newPassword: otherPassword }), lib.wrongPassword);
		await assert.rejects(updatePassword({ oldPassword: password, newPassword: 'Tulip-4' }), lib.tooShort);
		await updatePassword({ oldPassword: password, newPassword: otherPassword });
		const { tokens } = await fetchAuthSession({ forceRefresh: true });
		assert.ok(tokens.accessToken);
		await signOut();
		await assert.rejects(signIn({ username, password }), lib.wrongPassword);
		assert.equal((await signIn({ username, password: otherPassword })).isSignedIn, true);
	});

	test('updatePassword takes five tries an hour', async () => {
		Amplify.configure(lib.outputs);
		const username = await lib.confirmedUser();
		await signIn({ username, password });
		const change = (oldPassword) => updatePassword({ oldPassword, newPassword: otherPassword });
		for (let i = 0; i < 5; i++) await assert.rejects(change(otherPassword), lib.wrongPassword);
		await assert.rejects(change(password), tooMany);
	});
});

describe('where the code goes', async () => {
	const people = { email: 'ada@example.com', email_verified: 'true', phone_number: '+15550001234', phone_number_verified: 'true' };
	const mail = { deliveryMedium: 'EMAIL', destination: 'a***@e***', attributeName: 'email' };
	const phone = { deliveryMedium: 'SMS', destination: '+*******1234', attributeName: 'phone_number' };
	for (const [name, setting, without, want] of [
		['never said', {}, [], phone],
		['never said, no phone', {}, ['phone_number_verified'], mail],
		['mail only', recovery('verified_email'), [], mail],
		['phone only', recovery('verified_phone_number'), [], phone],
		['mail, else phone', recovery('verified_email', 'verified_phone_number'), [], mail],
		['mail, else phone; no mail', recovery('verified_email', 'verified_phone_number'), ['email_verified'], phone],
		['phone, else mail', recovery('verified_phone_number', 'verified_email'), [], phone],
		['phone, else mail; no phone', recovery('verified_phone_number', 'verified_email'), ['phone_number_verified'], mail],
	]) {
		test(name, async () => {
			const pool = await newPool({ ...sms, ...setting });
			use(pool);
			await pool.add('ada', Object.fromEntries(Object.entries(people).filter(([key]) => !without.includes(key))));
			const { nextStep } = await resetPassword({ username: 'ada' });
			assert.deepEqual(nextStep.codeDeliveryDetails, want);
		});
	}

	test('nowhere: what is missing is said', async () => {
		const pool = await newPool({ ...sms, ...recovery('verified_phone_number') });
		use(pool);
		await pool.add('ada', proved(lib.newEmail()));
		await assert.rejects(resetPassword({ username: 'ada' }), {
			name: 'InvalidParameterException',
			message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
		});
		await pool.invite('new', proved(lib.newEmail()));
		await assert.rejects(resetPassword({ username: 'new' }), {
			name: 'NotAuthorizedException',
			message: 'User password cannot be reset in the current state.',
		});
	});

	test('to nobody: administrators reset', async () => {
		const pool = await newPool(recovery('admin_only'));
		use(pool);
		await pool.add('ada', proved(lib.newEmail()));
		await assert.rejects(resetPassword({ username: 'ada' }), {
			name: 'NotAuthorizedException',
			message: 'Contact administrator to reset password.',
		});
	});
});

test('who must reset the password does so with the code that was sent, and signs in', async () => {
	const pool = await newPool();
	use(pool);
	const email = lib.newEmail();
	await pool.add('ada', proved(email));
	await pool.send(AdminResetUserPasswordCommand, { Username: 'ada' });
	assert.equal((await signIn({ username: 'ada', password })).nextStep.signInStep, 'RESET_PASSWORD');
	await confirmResetPassword({ username: 'ada', confirmationCode: await lib.code(email), newPassword: temporary });
	assert.equal((await signIn({ username: 'ada', password: temporary })).isSignedIn, true);
});

test('a former password is refused where the pool remembers', async () => {
	const pool = await newPool({ Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 2 } } });
	use(pool);
	const email = lib.newEmail();
	await pool.add('ada', proved(email));
	await signIn({ username: 'ada', password });
	await updatePassword({ oldPassword: password, newPassword: otherPassword });
	const former = { name: 'PasswordHistoryPolicyViolationException', message: 'Password has previously been used' };
	for (const newPassword of [password, otherPassword]) {
		await assert.rejects(updatePassword({ oldPassword: otherPassword, newPassword }), former);
	}
	await resetPassword({ username: 'ada' });
	const confirmationCode = await lib.code(email);
	await assert.rejects(confirmResetPassword({ username: 'ada', confirmationCode, newPassword: password }), former);
	await confirmResetPassword({ username: 'ada', confirmationCode, newPassword: temporary });
	assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens?.accessToken.toString().split('.').length, 3);
});
